"""The CPU time of one emergency call, INVITE -> 302 -> ACK, in e911d and in Kamailio as a bare 302 responder.

e911d is the whole daemon: 100,000 devices learnt by subscription, a journal and an SQLite store on disk, an ELIN leased and
an alert raised (or joined) by each call, from 50,000 callers. Kamailio knows nobody: it sends one and the same identity to
all. Both get the same load by turns, in the same rounds, since the machine is never the same for long; the figures are the
medians over the rounds, and the ratio is the median of the rounds' ratios. In the end e911d alone gets the higher rate for a
minute, and its memory is read.

Every call of both sides must get exactly one 302 with the Contact and the identity that were meant, and each call of
e911d must stand in its store afterwards, acknowledged, with the ELIN that was sent; else there are no figures.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

# Device N has the number FIRST + N and lives in room N // PER_ROOM, which has a network of its own.
FIRST, DEVICES, PER_ROOM = 100_000, 100_000, 250
# The first devices of each room call; it has an ELIN for each of them, so that nobody's is taken away.
CALLERS_PER_ROOM = 125
NETWORKS = ("10.20", "10.21")
USERNAME = "7911"

CALLS = CALLERS_PER_ROOM * DEVICES // PER_ROOM  # of one turn: each caller calls once
RATES = (8_000, 10_000)  # calls a second
WAITING = 96  # calls without an answer: as many fit into a receive buffer of the default size
ROUNDS = 5
WARM_UP = 1
LASTING = 60  # seconds of the higher rate, for the memory
SYNCHRONOUS = 2  # FULL: what calls.db must have been opened with

# The SIP Server's address is the load's too: e911d answers calls of its call servers only.
SIP_SERVER, OURS, PEERS = "127.0.0.2", "127.0.0.3", "127.0.0.4"


class Failure(Exception):
    """Something was not as it must be, so that there are no figures."""


def address(device):
    room, number = divmod(device, PER_ROOM)
    half, room = divmod(room, DEVICES // PER_ROOM // len(NETWORKS))
    return f"{NETWORKS[half]}.{room}.{number + 1}"


def elin(room, number):
    return f"+13125{room:03}{number:03}"


def free_port(host):
    """Below the ports that the system gives to clients."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            with contextlib.suppress(OSError):
                udp.bind((host, port))
                tcp.bind((host, port))
                return port


def until(what, body, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := body():
            return value
        time.sleep(0.1)
    raise Failure(f"{what}: not within {seconds} s")


class Server:
    """A process that this benchmark has started; its output lies in a file beside its state."""

    def __init__(self, name, folder, *command):
        self.name = name
        self.log = folder / f"{name}.log"
        environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def check(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.name} ended with {self.process.returncode}:\n{self.log.read_text()[-2000:]}")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                for pid in self.tree():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                self.process.wait()
        self.process.stdin.close()

    def tell(self, line):
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def tree(self):
        """Its process id and those of all that descend from it."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        tree = [self.process.pid]
        for pid in tree:
            tree += [child for child, parent in parents.items() if parent == pid]
        return tree

    def cpu(self):
        """Seconds, user and system, of all its processes and of threads that are no more, by the kernel's clock for each
        process (clock_getcpuclockid(3); bit 1 is the scheduler's, in nanoseconds)."""
        self.check()
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.tree())


class Load:
    """Drives one side, and checks what it answers."""

    def __init__(self, program, folder, callers, contact):
        self.program, self.folder, self.callers, self.contact = program, folder, callers, contact

    def begin(self, side, calls, rate):
        found = self.folder / "found.txt"
        process = subprocess.Popen(
            [self.program, SIP_SERVER, f"{side.host}:{side.port}", self.callers, str(calls), str(rate), str(WAITING),
             self.contact, SIP_SERVER, found], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return Run(process, side, found)

    def __call__(self, side, calls, rate):
        return self.begin(side, calls, rate).report()


class Run:
    """A load that has begun."""

    def __init__(self, process, side, found):
        self.process, self.side, self.found = process, side, found

    def end(self):
        """Begins no more calls."""
        self.process.terminate()

    def report(self):
        """What it tells, when all of its calls are over."""
        try:
            out, error = self.process.communicate()
        except BaseException:
            self.process.kill()
            raise
        if self.process.returncode != 0:
            raise Failure(f"{self.side.name}: {out}{error}{self.side.server.log.read_text()[-2000:]}")
        for line in self.found.read_text().splitlines():
            self.side.check_identity(*line.split())
        return json.loads(out)


class Kamailio:
    host = PEERS
    identity = elin(0, 0)

    def __init__(self, mode, folder, contact):
        self.name = f"kamailio-{mode}"
        self.port = free_port(self.host)
        modules = next(Path("/usr/lib").glob("*/kamailio/modules"), None)
        if not modules or not shutil.which("kamailio"):
            raise Failure("Kamailio is not installed: make deps")
        text = (Path(__file__).parent / "redirect302.cfg.in").read_text()
        for name, value in {
            "CHILDREN": os.cpu_count(), "LISTEN": f"{self.host}:{self.port}", "MODULES": modules, "CONTACT": contact,
            "ELIN": self.identity, "HOST": SIP_SERVER,
        }.items():
            text = text.replace(f"@{name}@", str(value))
        file = folder / f"{self.name}.cfg"
        file.write_text(text)
        # -DD -E: in the foreground, the log on standard error. A finished transaction is kept for 5 s, about 10 kB each.
        self.server = Server(
            self.name, folder, "kamailio", "-f", file, "-A", f"MODE_{mode.upper()}", "-DD", "-E", "-m", "2048", "-M", "16",
            "-Y", folder)

    def check_identity(self, number, identity):
        if identity != self.identity:
            raise Failure(f"{self.name} sent {identity} for {number}")

    def wait(self):
        def answers():
            self.server.check()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.settimeout(0.5)
                udp.connect((self.host, self.port))
                own = "%s:%d" % udp.getsockname()
                with contextlib.suppress(OSError):
                    udp.send((
                        f"OPTIONS sip:{self.host}:{self.port} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK1\r\n"
                        f"From: <sip:bench@{own}>;tag=1\r\nTo: <sip:{self.host}>\r\nCall-ID: bench\r\nCSeq: 1 OPTIONS\r\n"
                        "Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n").encode())
                    return udp.recv(4096).startswith(b"SIP/2.0 200")
        until(f"an answer of {self.name}", answers, 30)


class E911d:
    name, host = "e911d", OURS

    def __init__(self, program, folder, server_port, transports=("udp",)):
        self.program, self.port = program, free_port(self.host)
        self.folder = folder / "e911d"
        self.folder.mkdir()
        self.identities = {}
        self.file = self.folder / "e911d.yaml"
        self.file.write_text("node: a\nstate: state\nlisten:\n" + "".join(
            f"  - {{ transport: {transport}, address: {self.host}, port: {self.port} }}\n" for transport in transports))
        rooms = range(DEVICES // PER_ROOM)
        self.site = self.folder / "site.yaml"
        self.site.write_text("\n".join([
            "site: { name: Example, time-zone: UTC, default-call-server: main }",
            "call-servers:",
            "  - name: main",
            f"    members: [ {{ address: {SIP_SERVER}, port: {server_port}, transport: udp }} ]",
            f'    username: "{USERNAME}"',
            "    default-location: hq",
            '    default-elin: "+13129990100"',
            "    subscription: { quiet: 3s }",
            "    alert-fallback: [ security ]",
            "locations:",
            "  - id: hq",
            "    name: Headquarters",
            "    address: { country: US, A1: IL, A3: Chicago, RD: Main, STS: St, HNO: \"100\", PC: \"60601\" }",
            "    children:",
            *(f"      - {{ id: room-{room}, name: Room {room}, address: {{ LOC: Room {room} }}, elins: [ "
              + ", ".join(f'"{elin(room, number)}"' for number in range(CALLERS_PER_ROOM)) + " ] }" for room in rooms),
            "rules:",
            *(f"  - {{ prefix: {address(room * PER_ROOM).rpartition('.')[0]}.0/24, location: room-{room} }}" for room in rooms),
            "recipients:",
            "  - { name: security, email: security@example.com }",
        ]) + "\n")
        self.server = Server(self.name, folder, program, "serve", "--config", self.file)

    def ask(self, *words):
        self.server.check()
        return subprocess.run(
            [self.program, *words, "--config", self.file], capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def status(self):
        answer = self.ask("status", "--json")
        return json.loads(answer.stdout) if answer.returncode == 0 else None

    def wait(self, devices=DEVICES):
        """Until so many devices are known, located and in the store."""
        until("e911d answers commands", self.status, 30)
        applied = self.ask("apply", self.site)
        if applied.returncode != 0:
            raise Failure(f"the site was refused: {applied.stdout}{applied.stderr}")

        def knows_all():
            status = self.status()
            server = status["callServers"][0]
            return server["downloads"] >= 1 and server["active"] == devices and status["storeWaiting"] == 0
        until(f"{devices} devices", knows_all)

    def check_identity(self, number, identity):
        """An ELIN of the caller's room, always the same, and no other caller's."""
        room = (int(number) - FIRST) // PER_ROOM
        known = self.identities.setdefault(identity, number)
        if known != number or not re.fullmatch(r"\+13125%03d\d{3}" % room, identity):
            raise Failure(f"e911d sent {identity} for {number} in room {room}, and for {known}")

    def check_synchronous(self):
        """What the daemon has read back of the file that it writes calls to: each connection has its own."""
        found = re.search(r"code=store\.opened file=calls\.db synchronous=(\d)", self.server.log.read_text())
        if not found or int(found[1]) != SYNCHRONOUS:
            raise Failure(f"calls.db was opened with synchronous {found and found[1]}, not {SYNCHRONOUS}")

    def check_store(self, calls):
        """After its end: every call is there, acknowledged, with the identity that was sent. Answers how many of them left
        before the journal had them."""
        self.check_synchronous()
        owners = {int(identity[1:]): number for identity, number in self.identities.items()}
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/state/calls.db?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT caller_dn, elin, outcome, location, flags FROM call").fetchall()
        acknowledged, unrecorded = 1, 16
        for number, sent, outcome, location, _ in rows:
            room = (int(number) - FIRST) // PER_ROOM
            if owners.get(sent) != number or outcome != acknowledged or location != f"room-{room}":
                raise Failure(f"the store has a call of {number} with {sent}, outcome {outcome}, at {location}")
        if len(rows) != calls:
            raise Failure(f"the store has {len(rows)} of {calls} calls")
        return sum(1 for row in rows if row[-1] & unrecorded)


def idle(sides):
    """Seconds of CPU a second that each side takes while it has nothing to do."""
    began = time.monotonic()
    before = {side: side.server.cpu() for side in sides}
    time.sleep(10)
    taken = {side: (side.server.cpu() - before[side]) / (time.monotonic() - began) for side in sides}
    print("idle, ms of CPU a second:", ", ".join(f"{side.name} {taken[side] * 1e3:.1f}" for side in sides), flush=True)
    return taken


def turns(sides, load, rate, idle):
    """The CPU seconds of each side in each round.

    A side's time runs from the beginning of its turn to that of its next one, so that what a call costs later counts
    too: the end of its transaction after 5 s, the commit of its record. What an idle process costs is taken off.
    """
    starts = {side: [] for side in sides}
    for number in range(WARM_UP + ROUNDS + 1):
        for side in sides:
            starts[side].append((time.monotonic(), side.server.cpu()))
            if number < WARM_UP + ROUNDS:
                report = load(side, CALLS, rate)
                print(
                    f"round {number - WARM_UP + 1:2} {side.name:12} {report['answered'] / report['seconds']:6.0f} calls/s, "
                    f"302 after {report['p50_ms']:.2f} ms, 99 % {report['p99_ms']:.2f} ms", flush=True)
            elif side is not sides[-1]:
                time.sleep(CALLS / rate + 1)
    return {
        side: [
            end[1] - start[1] - idle[side] * (end[0] - start[0])
            for start, end in zip(starts[side][WARM_UP:], starts[side][WARM_UP + 1:])
        ] for side in sides
    }


def write_callers(file, devices=DEVICES):
    numbers = [device for device in range(devices) if device % PER_ROOM < CALLERS_PER_ROOM]
    file.write_text("".join(f"{FIRST + device} {address(device)}:5060\n" for device in numbers))


def start_sip_server(stack, e911d, folder, port, ours):
    """The model of the SIP Server, with all devices, for the node `ours`."""
    model = stack.enter_context(Server(
        "sip-server", folder, e911d, "sip-server", "--listen", f"{SIP_SERVER}:{port}", "--manager",
        f"{ours.host}:{ours.port}", "--gateway", f"{SIP_SERVER}:{free_port(SIP_SERVER)}", "--test-gateway",
        f"{SIP_SERVER}:{free_port(SIP_SERVER)}"))
    share = DEVICES // len(NETWORKS)
    for half, network in enumerate(NETWORKS):
        model.tell(f"load {FIRST + half * share} {share} {network}")
    return model


def measure(e911d, load_program, state):
    folder = state / "calls"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    callers = folder / "callers.txt"
    write_callers(callers)

    results = []
    with contextlib.ExitStack() as stack:
        port = free_port(SIP_SERVER)
        ours = E911d(e911d, folder, port)
        stack.enter_context(ours.server)
        model = start_sip_server(stack, e911d, folder, port, ours)
        contact = f"sip:{USERNAME}@{SIP_SERVER}:{port}"
        peers = []
        for mode in ("sl", "tm"):
            peers.append(Kamailio(mode, folder, contact))
            stack.enter_context(peers[-1].server)
        sides = [ours, *peers]
        for side in sides:
            side.wait()
        model.check()
        load = Load(load_program, folder, callers, contact)
        resting = idle(sides)
        for rate in RATES:
            spent = turns(sides, load, rate, resting)
            results += [cpu(ours, peer, spent, rate) for peer in peers]
        for peer in peers:
            peer.server.stop()
        results += lasting(ours, load)
        ours.server.stop()
        calls = CALLS * (WARM_UP + ROUNDS) * len(RATES) + LASTING * RATES[-1]
        unrecorded = ours.check_store(calls)
    results.append({
        "name": "call.unrecorded", "ours": unrecorded, "peer": calls, "ratio": round(unrecorded / calls, 6),
        "unit": "calls answered by the deadline, calls",
    })
    # The figure of the name is that of the rate that is worse.
    for peer in peers:
        rates = [result for result in results if result["name"].startswith(f"call.cpu.{peer.name}.")]
        results.append({**max(rates, key=lambda result: result["ratio"]), "name": f"call.cpu.{peer.name}"})
    return results


def cpu(ours, peer, spent, rate):
    ratios = [a / b for a, b in zip(spent[ours], spent[peer])]
    print(f"{rate} calls/s, e911d / {peer.name}:", " ".join(f"{ratio:.2f}" for ratio in ratios))
    return {
        "name": f"call.cpu.{peer.name}.{rate}",
        "ours": round(statistics.median(spent[ours]) / CALLS * 1e6, 2),
        "peer": round(statistics.median(spent[peer]) / CALLS * 1e6, 2),
        "ratio": round(statistics.median(ratios), 3),
        "unit": "CPU us/call",
    }


def lasting(ours, load):
    """The memory of e911d after a minute of the higher rate."""
    report = load(ours, LASTING * RATES[-1], RATES[-1])
    rate = report["answered"] / report["seconds"]
    status = Path(f"/proc/{ours.server.process.pid}/status").read_text()
    memory = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024 / 1e6
    print(f"{LASTING} s of {rate:.0f} calls/s: {memory:.0f} MB, 302 after {report['p50_ms']:.2f} ms, "
          f"99 % {report['p99_ms']:.2f} ms", flush=True)
    return [
        {"name": "call.memory", "ours": round(memory, 1), "peer": 300, "ratio": round(memory / 300, 3),
         "unit": "MB resident, limit"},
        {"name": "call.rate", "ours": round(rate), "peer": RATES[-1], "ratio": round(rate / RATES[-1], 3),
         "unit": "calls/s, wanted"},
    ]
