"""Reads a page's form as a browser does and fills in what stands on it, without a browser."""

from html.parser import HTMLParser

from django.utils import timezone


class _Controls(HTMLParser):
    """The controls of the forms of a page, in their order: [{tag, name, type, value, checked, options}]."""

    def __init__(self):
        super().__init__()
        self.forms, self.inside = [], None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append([])
        elif self.forms and tag in ("input", "textarea", "select", "button") and attrs.get("name"):
            one = {"tag": tag, "value": "", "type": "text", **attrs, "checked": "checked" in attrs, "options": []}
            self.forms[-1].append(one)
            self.inside = one
        elif tag == "option" and self.inside is not None:
            self.inside["options"].append(attrs.get("value") or "")

    def handle_data(self, data):
        if self.inside is not None and self.inside["tag"] == "textarea":
            self.inside["value"] += data

    def handle_endtag(self, tag):
        if self.inside is not None and tag in ("textarea", "select"):
            self.inside = None


def form_of(page: str, *, text: str, says: dict[str, str]) -> dict[str, str | list[str]]:
    """What a browser would send of the page's longest form, once every box is filled in.

    Each text becomes ``text``; of radios and boxes the one whose value begins as ``says`` has it for that name, else
    the first; a day is today's; a number the least.
    """
    reader = _Controls()
    reader.feed(page)
    sent: dict[str, str | list[str]] = {}
    today = timezone.localdate()
    for one in max(reader.forms, key=len):
        name, kind = one["name"], one["type"]
        if one["tag"] == "button":
            continue
        if kind in ("radio", "checkbox"):
            wanted = says.get(name)
            if name not in sent and (wanted is None or one["value"].startswith(wanted)):
                sent[name] = one["value"] or "on"
        elif kind == "hidden":
            sent[name] = one["value"]
        elif part := next((p for p in ("day", "month", "year") if name.endswith(f"-{p}")), None):
            sent[name] = str(getattr(today, part))
        elif one["tag"] == "select":
            sent[name] = next((value for value in one["options"] if value), "")
        elif kind == "number" or one.get("inputmode") == "numeric":
            sent[name] = one.get("min") or "1"
        else:
            sent[name] = text
    return sent
