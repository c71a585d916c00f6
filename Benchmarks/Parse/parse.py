"""Parsing by SIPCore beside libosip2, sofia-sip and libre, over eight messages.

Every program reads the same fields of each message (ParseFields.h) and folds them into one checksum, which must agree; if
one does not, the first field that differs is named and there are no figures. A parse begins with octets in a buffer of
somebody else and ends when the message is released. The programs take turns, round after round, since the machine is
never the same for long; the figures are the medians over the rounds.

    parse.routing   every header located, the fields of the checksum typed: beside all that sofia-sip does
    parse.full      every header that has a type read as that, every list split
    alloc.parse.*   the most allocations that one of the messages takes: calls of malloc and its like
"""

import statistics
import subprocess

OURS = "SIPCore"
# The program, and the ending of the figures' names. Sofia-sip is the one that the budget is about.
PEERS = {"sofia-sip": ("ParseSofia", ""), "libosip2": ("ParseOsip", ".libosip2"), "libre": ("ParseRe", ".libre")}
WORK = ("routing", "full")

ROUNDS = 21
LOOPS = 2000  # over all messages, in a turn


class Failure(Exception):
    """Something was not as it must be, so that there are no figures."""


class Side:
    def __init__(self, name, program, work, messages):
        self.name, self.program, self.work, self.messages = name, program, work, messages
        self.times, self.checksum = [], None

    def lines(self, *what):
        done = subprocess.run(
            [str(word) for word in (self.program, self.work, *what, *self.messages)], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{self.name}: {done.stdout[-500:]}{done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def allocations(self):
        return max(int(count) for _, count in self.lines("allocations"))

    def turn(self):
        (time, self.checksum), = self.lines("time", LOOPS)
        self.times.append(float(time))

    def median(self):
        return statistics.median(self.times)


def difference(ours, peer):
    """The first field that two sides read differently, in words; None if there is none."""
    for here, there in zip([*ours.lines("fields"), None], [*peer.lines("fields"), None]):
        if here != there:
            message, field, _ = here or there
            if here and there and here[:2] != there[:2]:
                return f"{message}: {ours.name} has {field} where {peer.name} has {there[1]} of {there[0]}"
            read = [repr(line[2]) if line else "nothing" for line in (here, there)]
            return f"{message}: {field}: {ours.name} reads {read[0]}, {peer.name} {read[1]}"
    return None


def figure(name, ours, peer, unit):
    return {"name": name, "ours": ours, "peer": peer, "ratio": round(ours / peer, 3), "unit": unit}


def measure(program, messages):
    """The figures; `program` builds one of the package's programs and returns its path."""
    if not messages:
        raise Failure("no messages")
    own = {work: Side(f"{OURS} ({work})", program("ParseSIPCore"), work, messages) for work in WORK}
    peers = {name: Side(name, program(which), "full", messages) for name, (which, _) in PEERS.items()}
    sides = [*own.values(), *peers.values()]
    for side in sides[1:]:
        if found := difference(sides[0], side):
            raise Failure(found)

    for _ in range(ROUNDS):
        for side in sides:
            side.turn()
    for side in sides[1:]:
        if side.checksum != sides[0].checksum:
            raise Failure(f"the checksum of {side.name} is {side.checksum}, of {sides[0].name} {sides[0].checksum}")
    print(f"all {len(sides)} programs read the same in {len(messages)} messages: checksum {sides[0].checksum}")

    results = []
    for name, (_, ending) in PEERS.items():
        peer = peers[name]
        for work, side in own.items():
            results.append(
                figure(f"parse.{work}{ending}", side.median(), peer.median(), f"ns/message, {name}"))
            results.append(figure(
                f"alloc.parse.{work}{ending}", side.allocations(), peer.allocations(), f"allocations, {name}"))
    return results
