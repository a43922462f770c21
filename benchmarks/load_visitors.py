"""People at browsers who open pages at fixed moments, whether or not earlier ones are answered. A process of its own.

python -m benchmarks.load_visitors PLAN OUT PORT RATE SECONDS SEED

PLAN is what inside/load_world.py tells of who is signed in and what they may ask for. OUT gets ``answers``, a list of
``[kind, seconds, status]``, the seconds from the moment at which the request was to begin (status 0: no answer); and
the processor seconds that this process took itself. SIGTERM ends it early.
"""

import asyncio
import json
import random
import signal
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

PATIENCE = 60  # seconds, then it is no answer


class Crowd:
    def __init__(self, plan: dict, port: int, seed: str):
        self.plan, self.port, self.choose = plan, port, random.Random(seed)
        self.kinds = [kind for kind in plan["weights"] if kind in plan["pages"] or kind in plan["posts"]]
        self.done: list[list] = []

    def next_call(self) -> tuple[str, list]:
        """A kind of page by its weight, and one of its addresses; what is sent is sent once."""
        weights = [self.plan["weights"][kind] for kind in self.kinds]
        [kind] = self.choose.choices(self.kinds, weights)
        if kind in self.plan["pages"]:
            return kind, self.choose.choice(self.plan["pages"][kind])
        call = self.plan["posts"][kind].pop()
        if not self.plan["posts"][kind]:
            self.kinds.remove(kind)
        return kind, call

    async def go_on(self, rate: float, seconds: float) -> None:
        loop, under_way, number = asyncio.get_running_loop(), set(), 0
        stopping = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stopping.set)
        start = loop.time() + 0.1
        while number < rate * seconds and not stopping.is_set():
            planned = start + number / rate
            await asyncio.sleep(planned - loop.time())
            task = asyncio.create_task(self.visit(planned))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            number += 1
        while under_way:
            await asyncio.wait(under_way)

    async def visit(self, planned: float) -> None:
        kind, (visitor, path, *fields) = self.next_call()
        try:
            status = await asyncio.wait_for(self.ask(self.plan["visitors"][visitor], path, *fields), PATIENCE)
        except (OSError, ValueError, TimeoutError):
            status = 0
        self.done.append([kind, asyncio.get_running_loop().time() - planned, status])

    async def ask(self, jar: dict, path: str, fields: dict | None = None) -> int:
        """The status of a whole answer; ValueError where it breaks off."""
        body = b""
        if fields is not None:
            body = urlencode(fields | {"csrfmiddlewaretoken": jar["csrftoken"]}, doseq=True).encode()
        head = [
            f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Connection: close",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in jar.items()),
        ]
        if body:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            told, _, page = (await reader.read()).partition(b"\r\n\r\n")
        finally:
            writer.close()
        first, *lines = told.decode("latin-1").split("\r\n")
        for line in lines:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, value = value.partition(";")[0].partition("=")
                jar[cookie] = value
            elif name.lower() == "content-length" and len(page) < int(value):
                raise ValueError("Half of an answer")
        return int(first.split()[1]) if first else 0


async def main(plan: str, out: str, port: str, rate: str, seconds: str, seed: str) -> None:
    crowd = Crowd(json.loads(Path(plan).read_text()), int(port), seed)
    await crowd.go_on(float(rate), float(seconds))
    Path(out).write_text(json.dumps({"answers": crowd.done, "processor": time.process_time()}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
