"""What strangers can do to e911d: malformed datagrams and TCP connections on which a message never ends, while a call
server places emergency calls.

    memory      the resident memory grows by less than 50 MB
    calls       every call is answered, and stands in the store afterwards, acknowledged
    p99         of the calls whose INVITE was sent once is under 20 ms

Where others want the processors too, a call waits for them and not for e911d: `chrt -r 10 scripts/abuse`, as root, goes
before the others.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import calls
from calls import Failure

DATAGRAMS = 20_000  # a second
CONNECTIONS = 5_000
SECONDS = 50
RATE = 200  # calls a second
WARM_UP = 2_000  # calls

MEGABYTE = 1e6
LIMITS = {"grown_mb": 50, "p99_ms": 20}
# A sender that is slower does not show what is to be shown.
LEAST_RATE = 0.95 * DATAGRAMS


def resident(pid):
    """Octets."""
    return int(re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[1]) * 1024


def sum_of(side, prefix):
    """The sum of the counters whose names begin so."""
    return sum(each["value"] for each in side.status()["counters"] if each["name"].startswith(prefix))


def start(stack, words):
    """A program that ends with this one."""
    process = stack.enter_context(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    stack.callback(process.kill)
    return process


class Place:
    """A site of 100,000 devices, whose SIP Server is a model, and the load of its calls."""

    def __init__(self, stack, e911d, load, state):
        self.stack = stack
        self.folder = state / "abuse"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.load = load
        self.callers = self.folder / "callers.txt"
        calls.write_callers(self.callers)
        port = calls.free_port(calls.SIP_SERVER)
        self.contact = f"sip:{calls.USERNAME}@{calls.SIP_SERVER}:{port}"
        self.side = calls.E911d(e911d, self.folder, port, transports=("udp", "tcp"))
        stack.enter_context(self.side.server)
        calls.start_sip_server(stack, e911d, self.folder, port, self.side)
        self.side.wait()

    def call(self, count):
        """Starts so many calls; ``report`` has what became of them."""
        return start(
            self.stack,
            [self.load, calls.SIP_SERVER, f"{self.side.host}:{self.side.port}", self.callers, str(count), str(RATE),
             str(count), self.contact, calls.SIP_SERVER, self.folder / "found.txt", "resend"])

    def report(self, load):
        out, errors = load.communicate(timeout=SECONDS + 120)
        if load.returncode != 0:
            raise Failure(f"calls: {out}{errors}")
        for line in (self.folder / "found.txt").read_text().splitlines():
            self.side.check_identity(*line.split())
        return json.loads(out)


def abuse(e911d, load, flood, state):
    """The figures."""
    with contextlib.ExitStack() as stack:
        place = Place(stack, e911d, load, state)
        side, pid = place.side, place.side.server.process.pid
        quiet = place.report(place.call(WARM_UP))
        before, most = resident(pid), 0
        malformed = sum_of(side, "malformed.")
        sender = start(
            stack, [flood, f"{side.host}:{side.port}", str(DATAGRAMS), str(SECONDS), str(CONNECTIONS)])
        begun, spent = time.monotonic(), side.server.cpu()
        load = place.call(SECONDS * RATE)
        while sender.poll() is None:
            most = max(most, resident(pid))
            if time.monotonic() - begun > SECONDS + 60:
                raise Failure("the sender does not end")
            time.sleep(0.2)
        spent = (side.server.cpu() - spent) / (time.monotonic() - begun)
        sent = json.loads(sender.stdout.read())
        report = place.report(load)
        most = max(most, resident(pid))
        malformed = sum_of(side, "malformed.") - malformed
        side.server.check()
        side.server.stop()
        side.check_store(WARM_UP + SECONDS * RATE)
    return {
        "grown_mb": (most - before) / MEGABYTE, "before_mb": before / MEGABYTE, "quiet_p99_ms": quiet["p99_ms"],
        "malformed": malformed, "cpu": spent,
        **{name: report[name] for name in ("calls", "answered", "resent", "p50_ms", "p99_ms")}, **sent,
    }


def tell(found):
    """Prints the figures; the ones that were missed, in words."""
    print(
        f"{found['sent']} datagrams, {found['rate']:.0f} a second; {found['malformed']} read as malformed\n"
        f"TCP connections: {found['connections_asked']} tried, {found['connections_most']} stood at the most, "
        f"{found['connections_at_end']} at the end, {found['closed_by_server']} closed by e911d\n"
        f"e911d: {100 * found['cpu']:.0f} % of a CPU; resident memory: {found['before_mb']:.1f} MB, grown by "
        f"{found['grown_mb']:.1f} MB\n"
        f"calls: {found['answered']} of {found['calls']} answered, {found['resent']} of them asked again; 302 after "
        f"{found['p50_ms']:.2f} ms, 99 % {found['p99_ms']:.2f} ms ({found['quiet_p99_ms']:.2f} ms without the abuse)")
    print(f"load of the machine, all of this included: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    missed = [
        f"{name} is {found[name]:.1f}, and must be under {limit}"
        for name, limit in LIMITS.items() if found[name] >= limit]
    if found["rate"] < LEAST_RATE:
        missed.append(f"only {found['rate']:.0f} datagrams a second were sent")
    if found["answered"] < found["calls"]:
        missed.append(f"{found['calls'] - found['answered']} calls were not answered")
    return missed
