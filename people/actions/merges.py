"""Two records of one person made one. Nothing is lost; the other record stays as a signpost.

What stands in the way is read by people/merging.py. Every room moves its own rows
by its step (people/merge_steps.py); that of this room is ``own_step``.
"""

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from notices.actions import outbox
from people import merge_steps, merging
from people.access import Access
from people.actions import employments, invitations, links
from people.models import Employment, Fact, Grant, Guest, LineManagement, Person, Style, Tie

MERGED = "records-merged"  # the kind of the notice
NOT_CHOSEN = "Choose one of the e-mail addresses of the two records."
PEOPLE = ("person_id", "other_id", "report_id", "manager_id")
DOUBLES = (  # what makes two open rows the same, once the two records are one
    (LineManagement, ("report_id", "manager_id")),
    (Tie, ("kind", "person_id", "other_id")),
    (Grant, ("person_id", "role", "scope_kind", "scope_id")),
    (Guest, ("person_id", "organisation_id")),
)
# What a job lacks is taken from the other of the two.
FILLED_IN = ("site_id", "team_id", "job_title", "band", "level", "staff_number", "last_working_day")


@transaction.atomic
def merge(*, kept: Person, gone: Person, email: str | None, by: Person | None, now: datetime) -> Person:
    """Make ``gone`` one with ``kept``, whose address is ``email`` from now on; return ``kept``.

    Every row that names ``gone`` names ``kept`` afterwards, but for the audit
    record, which is never changed, and what would stand there twice. ``gone`` can
    no longer sign in and leads to ``kept``; the address that was not chosen stays
    with it, so that a later staff list still finds the person by it. Both
    addresses are told.

    Refused where something on record shows two people (people/merging.py), for
    one's own record, and to anybody but an administrator where an account in use
    would change hands.
    """
    if kept.pk == gone.pk:
        raise Refused("Choose two different records.")
    # In order of id, so that two people who merge the same two wait for each other and not in a ring.
    locked = {person.pk: person for person in Person.objects.filter(pk__in=[kept.pk, gone.pk]).order_by("pk")}
    kept, gone = locked[kept.pk], locked[gone.pk]
    access = Access(by, now=now)
    for person in (kept, gone):
        if person.merged_into_id:
            raise Refused(f"{person.name} has been merged already.")
    if email not in (kept.email, gone.email):
        raise Refused(NOT_CHOSEN)
    needs = merging.needs_administrator(kept, gone, email, access)
    if needs and by is not None and not access.is_administrator:
        raise Refused(needs)
    if found := merging.obstacles(kept, gone, access):
        raise Refused(" ".join(found))
    # Of two at the same moment, the database lets one through.
    claimed = Person.objects.filter(pk=gone.pk, merged_into=None).update(is_active=False, merged_into=kept)
    if not claimed:
        raise Refused(f"{gone.name} has been merged already.")
    links.revoke_all(person=gone, by=by, now=now, purpose=invitations.INVITATION)
    merge_steps.run(kept=kept, gone=gone, by=by, now=now)
    _settle_accounts(kept, gone, email, by, now)
    record(Verb.RECORDS_MERGED, by=by, now=now, on=gone, about=kept)
    record(Verb.RECORDS_MERGED, by=by, now=now, on=kept, about=gone)
    for person in (kept, gone):
        if person.email:
            outbox.owe(
                kind=MERGED,
                key=f"{MERGED}:{gone.pk}:{person.pk}",
                recipient=person,
                about={"kept": kept.pk},
                due_at=now,
                by=by,
                now=now,
            )
    return kept


def _settle_accounts(kept: Person, gone: Person, email: str | None, by: Person | None, now: datetime) -> None:
    """One account: that of ``kept``, or of ``gone`` where only that is in use; under the address that was chosen."""
    other = gone.email if email == kept.email else kept.email
    if gone.has_signed_in and not kept.has_signed_in:
        kept.password, kept.last_login = gone.password, gone.last_login
        Authenticator.objects.filter(user=gone).update(user=kept)
        SocialAccount.objects.filter(user=gone).update(user=kept)
    else:
        SocialAccount.objects.filter(user=gone).delete()  # known again by the address at the next sign-in
        for factor in Authenticator.objects.filter(user=gone):  # one by one: its sealed secret goes with each
            factor.delete()
        if gone.is_active and not kept.is_active:  # back again: the old password opens nothing any more
            kept.set_unusable_password()
    kept.is_active = kept.is_active or gone.is_active
    gone.is_active, gone.merged_into, gone.email = False, kept, None
    gone.set_unusable_password()
    gone.save(update_fields=["is_active", "merged_into", "password", "email"])
    UserSession.objects.filter(user=gone).delete()
    kept.email = email
    kept.save(update_fields=["email", "password", "last_login", "is_active"])
    gone.email = other if other != email else None
    gone.save(update_fields=["email"])
    invitations.ensure_addresses(people=[gone, kept], by=by, now=now)


def own_step(*, kept: Person, gone: Person, by: Person | None, now: datetime) -> None:
    """This room's own rows: jobs, lines of management, ties, facts, styles, roles and guests."""
    today = timezone.localdate(now)
    _jobs(kept, gone, by, now)
    # What would stand there twice ends today, so that it can pass over as history.
    for model, key in DOUBLES:
        _end_doubles(model, key, kept, gone, today)
    for model, names in ((LineManagement, ("report", "manager")), (Tie, ("person", "other"))):
        for name in names:
            opposite = next(other for other in names if other != name)
            # A past tie between the two stays where it is: nobody has a tie to themselves.
            model.objects.filter(**{name: gone}).exclude(**{opposite: kept}).update(**{name: kept})
    Grant.objects.filter(person=gone).update(person=kept)
    Guest.objects.filter(person=gone).update(person=kept)
    Person.objects.filter(merged_into=gone).update(merged_into=kept)
    for model, key in ((Fact, "kind"), (Style, "source")):
        _latest_stands(model, key, kept, gone)


def _jobs(kept, gone, by, now) -> None:
    today = timezone.localdate(now)
    here = {job.organisation_id: job for job in Employment.objects.not_over(on=today).filter(person=kept)}
    for job in Employment.objects.not_over(on=today).filter(person=gone):
        stays = here.get(job.organisation_id)
        if stays is None:
            continue
        number = job.staff_number
        employments.end(employment=job, by=by, now=now)
        for name in FILLED_IN:
            if not getattr(stays, name):
                setattr(stays, name, number if name == "staff_number" else getattr(job, name))
        stays.save()
    Employment.objects.filter(person=gone).update(person=kept)


def _end_doubles(model, key: tuple[str, ...], kept: Person, gone: Person, today: date) -> None:
    people = [name for name in key if name in PEOPLE]
    rows = [
        row for name in people for row in model.objects.filter(**{f"{name}__in": [kept.pk, gone.pk]}, end_date=None)
    ]
    rows.sort(key=lambda row: any(getattr(row, name) == gone.pk for name in people))  # what is kept's own comes first
    seen = {}
    for row in rows:
        values = (getattr(row, name) for name in key)
        merged = tuple(
            kept.pk if name in PEOPLE and value == gone.pk else value for name, value in zip(key, values, strict=True)
        )
        if seen.setdefault(merged, row.pk) != row.pk:
            row.end_on(today)


def _latest_stands(model, key: str, kept, gone) -> None:
    """Of two rows of one kind that which was recorded later stands; the earlier is given up, as recording anew does."""
    known: dict[str, list] = {}
    for row in model.objects.filter(person__in=[kept, gone]):
        known.setdefault(getattr(row, key), []).append(row)
    for rows in known.values():
        stands = merging.latest(rows, kept)
        model.objects.filter(pk__in=[row.pk for row in rows if row is not stands]).delete()
        if stands.person_id == gone.pk:
            model.objects.filter(pk=stands.pk).update(person=kept)
