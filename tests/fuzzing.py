"""Posts, queries and files as nobody means them, drawn from a seed.

Nothing here knows what a form is for. What counts as a fault is said where it is tried.
"""

import csv
import io
import random
import zipfile
from collections.abc import Iterator
from urllib.parse import quote_plus, urlencode

from tests.posting import Shown

LONGEST_QUERY = 4_000  # the web server refuses a longer one itself
ENDLESS = ("a " * 1_200, "9" * 4_000, "é" * 600)  # as much as an address may hold
WILD = (
    *("", " ", "\0", "a\0b", "-1", "0", "1", "7", "999999999", "9" * 18, "9" * 19, "9" * 40, "-" + "9" * 30, "1e309"),
    *(
        "NaN",
        "Infinity",
        "1.5",
        "1,5",
        "٣",
        "２０２７",
        "²",
        "½",
        "0x10",
        "1_000",
        "+1",
        " 1",
        "on",
        "yes",
        "no",
        "true",
    ),
    *("null", "None", "undefined", "[]", "{}", '{"a": 1}', "2027-02-30", "31/02/2027", "0000-00-00", "9999-12-31"),
    *("10000-01-01", "2027-04-14T10:00:00+99:00", "0001-01-01T00:00:00+14:00", "24:61", "25:00", "-1:00", "10:30"),
    *(
        "00000000-0000-0000-0000-000000000000",
        "organisation:1",
        "site:x",
        "programme:999999999",
        ":",
        "a:b:c",
        "-",
        ",",
    ),
    *("a@example.org", "a@b", "@", "x" * 300 + "@example.org", "a@example.org\r\nBcc: b@example.org", "Ada\r\nLind"),
    *(
        "<script>alert(1)</script>",
        "'\"><svg onload=x>",
        "'; DROP TABLE people_person; --",
        "../../etc/passwd",
        "%00%ff",
    ),
    *("{{7*7}}", "{% load x %}", "%s%n", "=1+1", "\ufeff", "\u202e", "\u2028", "\ud7ff", "\uffff", "𝒳" * 40, "é" * 300),
    *(
        "a" * 5_000,
        "a " * 20_000,
        "9" * 5_000,
        "https://" + "a" * 3_000,
        "key = 1\n[rule.x]\n" * 40,
        "[" * 3_000,
        "mentee",
        "mentor",
    ),
)
RAW = ("%FF%FE", "%C3%28", "%ED%A0%80", "%F0%9F", "%00", "&&&", "=", "%", "%zz")  # not even UTF-8


def posts(forms: list[Shown], *, seed: int) -> Iterator[tuple[Shown, object, dict]]:
    """Without end: a form, what is sent, and how. Each form has its turn before any has a second."""
    drawn = random.Random(seed)
    ids = [str(number) for number in range(1, 80)]
    while True:
        for form in drawn.sample(forms, len(forms)):
            sent = form.filled(drawn.choice(form.buttons) if form.buttons and drawn.random() < 0.8 else None)
            for name in list(sent):
                chance = drawn.random()
                if chance < 0.15:
                    del sent[name]
                elif chance < 0.55:
                    sent[name] = [_value(drawn, ids)]
                elif chance < 0.65:
                    sent[name] = [_value(drawn, ids) for _ in range(drawn.randrange(2, 6))]
            if drawn.random() < 0.3:
                sent[drawn.choice(("do", "what", "who", "q", "page", "answer", "", "a" * 200))] = [_value(drawn, ids)]
            if drawn.random() < 0.1:  # a form-encoded body that no browser makes
                body = "&".join(f"{quote_plus(name)}={drawn.choice(RAW)}" for name in sent) + drawn.choice(RAW)
                yield form, body, {"content_type": "application/x-www-form-urlencoded"}
            else:
                yield form, sent, {}


def _value(drawn: random.Random, ids: list[str]) -> str:
    return drawn.choice(ids) if drawn.random() < 0.2 else drawn.choice(WILD)


def queries(forms: list[Shown], *, seed: int) -> Iterator[tuple[Shown, dict]]:
    """Without end: a page and a query for it, of names that forms of the portal have."""
    drawn = random.Random(seed)
    names = sorted({name for form in forms if form.method == "get" for name in form.fields})
    names += ["page", "sort", "with", "keep", "mentee", "mentor", "version", "by", "as", "state", "show", "fact", "day"]
    while True:
        for form in drawn.sample(forms, len(forms)):
            sent = {name: _value(drawn, ["1", "2"]) for name in drawn.sample(names, drawn.randrange(1, 6))}
            if len(urlencode(sent)) < LONGEST_QUERY:
                yield form, sent


def files(*, seed: int) -> Iterator[bytes]:
    """Without end: files that are no staff list, or nearly one."""
    drawn = random.Random(seed)
    good = staff_list(drawn, 5)
    kinds = (
        lambda: drawn.randbytes(drawn.randrange(2_000)),
        lambda: _spoilt(drawn, good),
        lambda: _spoilt(drawn, _workbook(drawn)),
        lambda: good.decode().encode(
            drawn.choice(("utf-16", "utf-16-le", "utf-32", "cp037", "utf-7")), errors="replace"
        ),
        lambda: staff_list(drawn, 3, delimiter=drawn.choice(";\t|,")) + drawn.randbytes(5),
        lambda: b'"' * drawn.randrange(1, 500) + good,
        lambda: b"First Name,Last Name,E-mail\r\n" + b"\0" * drawn.randrange(1, 3_000),
        lambda: b"PK\x03\x04" + drawn.randbytes(500),
        lambda: _archive(drawn),
        lambda: b"a," * drawn.randrange(1, 20_000),
        lambda: b"First Name\r\n" + b"x" * drawn.randrange(10_000, 200_000),
    )
    while True:
        yield drawn.choice(kinds)()


def staff_list(drawn: random.Random, rows: int, *, delimiter: str = ",") -> bytes:
    """A list with its headings right and its rows wrong."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    heads = ["Employee Number", "First Name", "Last Name", "E-mail Address", "Position Title", "Grade", "Start Date"]
    heads += ["Supervisor", "Location"]
    writer.writerow(heads)
    short = [value.replace("\0", "") for value in WILD if len(value) < 400]
    for number in range(rows):
        row = [f"{number}", f"Ada{number}", "Lind", f"a{number}@example.org", "Pharmacist", "6", "2026-09-01", "", ""]
        for _ in range(drawn.randrange(1, 4)):
            row[drawn.randrange(len(row))] = drawn.choice(short)
        writer.writerow(row[: drawn.randrange(1, 12)] + drawn.choice(([], [""], ["more"])))
    return text.getvalue().encode("utf-8", errors="replace")


def _spoilt(drawn: random.Random, data: bytes) -> bytes:
    spoilt = bytearray(data)
    for _ in range(drawn.randrange(1, 20)):
        spoilt[drawn.randrange(len(spoilt))] = drawn.randrange(256)
    return bytes(spoilt[: drawn.randrange(1, len(spoilt) + 1)] if drawn.random() < 0.3 else spoilt)


_KEPT: list[bytes] = []


def _workbook(drawn: random.Random) -> bytes:
    if not _KEPT:
        from openpyxl import Workbook  # costly, and most files need none

        book = Workbook()
        for row in csv.reader(io.StringIO(staff_list(random.Random(1), 5).decode())):
            book.active.append([cell.replace("\ufeff", "") for cell in row if cell.isprintable()])
        kept = io.BytesIO()
        book.save(kept)
        _KEPT.append(kept.getvalue())
    return _KEPT[0]


def _archive(drawn: random.Random) -> bytes:
    """A sound archive with something else in it; now and then much of it, packed small."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(drawn.choice(("xl/workbook.xml", "a", "../a", "[Content_Types].xml")), b"<a>" * 10_000)
    return kept.getvalue()
