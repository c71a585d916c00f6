"""The time from INVITE to 302 while the devices of another SIP Server are downloaded.

The callers' SIP Server is known when the load begins. Then the site gets a second one, with 100,000 devices that the node has
never heard of, and it is subscribed to over TCP; the load ends when the last of them is known. Each run has a daemon of its
own, so that each download is a first one.
"""

import base64
import contextlib
import json
import os
import shutil
import socket
import statistics
import time

import calls
from calls import DEVICES, FIRST, NETWORKS, SIP_SERVER, USERNAME, E911d, Failure, Load, Server, free_port

RATE = 200  # calls a second
IDLE_CALLS = 1_000
RUNS = 5
# Whose devices are downloaded.
BRANCH = "127.0.0.5"
BRANCH_FIRST, BRANCH_NETWORKS = 300_000, ("10.30", "10.31")
OWN = 2_000  # devices of the callers' SIP Server


def status(ours):
    """By the control socket: a process for each question would take the processor from those that are measured."""
    folder = os.open(ours.folder / "state", os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as control:
            # The path may be longer than an address of a socket.
            control.connect(f"/proc/self/fd/{folder}/control")
            control.sendall(b'{"id": 1, "command": "status"}\n')
            return json.loads(base64.b64decode(json.loads(control.makefile().readline())["result"]))
    finally:
        os.close(folder)


def run(e911d, load_program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    callers = folder / "callers.txt"
    calls.write_callers(callers, OWN)
    port, branch_port = free_port(SIP_SERVER), free_port(BRANCH)
    ours = E911d(e911d, folder, port, transports=("udp", "tcp"))
    both = ours.folder / "both.yaml"
    main = next(line for line in ours.site.read_text().splitlines() if "members:" in line)
    both.write_text(ours.site.read_text().replace("call-servers:\n", "\n".join([
        "call-servers:", "  - name: branch",
        main.replace(SIP_SERVER, BRANCH).replace(f"port: {port}", f"port: {branch_port}").replace("udp", "tcp"),
        f'    username: "{USERNAME}"', "    default-location: hq", '    default-elin: "+13129990101"',
        "    subscription: { quiet: 1s }", "    alert-fallback: [ security ]", ""]), 1))
    gateways = [f"{SIP_SERVER}:{free_port(SIP_SERVER)}" for _ in range(2)]
    with contextlib.ExitStack() as stack:
        stack.enter_context(ours.server)
        model = stack.enter_context(Server(
            "sip-server", folder, e911d, "sip-server", "--listen", f"{SIP_SERVER}:{port}", "--manager",
            f"{ours.host}:{ours.port}", "--gateway", gateways[0], "--test-gateway", gateways[1]))
        model.tell(f"load {FIRST} {OWN} {NETWORKS[0]}")
        branch = stack.enter_context(Server(
            "branch", folder, e911d, "sip-server", "--listen", f"{BRANCH}:{branch_port}", "--transport", "tcp", "--manager",
            f"{ours.host}:{ours.port}", "--gateway", f"{BRANCH}:{free_port(BRANCH)}", "--test-gateway",
            f"{BRANCH}:{free_port(BRANCH)}"))
        share = DEVICES // len(BRANCH_NETWORKS)
        for half, network in enumerate(BRANCH_NETWORKS):
            branch.tell(f"load {BRANCH_FIRST + half * share} {share} {network}")
        ours.wait(devices=OWN)
        load = Load(load_program, folder, callers, f"sip:{USERNAME}@{SIP_SERVER}:{port}")
        idle = load(ours, IDLE_CALLS, RATE)

        # It has taken the site over when the command is back; it begins to subscribe after a moment.
        applied = ours.ask("apply", both)
        if applied.returncode != 0:
            raise Failure(f"the site was refused: {applied.stdout}{applied.stderr}")
        busy = load.begin(ours, 120 * RATE, RATE)
        began = time.monotonic()

        def known():
            server = next(s for s in status(ours)["callServers"] if s["name"] == "branch")
            return server["active"] == DEVICES
        calls.until(f"{DEVICES} devices of {BRANCH}", known)
        seconds = time.monotonic() - began
        busy.end()
        report = busy.report()
        branch.check()
    print(
        f"idle: 302 after {idle['p50_ms']:.2f} ms, 99 % {idle['p99_ms']:.2f} ms, all {idle['max_ms']:.2f} ms; "
        f"in the {seconds:.1f} s of the download, {report['answered']} calls: {report['p50_ms']:.2f} ms, "
        f"99 % {report['p99_ms']:.2f} ms, all {report['max_ms']:.2f} ms", flush=True)
    return idle, report


def measure(e911d, load_program, state):
    runs = [run(e911d, load_program, state / "downloading") for _ in range(RUNS)]
    idle, busy = (statistics.median(one[side]["p99_ms"] for one in runs) for side in range(2))
    longest = statistics.median(one[1]["max_ms"] for one in runs)
    # Twice the idle one, or 10 ms, whichever is larger.
    limit = max(2 * idle, 10)
    return [
        {"name": "call.p99.download", "ours": round(busy, 3), "peer": round(limit, 3), "ratio": round(busy / limit, 3),
         "unit": "ms, limit"},
        {"name": "call.max.download", "ours": round(longest, 3), "peer": 50, "ratio": round(longest / 50, 3),
         "unit": "ms, limit"},
    ]
