"""What journeys do again and again: a day of the portal, a page read as its reader reads it, a form sent."""

import re
from datetime import UTC, datetime
from html import unescape

from django.core import mail
from django.urls import reverse
from django.utils.html import strip_tags

from mentoring_portal.schedule import SCHEDULE
from mentoring_portal.sweeps import run
from notices.models import Notice
from notices.tasks import deliver_notices
from programmes.models import Cohort


def day(year: int, month: int, number: int, hour: int = 9) -> datetime:
    """An hour of a day."""
    return datetime(year, month, number, hour, 0, tzinfo=UTC)


def told(answer) -> str:
    """What a page says: its words without tags, with single spaces."""
    text = answer.content.decode()
    return " ".join(unescape(strip_tags(re.sub(r"<(br|/td|/dt|/li|/p|/h\d)>", r" <\1>", text))).split())


def page(client, name: str, /, *args, **query) -> str:
    """The words of a page that is there for whoever is signed in."""
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return told(answer)


def send(client, name: str, /, *args, **fields) -> str:
    """Open the page of a form, send it, and read where it leads."""
    address = reverse(name, args=args)
    opened = client.get(address)
    assert opened.status_code in (200, 405), (name, opened.status_code)
    answer = client.post(address, fields, follow=True)
    assert answer.status_code == 200, (name, answer.status_code)
    return told(answer)


def is_absent(client, name: str, *args) -> bool:
    """Whether the page is not there for whoever is signed in, neither to read nor to send."""
    address = reverse(name, args=args)
    return client.get(address).status_code == 404 and client.post(address).status_code in (404, 405)


def date_fields(name: str, of) -> dict:
    """The three parts of a date as a form sends them."""
    return {f"{name}-day": of.day, f"{name}-month": of.month, f"{name}-year": of.year}


def start(client, model_key: str, organisation, starts_on, *, name: str = "Mentoring", cohort: str = "First") -> Cohort:
    """A lead, signed in, starts a programme of the model."""
    send(
        client,
        "programmes:programme-start",
        model_key,
        name=name,
        cohort_name=cohort,
        organisation=organisation.pk,
        **date_fields("start_date", starts_on),
    )
    return Cohort.objects.get(programme__name=name, name=cohort)


def enrol(client, cohort: Cohort, side: str, *who, **more) -> str:
    """A lead enrols people on a side."""
    return send(client, "programmes:enrolment-add", cohort.pk, side, people=[person.pk for person in who], **more)


def letters() -> list:
    """Deliver what is owed; the letters that went out just now."""
    before = len(mail.outbox)
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))
    return mail.outbox[before:]


def sweep(now: datetime) -> list:
    """Everything that the schedule does at ``now``; the letters that went out with it."""
    before = len(mail.outbox)
    for entry in SCHEDULE:
        run(entry, now=now)
    letters()
    return mail.outbox[before:]
