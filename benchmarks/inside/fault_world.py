"""What the fault benchmark asks of a portal's database, each in a process of its own: it fills, counts and looks.

python -m benchmarks.inside.fault_world prepare | owe MANY | standing | visitors MANY | kept | seal MANY | shut
"""

import json
import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from notices.actions import outbox  # noqa: E402
from notices.models import Notice  # noqa: E402
from people.models import KeptForm, Person  # noqa: E402
from programmes.actions import relationships  # noqa: E402
from programmes.models import Relationship  # noqa: E402
from sessions_log.models import Session, SessionForm  # noqa: E402
from tests.builders import people, programmes, session_forms  # noqa: E402
from vault.fields import models_with_encrypted_fields  # noqa: E402
from vault.sealing import Undecryptable  # noqa: E402

KIND = "relationship-paused"  # a letter that is really sent, by day and night
SINCE = timedelta(days=300)  # for how long the pairs have known each other


def go_on_counting() -> None:
    """The builders number what they invent, from one in each process: go on where the last one ended."""
    people._number = count(10 * Person.objects.count() + 1)


def prepare() -> dict:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    return {}


def owe(many: str) -> dict:
    """Owe so many letters of a kind that is really sent, about one relationship; all due now."""
    now = timezone.now()
    relationship = Relationship.objects.filter(state=Relationship.State.PAUSED).first()
    if relationship is None:
        go_on_counting()
        relationship = programmes.pair(programmes.cohort(now=now), now=now)
        relationships.pause(relationship=relationship, by=None, now=now)
        Notice.objects.filter(kind=KIND).delete()  # what the two are told of that
    people = list(Person.objects.filter(memberships__relationship=relationship))
    before = Notice.objects.filter(kind=KIND).count()
    outbox.owe_many(
        kind=KIND,
        owed=[
            (f"fault:{number}", people[number % len(people)], {"relationship": relationship.pk})
            for number in range(before, before + int(many))
        ],
        due_at=now,
        by=None,
        now=now,
    )
    owed = Notice.objects.filter(kind=KIND).order_by("-pk")[: int(many)]
    return {"message_ids": [str(one.message_id) for one in owed]}


def standing() -> dict:
    """How many of those notices are in which state, and how many of them wait."""
    owed = Notice.objects.filter(kind=KIND).order_by()
    return {"states": dict(owed.values_list("state").annotate(Count("pk"))), "waiting": owed.waiting().count()}


def visitors(many: str) -> dict:
    """So many mentors, signed in, who owe a return for each session that they log."""
    go_on_counting()
    now = timezone.now()
    since = now - SINCE
    cohort = session_forms.cohort(now=since, start_date=since.date())
    found = []
    for _ in range(int(many)):
        relationship = programmes.pair(cohort, now=since)
        mentor = relationship.members.get(role="mentor").person
        client = Client()
        client.force_login(mentor)
        members = list(relationship.members.values_list("pk", flat=True))
        cookie = client.cookies["sessionid"].value
        found.append({"relationship": relationship.pk, "members": members, "cookie": cookie})
    return {"visitors": found, "today": timezone.localdate(now).isoformat()}


def kept() -> dict:
    """What is in the database of what was sent: sessions, those doubled, returns, those kept by half."""
    held = Session.objects.held()
    twice = held.order_by().values("relationship", "day").annotate(many=Count("pk")).filter(many__gt=1)
    forms = SessionForm.objects.annotate(many=Count("answers"))
    whole = len(session_forms.ANSWERS)
    is_returned = SessionForm.State.RETURNED
    half = forms.filter(state=is_returned).exclude(many=whole) | forms.exclude(state=is_returned).filter(many__gt=0)
    return {
        "sessions": [f"{pk}:{day}" for pk, day in held.values_list("relationship", "day")],
        "doubled": len(twice),
        "without_return": held.filter(session_forms=None).count(),
        "returned": [f"{pk}" for pk in forms.filter(state=is_returned).values_list("pk", flat=True)],
        "half": half.count(),
    }


def seal(many: str) -> dict:
    """Seal so many texts of somebody, and say who it is."""
    go_on_counting()
    now = timezone.now()
    person = people.person(now=now)
    texts = [KeptForm(person=person, path="/", body=f"text {number}", kept_at=now) for number in range(int(many))]
    KeptForm.objects.bulk_create(texts)
    return {"email": person.email}


def shut() -> dict:
    """Take every key but the newest away, and count the texts that do not open with that one alone."""
    file = Path(settings.NOTE_KEY_FILE)
    newest = file.read_text().splitlines()[0]
    file.chmod(0o600)
    file.write_text(f"{newest}\n")
    file.chmod(0o400)
    texts = shut = 0
    for model, fields in models_with_encrypted_fields().items():
        for pk in list(model._base_manager.values_list("pk", flat=True)):
            texts += len(fields)
            try:
                row = model._base_manager.get(pk=pk)
                [getattr(row, field.attname) for field in fields]
            except Undecryptable:
                shut += 1
    return {"texts": texts, "shut": shut}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
