#!/usr/bin/env python3
"""So many event streams that are open at once have the alert of a call within 500 ms.

usage: streams.py FIRST-RUN-FILE COMMANDS COUNT
"""

import resource
import selectors
import socket
import sys
import time

from access import Console

console, commands, count = Console(sys.argv[1]), sys.argv[2], int(sys.argv[3])
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def say(command):
    with open(commands, "w") as pipe:
        pipe.write(command + "\n")


say("phone 2001 127.10.3.17")
selector = selectors.DefaultSelector()
request = (
    f"GET /api/v1/events HTTP/1.1\r\nHost: {console.host}\r\nAuthorization: Bearer {console.token}\r\n\r\n").encode()
texts, told = {}, {}
for _ in range(count):
    stream = socket.create_connection((console.host, console.port), timeout=30)
    stream.sendall(request)
    stream.setblocking(False)
    texts[stream] = b""
    selector.register(stream, selectors.EVENT_READ)


def read(until, what, seconds):
    """Reads all streams until that many have had something."""
    end = time.monotonic() + seconds
    while sum(what in text for text in texts.values()) < until:
        assert time.monotonic() < end, f"{what} came on {sum(what in text for text in texts.values())} of {until} streams"
        for key, _ in selector.select(timeout=1):
            stream = key.fileobj
            piece = stream.recv(1 << 16)
            assert piece, "a stream was closed"
            texts[stream] += piece
            if b"event: alert" in texts[stream] and stream not in told:
                told[stream] = time.time() * 1000


read(count, b"event: hello", 60)
# The phone has registered when a device is there.
for _ in range(600):
    if console.ask("GET", "/devices?limit=1")[1]["items"]:
        break
    read(0, b"", 1)
    selector.select(timeout=0.1)
say("call 2001 911")
read(count, b"event: alert", 30)
made = console.ask("GET", "/calls?limit=1")[1]["items"][0]["time"]
latest = max(told.values()) - made
print(f"the last of {count} streams had the alert {latest:.0f} ms after the INVITE, the first {min(told.values()) - made:.0f} ms")
assert latest < 500, f"{latest:.0f} ms"
