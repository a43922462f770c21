"""People who log sessions and return forms while the portal is being broken, and press again where nothing came back.

Each knows what was acknowledged: a page that said so. Whether that is in the database is asked afterwards.
"""

import http.client
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from datetime import date, timedelta

SAYS_IT_IS_FAULTY = "Something has gone wrong on our side"
SENTENCES = ("The service does not answer just now", "Nothing can be saved just now")
RETURN = {"q-met": "yes", "q-discussed": "Calculations", "q-study-sessions": "None", "q-portfolio": "Well on"}


class Visitor:
    """A mentor at a browser."""

    def __init__(self, port: int, known: dict):
        self.port, self.known = port, known
        self.jar = {"sessionid": known["cookie"]}
        self.answers: Counter[str] = Counter()
        self.logged: set[str] = set()
        self.returned: set[str] = set()
        self.last_page = ""

    def ask(self, path: str, fields: dict | None = None) -> tuple[str, str]:
        """The address where it ended and the page; OSError or HTTPException where nothing came back."""
        body = urllib.parse.urlencode(fields, doseq=True).encode() if fields is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body)
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self.jar.items()))
        opener = urllib.request.build_opener(self.follow())
        try:
            with opener.open(request, timeout=60) as answer:
                self.take_cookies(answer)
                page = answer.read().decode()
                self.answers[str(answer.status)] += 1
                return answer.url, page
        except urllib.error.HTTPError as answer:
            self.last_page = answer.read().decode(errors="replace")
            says = any(sentence in self.last_page for sentence in SENTENCES)
            self.answers[f"{answer.code}{'' if says or answer.code < 500 else ' without a sentence'}"] += 1
            raise
        except (OSError, http.client.HTTPException):
            self.answers["no answer"] += 1
            raise

    def take_cookies(self, answer) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.jar[name] = value

    def follow(self):
        visitor = self

        class Follow(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, request, file, code, words, headers, new):
                again = super().redirect_request(request, file, code, words, headers, new)
                again.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in visitor.jar.items()))
                return again

        return Follow()

    def send(self, path: str, fields: dict) -> tuple[str, str]:
        """Open the form and send it."""
        _, page = self.ask(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        return self.ask(path, fields | {"csrfmiddlewaretoken": token})

    def insist(self, path: str, fields: dict, is_done) -> tuple[str, str]:
        """Send it, and again as long as nothing or a fault came back."""
        until = time.monotonic() + 300
        while True:
            try:
                url, page = self.send(path, fields)
                if is_done(url, page):
                    return url, page
                words = " ".join(re.sub("<[^>]+>", " ", page).split())
                raise RuntimeError(f"{path} answered at {url}: {words[:2000]}")
            except (OSError, http.client.HTTPException):  # HTTPError is an OSError
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def log(self, day: date) -> None:
        """Log a session of that day."""
        fields = {"day": day.isoformat(), "minutes": 60, "mode": "video", "time": "work"}
        fields["attended"] = self.known["members"]
        path = f"/relationships/{self.known['relationship']}/sessions/"  # to which it leads when it is logged
        self.insist(f"{path}log/", fields, lambda url, page: url.endswith(path) or "is logged already" in page)
        self.logged.add(f"{self.known['relationship']}:{day.isoformat()}")

    def give_back(self) -> None:
        """Return every form that is owed."""
        _, page = self.patiently("/forms/")
        for pk in sorted(set(re.findall(r'href="/forms/(\d+)/"', page))):
            self.insist(
                f"/forms/{pk}/",
                RETURN | {"shown": "met discussed study-sessions portfolio"},
                # Or it was kept although nothing came back, while this very page was being opened again.
                lambda url, page: url.endswith(("/forms/", "/returned/")) or "has been returned already" in page,
            )
            self.returned.add(pk)

    def patiently(self, path: str) -> tuple[str, str]:
        until = time.monotonic() + 300
        while True:
            try:
                return self.ask(path)
            except (OSError, http.client.HTTPException):
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


class Crowd:
    """Several of them at once, each in a thread, each logging ``days`` sessions and returning their forms."""

    def __init__(self, rig, count: int, days: int):
        found = rig.world("visitors", count)
        today = date.fromisoformat(found["today"])
        self.visitors = [Visitor(rig.port, known) for known in found["visitors"]]
        self.faults: list[BaseException] = []
        self.total, self.done = count * days, 0
        self.threads = [threading.Thread(target=self.work, args=(one, today, days)) for one in self.visitors]
        self.rig = rig

    def work(self, visitor: Visitor, today: date, days: int) -> None:
        try:
            for number in range(days):
                visitor.log(today - timedelta(days=number + 1))
                visitor.give_back()
                self.done += 1
        except BaseException as fault:
            self.faults.append(fault)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        for thread in self.threads:
            thread.join()
        if self.faults:
            raise self.faults[0]

    def refused(self) -> int:
        """How many answers said in words that nothing can be done just now."""
        return sum(one.answers["503"] for one in self.visitors)

    def is_over(self) -> bool:
        return not any(thread.is_alive() for thread in self.threads)

    def outcome(self) -> dict:
        """What became of it, after the threads have ended."""
        kept, answers = self.rig.world("kept"), Counter()
        for one in self.visitors:
            answers += one.answers
        logged = set().union(*(one.logged for one in self.visitors))
        returned = set().union(*(one.returned for one in self.visitors))
        return {
            "lost": len(logged - set(kept["sessions"])) + len(returned - set(kept["returned"])),
            "doubled": kept["doubled"],
            "half": kept["half"] + kept["without_return"],
            "unclean": sum(many for what, many in answers.items() if what.startswith("5") and what != "503"),
            "answers": ", ".join(f"{many} × {what}" for what, many in sorted(answers.items())),
        }
