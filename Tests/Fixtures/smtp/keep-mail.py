"""An SMTP server that keeps its mail. usage: keep-mail.py ADDRESS PORT FOLDER

Each mail becomes FOLDER/NUMBER.json, written before its 250 leaves; a line on stdout tells of it. Ends on SIGTERM.
"""

import email
import email.policy
import json
import os
import signal
import sys

from aiosmtpd.controller import Controller

address, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]


class Keeper:
    count = 0

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(preferencelist=("plain", "html"))
        Keeper.count += 1
        name = f"{Keeper.count:06}.json"
        mail = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "subject": str(message["subject"]),
            "headers": [{"name": n, "value": str(v)} for n, v in message.items()],
            "body": body.get_content().replace("\r\n", "\n") if body else "",
        }
        with open(os.path.join(folder, name + ".part"), "w") as file:
            json.dump(mail, file)
        os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))
        print("mail", name, flush=True)
        return "250 Kept"


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
controller = Controller(Keeper(), hostname=address, port=port)
controller.start()
print("listening", flush=True)
signal.sigwait({signal.SIGTERM})
controller.stop()
