"""Registrations: what reading them, learning them and keeping them costs.

    reginfo.parse          a document of 100,000 registrations read into events by RegInfo, beside a C program that reads the
                           same octets through the same interface of libxml2 and does nothing with them
    reginfo.parse.memory   how much memory that took above the start, in MB
    download.brain         the same devices told over TCP in NOTIFYs of 14,336 octets to a node that knows nobody, until each of them
                           has its place, its rule and its ELINs and stands in a row for the store, which takes 10 ms for a commit;
                           beside that C program
    download.again         the same once more, when nothing has changed
    memory.device.octets   how much a process grows for each of a million devices, each with 149 octets of AOR, contact,
                           instance and `received`, and after each has moved once
    move.cpu               the processor time of such a move, its row for the store included
    explain.cpu            the processor time of an explanation of where one of them is: the slowest of 4,000

Programs take turns, round after round, since the machine is never the same for long; times are processor time, and the
figures are the medians over the rounds.
"""

import json
import statistics
import subprocess

DEVICES = 100_000
MANY = 1_000_000
ROUNDS = 9


class Failure(Exception):
    """Something was not as it must be, so that there are no figures."""


def ask(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{words[1]}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return json.loads(done.stdout)


def figure(name, ours, peer, unit):
    return {"name": name, "ours": round(ours, 3), "peer": round(peer, 3), "ratio": round(ours / peer, 3), "unit": unit}


def measure(product, state, devices=DEVICES):
    """The figures of reading and learning; `product` builds one of the package's programs and returns its path."""
    ours, peer = product("Registrations"), product("RegInfoPass")
    document = state / "registrations.xml"
    done = subprocess.run([ours, "write", document, str(devices)])
    if done.returncode != 0:
        raise Failure("the document was not written")
    passes, parses, downloads, growth = [], [], [], []
    for _ in range(ROUNDS):
        passes.append(ask(peer, document))
        parses.append(ask(ours, "parse", document))
        downloads.append(ask(ours, "download", devices))
        if parses[-1]["contacts"] != devices or passes[-1]["elements"] != 1 + devices * 5:
            raise Failure(f"{parses[-1]['contacts']} contacts, {passes[-1]['elements']} elements of {devices} registrations")
        growth.append(parses[-1]["growth"])
    document.unlink()
    base = statistics.median(one["seconds"] for one in passes) * 1e3

    def median(found, key):
        return statistics.median(one[key] for one in found) * 1e3
    unit = f"CPU ms for {devices} registrations, libxml2"
    return [
        figure("reginfo.parse", median(parses, "seconds"), base, unit),
        figure("reginfo.parse.memory", max(growth) / 1e6, 10, "MB above start, limit"),
        figure("download.brain", median(downloads, "first"), base, unit),
        figure("download.again", median(downloads, "again"), base, unit),
    ]


def memory(product, devices=MANY):
    """The figures of keeping."""
    found = ask(product("Registrations"), "memory", devices)
    return [
        figure("memory.device.octets", found["octets"] / devices, 400, f"octets a device of {devices}, limit"),
        figure("memory.device.moved", found["moved"] / devices, found["octets"] / devices, "octets a device, before the moves"),
        figure("move.cpu", found["move"] / devices * 1e6, 100, "CPU us a move, limit"),
        figure("explain.cpu", found["explain"] * 1e6, 1000, "CPU us the slowest explanation, limit"),
    ]
