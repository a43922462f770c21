"""A mail server in a process of its own: writes down the Message-ID of each mail it accepts, one a line.

python -m tests.smtp_sink PORT FILE [--wait SECONDS] [--certificate PEM]

What it does with a mail is in the address: ``refused@``, ``greylisted@``, ``full@`` are answered
at RCPT; ``spam@``, ``busy@`` after DATA; ``dropped@`` loses the connection there, ``slow@`` gets no
answer for a minute, ``closing@`` a 421. Anything else is accepted.
"""

import argparse
import asyncio
import email
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from pathlib import Path

from aiosmtpd.smtp import SMTP

from tests.services import end_with_parent, free_port, listens

AT_RCPT = {
    "refused": "550 5.1.1 No such user here",
    "greylisted": "450 4.2.0 Greylisted, try again later",
    "full": "452 4.2.2 Mailbox full",
}
AT_DATA = {
    "spam": "554 5.7.1 This looks like spam",
    "busy": "451 4.3.0 Try again later",
    "closing": "421 4.3.2 Closing",
}


def wish(address: str) -> str:
    return address.partition("@")[0].partition("+")[0]


class Sink:
    def __init__(self, file, wait: float):
        self.file, self.wait = file, wait

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := AT_RCPT.get(wish(address)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        does = wish(envelope.rcpt_tos[0])
        if does == "slow":
            await asyncio.sleep(60)
        if does == "dropped":
            server.transport.abort()
        if answer := AT_DATA.get(does):
            return answer
        # On both sides of accepting it, so that a sender who is killed is often killed in the middle.
        await self.pause()
        head = envelope.content[: envelope.content.find(b"\r\n\r\n") + 2]
        self.file.write(email.message_from_bytes(head, policy=policy.compat32)["Message-ID"] + "\n")
        self.file.flush()
        await self.pause()
        return "250 Accepted"

    async def pause(self):
        if self.wait:
            await asyncio.sleep(self.wait)


async def main(given: argparse.Namespace):
    tls = None
    if given.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.certificate)
    with open(given.file, "a", encoding="ascii") as file:
        sink = Sink(file, given.wait)
        make = lambda: SMTP(sink, tls_context=tls, require_starttls=bool(tls), enable_SMTPUTF8=False)  # noqa: E731
        server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", given.port)
        await server.serve_forever()


class Running:
    """A sink that was started: its port, and the Message-IDs that it accepted so far."""

    def __init__(self, port: int, file: Path):
        self.port, self.file = port, file

    def accepted(self) -> list[str]:
        return self.file.read_text().split()


@contextmanager
def running(folder: Path, *, wait: float = 0, certificate: Path | None = None) -> Iterator[Running]:
    """A sink on a port of its own, which writes to ``folder``; ended at the end, or with this process."""
    sink = Running(free_port(), Path(folder) / "accepted")
    sink.file.touch()
    command = [sys.executable, "-m", "tests.smtp_sink", str(sink.port), str(sink.file), "--wait", str(wait)]
    command += ["--certificate", str(certificate)] if certificate else []
    process = subprocess.Popen(command, cwd=Path(__file__).resolve().parents[1], preexec_fn=end_with_parent(9))
    try:
        deadline = time.monotonic() + 60
        while not listens(sink.port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("The mail server of the test did not start.")
            time.sleep(0.02)
        yield sink
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("file")
    parser.add_argument("--wait", type=float, default=0)
    parser.add_argument("--certificate", default="")
    asyncio.run(main(parser.parse_args()))
