#!/usr/bin/env python3
"""An SMTP server that keeps what it is given and prints a line for each mail. usage: mail-server.py HOST:PORT FOLDER"""
import asyncio
import email
import email.policy
import os
import signal
import sys

from aiosmtpd.controller import UnthreadedController


class Keep:
    def __init__(self, folder):
        self.folder = folder
        self.count = len(os.listdir(folder))

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        path = os.path.join(self.folder, f"{self.count:05}.eml")
        with open(path, "wb") as file:
            file.write(envelope.original_content)
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        print(f"mail to {', '.join(envelope.rcpt_tos)}: {mail['Subject']}")
        body = mail.get_body(preferencelist=("plain",))
        for line in (body.get_content() if body else "").strip().splitlines():
            print(f"    {line}")
        sys.stdout.flush()
        return "250 kept"


async def main(host, port, folder):
    os.makedirs(folder, exist_ok=True)
    loop = asyncio.get_running_loop()
    controller = UnthreadedController(Keep(folder), hostname=host, port=port, loop=loop)
    server = await controller._create_server()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()
    server.close()
    # Leaving the loop restores the default of signals; a second one would then look like a failure.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    host, port = sys.argv[1].rsplit(":", 1)
    asyncio.run(main(host, int(port), sys.argv[2]))
