"""This room's sections of the home page: the staff list that a lead keeps, and the role of those who only read."""

from datetime import datetime

from django.db.models import Case, Count, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone

from people import scopes
from people.access import Access, Role
from people.counting import Each, counted_together
from people.home import Found, Item, Rows, Section
from people.models import Employment, Person, StaffImport

IMPORT = {
    StaffImport.State.COLUMNS: (
        "Say what the columns of {} mean",
        "Then it can be checked. It is dropped after two days.",
    ),
    StaffImport.State.CHECKING: ("{} is being checked", "See how far it is."),
    StaffImport.State.PREVIEW: (
        "Look at {} and save it",
        "Read, but not saved yet. It is dropped after two days.",
    ),
    StaffImport.State.SAVING: ("{} is being saved", "See how far it is."),
}


def _waiting_imports(access: Access) -> QuerySet[StaffImport]:
    """The lists that wait for a lead of theirs; what changes nothing waits for nobody."""
    State = StaffImport.State
    rows = StaffImport.objects.filter(
        organisation__in=access.organisations_led, state__in=(*StaffImport.OPEN, State.SAVING)
    )
    return rows.exclude(state=State.PREVIEW, adds=0, changes=0, leavers=0)


def staff_rows(person: Person, access: Access, now: datetime) -> Rows:
    led = access.organisations_led
    if not led:
        return {}
    jobs = Employment.objects.filter(organisation__in=led)
    has_end = Case(When(end_date=None, then=Value(0)), default=Value(1))
    return {"imports": _waiting_imports(access), "jobs": Each(jobs.not_over(on=timezone.localdate(now)), has_end)}


def staff_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """For leads of an organisation: the staff list, which everything else begins with."""
    led = access.organisations_led
    if not led:
        return None
    found = counted_together(**staff_rows(person, access, now)) if found is None else found
    waiting = _waiting_imports(access).values_list("pk", "state", "file_name") if found["imports"] else ()
    items = [
        Item(IMPORT[state][0].format(file_name), reverse("people:import-preview", args=[pk]), IMPORT[state][1])
        for pk, state, file_name in waiting
    ]
    staff = found["jobs"].get(0, 0)  # of those without an end each has one at most, in each organisation
    if len(led) > 1 or found["jobs"].get(1):
        jobs = Employment.objects.not_over(on=timezone.localdate(now)).filter(organisation__in=led)
        staff = jobs.aggregate(staff=Count("person", distinct=True))["staff"]
    if staff > 1:  # the lead alone is no list
        items.append(Item(f"{staff:,} people on your staff list", reverse("people:person-list")))
        hint = "When people have joined, moved or left."
        items.append(Item("Import a newer staff list", reverse("people:import-start"), hint))
    empty = Item(
        "Import your staff list",
        reverse("people:import-start"),
        "A spreadsheet of your department, from Excel or as CSV. Everything begins with it.",
    )
    return Section("Your staff list", items, empty)


# Roles whose holders do nothing here but read what comes in for them.
READERS = {
    Role.HOST_OFFICER: "Forms that pairs return to your organisation stand under “Returns”, once there are some.",
    Role.COMMISSIONER: "What it shows to whoever funds it stands under “What you fund”.",
}


def reader_section(person: Person, access: Access, now: datetime, found: Found | None = None) -> Section | None:
    """What a host officer or a commissioner holds, so that a page with nothing on it says why; nobody's whose other
    roles fill it. A query for each kind of what they hold it over."""
    held = sorted(grant for grant in access.grants if grant[0] in READERS)
    if not held or access.is_lead or access.is_site_lead or access.is_administrator:
        return None
    names = scopes.named((kind, id) for _, kind, id in held)
    items = [
        Item(
            f"{Role(role).label} for {names[kind, id].name if (kind, id) in names else scopes.GONE}",
            reverse("people:person-detail", args=[person.pk]),
            READERS[role],
        )
        for role, kind, id in held
    ]
    return Section("Your role", items, stands=True)
