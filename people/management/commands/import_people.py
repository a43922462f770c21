"""manage.py import_people: a staff list from a file, as the pages under /people/import/ do it, for other programs."""

import json
import sys
from argparse import ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.refusal import Refused
from look.numbers import whole
from people.actions import staff_import_asks as asks
from people.actions import staff_imports
from people.models import Organisation, Person
from people.staff_import_work import work
from people.staff_list.columns import read_map
from people.staff_list.diff import compare_import
from people.staff_list.read import MAX_BYTES, Unreadable

PROBLEMS, UNREADABLE = 1, 2
MAX_FILE_ROW = 1_048_576  # of a spreadsheet


class Command(BaseCommand):
    help = (
        "Imports a staff list (CSV or Excel), all or nothing. Exits 0 where nothing stood in the way, 1 where problems "
        "did and so nothing was saved, 2 where the file could not be read as a staff list at all."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, metavar="CODE", help="the organisation's short code")
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="the programme lead in whose name this is done"
        )
        parser.add_argument(
            "--map",
            type=Path,
            help='TOML: a table [columns] with lines such as email = "NHSmail"; sheet = "Staff" names a sheet',
        )
        parser.add_argument(
            "--skip-rows",
            type=_rows,
            default=frozenset(),
            metavar="ROWS",
            help="rows to leave out, such as a total at the foot, as a spreadsheet numbers them: 122 or 7,40-42",
        )
        parser.add_argument("--complete", action="store_true", help="the list is everyone: who is missing has left")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and save nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, file, organisation, by, map, skip_rows, complete, dry_run, json, **options):
        now = timezone.now()
        lead = Person.objects.filter(email=by.strip().lower(), is_active=True).first()
        if lead is None:
            raise CommandError(f"Nobody has the e-mail address {by}.", returncode=UNREADABLE)
        found = Organisation.objects.filter(code=organisation.strip().lower()).first()
        if found is None:
            raise CommandError(f"There is no organisation with the code {organisation}.", returncode=UNREADABLE)
        try:
            staff_import = staff_imports.receive(
                organisation=found,
                file_name=file.name,
                data=_bytes(file),
                is_complete=complete,
                told=read_map(_bytes(map).decode("utf-8-sig", errors="replace")) if map else None,
                leave_out=skip_rows,
                by=lead,
                now=now,
            )
            self._checked(staff_import, lead, now)
        except (Unreadable, Refused) as error:
            if json:
                problem = {"row": 0, "column": "", "message": str(error)}
                self._print({"rows": 0, **dict.fromkeys(COUNTS, 0), "problems": [problem], "saved": False})
            raise CommandError(str(error), returncode=UNREADABLE) from error
        diff = compare_import(staff_import, by=lead, now=now)
        problems = [*staff_import.problems, *(problem.as_dict() for problem in diff.problems), *_unanswered(diff)]
        problems = [{key: problem[key] for key in ("row", "column", "message")} for problem in problems]
        problems.sort(key=lambda problem: problem["row"])
        warnings = staff_import.warnings + [warning.as_dict() for warning in diff.warnings]
        warnings += [
            {"row": one.row, "column": staff_import.headings.get("manager", ""), "message": one.message}
            for one in diff.unfound
        ]
        warnings += [
            {"row": one["row"], "column": "", "message": f"Left out: “{one['says']}”."} for one in staff_import.left_out
        ]
        rows = staff_import.row_count
        if problems or dry_run:
            staff_imports.drop(staff_import=staff_import, by=lead, now=now)
        else:
            # --complete is the word for it, so that however many leave is not asked about once more.
            asks.save(staff_import=staff_import, seen=diff.digest(), sure=True, by=lead, now=now, hand_over=False)
            work(import_id=staff_import.pk, clock=timezone.now)
            staff_import.refresh_from_db()
            if staff_import.fault:
                problems = [{"row": 0, "column": "", "message": staff_import.fault}]
                staff_imports.drop(staff_import=staff_import, by=lead, now=now)
        saved = staff_import.state == staff_import.State.SAVED
        counts = {name: getattr(staff_import, name) for name in COUNTS}
        told = self.stderr if json else self.stdout  # the JSON is the whole of what a program reads
        for warning in warnings:
            told.write(_line(warning))
        if json:
            self._print({"rows": rows, **counts, "problems": problems, "saved": saved})
        else:
            self._say(staff_import, counts, rows, problems, saved)
        if problems:
            sys.exit(PROBLEMS)

    def _checked(self, staff_import, lead, now):
        """Check the list in this process. Raises Unreadable where that failed, and keeps nothing."""
        asks.check(staff_import=staff_import, by=lead, now=now, hand_over=False)
        work(import_id=staff_import.pk, clock=timezone.now)
        staff_import.refresh_from_db()
        if staff_import.fault:
            staff_imports.drop(staff_import=staff_import, by=lead, now=now)
            raise Unreadable(staff_import.fault)

    def _say(self, staff_import, counts, rows, problems, saved):
        self.stdout.write(f"{rows} rows, read as {staff_import.encoding}.")
        for heading in staff_import.unused:
            self.stdout.write(f"Not used: the column “{heading}”.")
        for note in staff_import.notes:
            self.stdout.write(note)
        for problem in problems:
            self.stdout.write(_line(problem))
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()) + ".")
        self.stdout.write("Saved." if saved else "Nothing was saved.")

    def _print(self, outcome: dict):
        self.stdout.write(json.dumps(outcome, ensure_ascii=False))


COUNTS = ("adds", "changes", "unchanged", "leavers")


def _rows(text: str) -> frozenset[int]:
    """Row numbers from "7,40-42". Raises ArgumentTypeError."""
    found: set[int] = set()
    for part in text.split(","):
        begins, dash, ends = (number.strip() for number in part.partition("-"))
        first = whole(begins) or 0
        last = (whole(ends) or 0) if dash else first
        if not 0 < first <= last <= MAX_FILE_ROW:
            raise ArgumentTypeError(f"“{part.strip()}” is no row: write 122, or 40-42 for several.")
        found |= set(range(first, last + 1))
    return frozenset(found)


def _line(said: dict) -> str:
    if not said["row"]:
        return said["message"]
    where = f"Row {said['row']}, {said['column']}" if said["column"] else f"Row {said['row']}"
    return f"{where}: {said['message']}"


def _unanswered(diff) -> list[dict]:
    """Rows that may be somebody known, which only a person can tell: the page asks, a program is told to ask."""
    return [
        {
            "row": question.row["row"],
            "column": "",
            "message": f"{question.name} may be {candidate.person.name}, whom the portal knows already"
            f"{f' with the e-mail address {candidate.person.email}' if candidate.person.email else ''}. Give the row "
            "their staff number or that address, or import the list on the page, which asks.",
        }
        for question in diff.open_questions
        for candidate in question.candidates[:1]
    ]


def _bytes(path: Path) -> bytes:
    """The file, or Unreadable; of one that is far too large only as much as shows it."""
    try:
        with path.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
