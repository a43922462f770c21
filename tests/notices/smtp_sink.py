"""A mail server in a process of its own: writes down the Message-ID of each mail it accepts, one a line.

python -m tests.notices.smtp_sink PORT FILE
"""

import asyncio
import email
import sys

from aiosmtpd.smtp import SMTP


class Sink:
    def __init__(self, file):
        self.file = file

    async def handle_DATA(self, server, session, envelope):
        # Slow enough, on both sides of accepting it, that a sender is often killed in the middle.
        await asyncio.sleep(0.002)
        self.file.write(email.message_from_bytes(envelope.content)["Message-ID"] + "\n")
        self.file.flush()
        await asyncio.sleep(0.002)
        return "250 Accepted"


async def main(port: int, path: str):
    with open(path, "a", encoding="ascii") as file:
        handler = Sink(file)
        server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
