"""Every form that the portal shows to somebody, as a browser would send it: for tests that send it altered.

Pages and people are those of the access matrix. What is sent is taken back, so
that each form is met in the same world.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.architecture.access_page import walked
from tests.scenarios import ROLES

ANYBODY = ("lead", "mentee")  # who asks, of a page that answers everybody
NOBODY = "nobody"  # signed in as no one
STAFF_LIST = b"First Name,Last Name,E-mail Address\r\nAda,Lind,ada.lind@example.org\r\n"


@dataclass
class Field:
    """One name in a form: what stands in it, what may be chosen, and what kind of control it is."""

    name: str
    kind: str
    values: list[str]
    options: list[str]
    required: bool = False


@dataclass
class Shown:
    """A form that ``role`` finds on ``page``, sent to ``action``, which the resolver calls ``name``."""

    role: str
    page: str
    name: str
    action: str
    method: str
    fields: dict[str, Field]
    buttons: list[tuple[str, str]]

    def __str__(self) -> str:
        return f"{self.name} as {self.role}"

    def filled(self, button: tuple[str, str] | None = None) -> dict[str, list]:
        """What a person sends who fills in everything that waits for an answer and leaves the rest."""
        sent = {name: list(values) for name, field in self.fields.items() if (values := _answer(field))}
        sent.pop("csrfmiddlewaretoken", None)
        if button:
            sent[button[0]] = [button[1]]
        return sent


class _Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.form, self.select, self.area, self.option = [], None, None, None, None

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.form = {"action": told.get("action") or "", "method": (told.get("method") or "get").lower()}
            self.form |= {"fields": {}, "buttons": []}
            self.found.append(self.form)
        elif self.form is None:
            return
        elif tag in ("input", "button"):
            self._control(tag, told)
        elif tag == "select" and told.get("name"):
            self.select = self._field(told, "select")
        elif tag == "option" and self.select:
            value = told.get("value", "")
            self.select.options.append(value)
            if "selected" in told:
                self.select.values.append(value)
        elif tag == "textarea" and told.get("name"):
            self.area = self._field(told, "textarea")
            self.area.values.append("")

    def _control(self, tag, told):
        name, kind = told.get("name"), told.get("type", "submit" if tag == "button" else "text")
        if not name:
            if kind in ("submit", "image"):
                self.form["buttons"].append(None)
        elif kind in ("submit", "button", "image"):
            self.form["buttons"].append((name, told.get("value") or ""))
        else:
            field = self._field(told, kind)
            value = told.get("value")
            if kind in ("checkbox", "radio"):
                field.options.append("on" if value is None else value)
                if "checked" in told:
                    field.values.append(field.options[-1])
            elif value:
                field.values.append(value)

    def _field(self, told, kind) -> Field:
        name = told["name"]
        if told.get("inputmode") in ("numeric", "decimal"):
            kind = "number"
        return self.form["fields"].setdefault(name, Field(name, kind, [], [], "required" in told))

    def handle_data(self, data):
        if self.area:
            self.area.values[0] += data if self.area.values[0] else data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None


def _answer(field: Field) -> list[str]:
    if any(field.values):
        return field.values
    if field.kind == "select" and field.name.endswith(("_to", "end")):
        return field.options[-1:]  # later than the beginning
    if field.kind in ("radio", "select"):
        return [option for option in field.options if option][:1] or field.options[:1]
    if field.kind == "checkbox":
        return field.options[:1] if field.required or len(field.options) > 1 else []
    for ending, value in (("-day", "14"), ("-month", "5"), ("-year", "2027")):
        if field.name.endswith(ending):
            return [value]
    if field.kind == "file":
        return [SimpleUploadedFile("list.csv", STAFF_LIST)]
    if field.kind == "hidden":
        return [""]
    if field.name.endswith("starts_at"):
        return ["10:30"]
    kinds = {"email": "anew@example.org", "number": "1", "time": "10:30", "url": "https://example.org/"}
    return [kinds.get(field.kind, "A password of ours" if field.kind == "password" else "Words")]


def forms_of(content: str) -> list[dict]:
    parser = _Forms()
    parser.feed(content)
    parser.close()
    return parser.found


class Senders:
    """People of a world, each signed in once; whatever one of them asks for is taken back."""

    def __init__(self, things: dict):
        self.things, self._clients = things, {}

    def of(self, role: str) -> Client:
        if role not in self._clients:
            client = self._clients[role] = Client()
            if role != NOBODY:
                client.force_login(self.things[role])
        return self._clients[role]

    def ask(self, role: str, method: str, address: str, data=None, *, then=lambda answer: None, **extra):
        """The answer to one request; ``then`` is called with it before its traces are taken back."""
        client = self.of(role)
        kept = {name: morsel.value for name, morsel in client.cookies.items()}
        try:
            with transaction.atomic():
                answer = getattr(client, method)(address, data, **extra)
                then(answer)
                transaction.set_rollback(True)
        finally:
            client.cookies.clear()
            for name, value in kept.items():
                client.cookies[name] = value
        return answer


def pages(things: dict, lines=None) -> Iterator[tuple[str, str, str]]:
    """(name, role, address) of each page of the matrix, or of those ``lines`` of it, for those who are let in."""
    for name, entry in lines or walked():
        if entry.get("demo") or entry.get("off"):
            continue
        roles = (
            list(ANYBODY) if entry.get("get") == "everyone" else [one for one in ROLES if one in entry.get("get", ())]
        )
        if entry.get("public") and "get" in entry:
            roles.append(NOBODY)
        arguments = {word: things[thing] for word, thing in entry.get("args", {}).items()}
        for role in roles:
            yield name, role, reverse(name, kwargs=arguments)


def shown_forms(senders: Senders) -> list[Shown]:
    """Every form on every page, one of each kind for each role; POST addresses of which no page has a form, bare."""
    found = {}
    for _, role, address in pages(senders.things):
        answer = senders.ask(role, "get", address)
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        for form in forms_of(answer.content.decode()):
            action = urljoin(address, form["action"]) if form["action"] else address
            try:
                name = resolve(urlsplit(action).path).view_name
            except Resolver404:
                continue
            key = (name, role, form["method"], *sorted(form["fields"]))
            found.setdefault(key, Shown(role, address, name, action, form["method"], form["fields"], form["buttons"]))
    shown = list(found.values())
    known = {(form.name, form.role) for form in shown if form.method == "post"}
    for name, entry in walked():
        posts = entry.get("post", ())
        for role in ANYBODY if posts == "everyone" else posts:
            if (name, role) not in known and not (entry.get("demo") or entry.get("off")):
                arguments = {word: senders.things[thing] for word, thing in entry.get("args", {}).items()}
                address = reverse(name, kwargs=arguments)
                shown.append(Shown(role, address, name, address, "post", {}, []))
    return shown
