#!/usr/bin/env python3
"""An SMTP server that keeps what it is given and prints it. usage: mail-server.py HOST:PORT FOLDER [MILLISECONDS]

Each mail becomes FOLDER/NUMBER.eml, as it came, and FOLDER/NUMBER.json, decoded, before it is acknowledged.
With MILLISECONDS the acknowledgement waits, up to so long, another time for each mail.
"""
import asyncio
import email
import email.policy
import json
import os
import signal
import sys

from aiosmtpd.controller import UnthreadedController


class Keep:
    def __init__(self, folder, pause):
        self.folder = folder
        self.pause = pause
        self.count = sum(name.endswith(".eml") for name in os.listdir(folder))

    def write(self, suffix, octets):
        """Whoever reads the folder sees whole files only."""
        path = os.path.join(self.folder, f"{self.count:05}{suffix}")
        with open(path + ".part", "wb") as file:
            file.write(octets)
        os.rename(path + ".part", path)

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        part = mail.get_body(preferencelist=("plain",))
        body = part.get_content().replace("\r\n", "\n") if part else ""
        decoded = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "subject": str(mail["Subject"]),
            "headers": [{"name": name, "value": str(value)} for name, value in mail.items()],
            "body": body,
        }
        self.write(".eml", envelope.original_content)
        self.write(".json", json.dumps(decoded).encode())
        print(f"mail to {', '.join(envelope.rcpt_tos)}: {mail['Subject']}")
        for line in body.strip().splitlines():
            print(f"    {line}")
        sys.stdout.flush()
        await asyncio.sleep(self.pause * (self.count * 5 % 8) / 7)
        return "250 kept"


async def main(host, port, folder, pause):
    os.makedirs(folder, exist_ok=True)
    loop = asyncio.get_running_loop()
    controller = UnthreadedController(Keep(folder, pause), hostname=host, port=port, loop=loop)
    server = await controller._create_server()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    print(f"listening at {host}:{port}", flush=True)
    await ended.wait()
    server.close()
    # Leaving the loop restores the default of signals; a second one would then look like a failure.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    host, port = sys.argv[1].rsplit(":", 1)
    asyncio.run(main(host, int(port), sys.argv[2], int(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 0))
