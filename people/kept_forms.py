"""Forms kept for somebody whose sign-in ran out while they typed: which there are, and what they hold.

Keeping and dropping them is people/actions/kept_forms.py; catching them is people/middleware.py.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from people.home import Found, Item, Rows, Section
from people.models import KeptForm, Person

KEPT_FOR = timedelta(hours=1)
LONGEST_BODY = 256 * 1024  # bytes
MARK = "kept_form"  # the field by which a form sent again says which kept form it was
DRAFT = "draft"  # the field by which a page says that its person types still: they have not sent this


def kept_for(person: Person, *, now: datetime) -> QuerySet[KeptForm]:
    """The forms still kept for ``person``: first what they sent, then drafts, the newest first. Nobody else ever
    sees them."""
    return KeptForm.objects.filter(person=person, kept_at__gt=now - KEPT_FOR).order_by("is_draft", "-kept_at", "pk")


def address_of(kept: KeptForm) -> str:
    """Where its person goes on: a draft waits in the box of its own page, a form that they sent is offered again."""
    return kept.path if kept.is_draft else reverse("people:kept-form", args=[kept.pk])


def fields(kept: KeptForm) -> list[tuple[str, str]]:
    """What was typed, as (name of the field, value) in the order of the form."""
    data = QueryDict(kept.body)
    return [(name, value) for name, values in data.lists() for value in values]


def home_rows(person: Person, access, now: datetime) -> Rows:
    return {"kept_forms": kept_for(person, now=now)}


def home_section(person: Person, access, now: datetime, found: Found | None = None) -> Section | None:
    """On the home page: what was typed and never sent."""
    if found is not None and not found["kept_forms"]:
        return None
    items = [
        Item(
            text="What you were typing" if kept.is_draft else "A form that was not sent",
            url=address_of(kept),
            hint=f"You {'typed' if kept.is_draft else 'filled'} it{'' if kept.is_draft else ' in'} at "
            f"{timezone.localtime(kept.kept_at):%H:%M}, when your sign-in had run out.",
        )
        for kept in kept_for(person, now=now)
    ]
    return Section(title="Not sent yet", items=items) if items else None
