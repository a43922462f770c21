"""Prints docs/DATA.md: what is kept about people, and what becomes of it; or the class of every field."""

from django.apps import apps
from django.core.management.base import BaseCommand

from people import retention
from people.holdings import HISTORY, WITH_THE_PERSON, classes, holdings, nobodys

HEAD = """# What is kept about people, and for how long

Made by `./portal manage data_page` from the rooms' `privacy.py`; a test fails where this page is older. The class of every field is printed by `./portal manage data_page --fields`; what the classes mean stands in [TRUST.md](TRUST.md#classes-of-data).
"""  # noqa: E501  a paragraph of the page


class Command(BaseCommand):
    help = "Print the page of the documentation about what is kept (docs/DATA.md)."

    def add_arguments(self, parser):
        parser.add_argument("--fields", action="store_true", help="print the class of every field instead")

    def handle(self, *, fields, **options):
        self.stdout.write("\n".join(every_field() if fields else page()))


def page():
    """The page, line by line."""
    yield HEAD
    yield "## How long\n"
    yield "| what | kept | then |\n|---|---|---|"
    for rule in sorted(retention.registered().values(), key=lambda rule: rule.name):
        yield f"| {rule.what} | {rule.kept} | {rule.then} |"
    yield "\nThe sweep does it, four times a day or more often. Administrators see on a page how much goes next.\n"
    yield "## About people\n"
    yield (
        "“Deleted” and “emptied” say what the erasure of a person does, by hand or twelve months after they left. "
        "What stays names “A former colleague” from then on.\n"
    )
    yield "| table | in one's own file | when the person is erased | kept |\n|---|---|---|---|"
    for held in holdings():
        ours = f"“{held.title}”" if held.title else f"no: {held.why_not}"
        yield f"| {held.model} | {ours} | {', '.join(_erasure(held)) or 'stays'} | {_kept(held.kept)} |"
    yield "\n## About nobody\n"
    yield "| table | what it is |\n|---|---|"
    for label, why in sorted(nobodys().items()):
        yield f"| {label} | {why} |"


def every_field():
    """The class of every field, line by line. Not on the page, which would be older with each new field."""
    yield "| table | P | I | C | S | K |\n|---|---|---|---|---|---|"
    known = classes()
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        of_fields = known[model._meta.label]
        by_class = (" ".join(name for name, one in of_fields.items() if one == letter) or "–" for letter in "PICSK")
        yield f"| {model._meta.label} | {' | '.join(by_class)} |"


def _erasure(held):
    for lookup in held.deletes:
        yield f"deleted ({lookup})"
    for lookup, values in held.blanks.items():
        yield f"{', '.join(values)} emptied ({lookup})"


def _kept(kept: str) -> str:
    if kept == WITH_THE_PERSON:
        return "until the person is erased"
    if kept == HISTORY:
        return "as history, which stays countable"
    return retention.registered()[kept].kept
