"""What benchmarks/load.py asks of a portal's database, each in a process of its own: it fills, signs in and counts.

python -m benchmarks.inside.load_world people PEOPLE PAIRS SESSIONS OWED | visitors MANY | kept
python -m benchmarks.inside.load_world cohort MENTEES MENTORS | request COHORT
"""

import json
import random
import sys
from datetime import timedelta
from itertools import count

import django

django.setup()

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from benchmarks.fault_visitors import RETURN  # noqa: E402
from benchmarks.inside.pages_world import world  # noqa: E402
from benchmarks.inside.world import cohort as cohort_of_department  # noqa: E402
from benchmarks.inside.world import department  # noqa: E402
from matching.actions import runs  # noqa: E402
from matching.models import MatchRun  # noqa: E402
from people.access import Role  # noqa: E402
from people.models import Grant, Organisation, Person  # noqa: E402
from programmes.actions import enrolments, relationships  # noqa: E402
from programmes.models import Cohort, Enrolment, Member, Relationship, Side  # noqa: E402
from sessions_log.actions import session_forms, sessions  # noqa: E402
from sessions_log.models import Attendance, Session, SessionForm  # noqa: E402
from tests.builders import people as people_builders  # noqa: E402
from tests.builders import session_forms as form_builders  # noqa: E402

SINCE = timedelta(days=300)  # for how long the pairs have known each other
EVERY = 7  # days from one session to the next
NAME = "Matched last year"  # how the programmes are called whose people meet
PAIRS = 300  # of each of them
LEADS = OFFICERS = 8

# Of 100 requests. Most people look at what is theirs; a few lead, and their pages are about everybody.
WEIGHTS = {
    "home of a mentee": 12, "home of a mentor": 12, "home of a lead": 2, "home of a host officer": 1,
    "a match": 8, "sessions of a match": 9, "all my sessions": 6, "log a session: the form": 5, "book: the form": 4,
    "goals": 4, "notes": 4, "forms": 6, "a form": 4, "about the programme": 2, "you": 2,
    "people": 2, "people, searched": 2, "a person": 2, "a cohort": 2, "the board": 1, "returns": 1,
    "returns of a cohort": 1, "log a session": 4, "return a form": 4,
}  # fmt: skip


def people(number: str, pairs: str, meetings: str, owed: str) -> dict:
    """The world of the pages benchmark, and as many pairs who have met for forty weeks, each session with a return."""
    now, pairs = timezone.now(), int(pairs)
    noon = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    _, things = world(int(number), pairs, now=noon)
    organisation = Cohort.objects.get(pk=things["cohort"]).programme.organisation
    for _ in range(LEADS):
        TOTP.activate(people_builders.lead(organisation, now=now), generate_totp_secret())
    for _ in range(OFFICERS):
        TOTP.activate(people_builders.host_officer(organisation, now=now), generate_totp_secret())
    found = _pairs(organisation, pairs, now=now - SINCE)
    _met(found, int(meetings) // pairs, now=now)
    for relationship in found[: int(owed)]:
        _log(relationship, days_ago=1, now=now)
    call_command("sweep", verbosity=0)  # forty weeks of reminders, which would else be sent while it is measured
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {
        "people": Person.objects.count(),
        "sessions": Session.objects.count(),
        "attendances": Attendance.objects.count(),
        "forms": SessionForm.objects.count(),
        "pairs": len(found),
    }


def _pairs(organisation: Organisation, pairs: int, *, now) -> list[Relationship]:
    """Trainees and mentors of the staff list in programmes with host returns, matched one by one at ``now``.

    Each of the programmes has as many pairs as a large hospital or a small region.
    """
    staff = Person.objects.filter(employments__organisation=organisation, employments__staff_number__gte="21000000")
    both = [list(staff.filter(employments__band=band).order_by("pk")[:pairs]) for band in ("5", "6")]
    found = []
    for number in range(0, pairs, PAIRS):
        name = f"{NAME} {number // PAIRS + 1}"
        cohort = form_builders.cohort(organisation=organisation, now=now, start_date=now.date(), name=name)
        enrolled = [
            enrolments.enrol_many(cohort=cohort, people=some[number : number + PAIRS], side=side, by=None, now=now)
            for side, some in zip((Side.MENTEE, Side.MENTOR), both, strict=True)
        ]
        enrolled = [sorted(some, key=lambda one: one.pk) for some in enrolled]
        matched = list(zip(*enrolled, strict=True))
        found += relationships.start_many(cohort=cohort, pairs=matched, by=None, now=now)
    return found


def _log(relationship: Relationship, *, days_ago: int, now) -> SessionForm:
    """Its mentor logs a session, and owes the return of it."""
    mentor = Person.objects.get(memberships__relationship=relationship, memberships__role=Member.Role.MENTOR)
    day = timezone.localdate(now) - timedelta(days=days_ago)
    sessions.log_unplanned(relationship=relationship, day=day, by=mentor, now=now)
    return SessionForm.objects.get(relationship=relationship, session__day=day)


def _met(found: list[Relationship], times: int, *, now) -> None:
    """Each pair met a week ago and returned its form, all by the portal's own actions; and so in each week before.

    What lies further back is copied with its day moved, but for the answers: each is sealed for its own row.
    """
    for relationship in found:
        form = _log(relationship, days_ago=EVERY, now=now)
        session_forms.give_back(form=form, values=form_builders.ANSWERS, by=form.owed_by, now=now)
    day = timezone.localdate(now) - timedelta(days=EVERY)
    table = Session._meta.db_table
    cohorts = ", ".join(sorted({str(one.cohort_id) for one in found}))
    ours = f"(SELECT id FROM {Relationship._meta.db_table} WHERE cohort_id IN ({cohorts}))"
    weeks = f"JOIN generate_series(1, {times - 1}) AS week ON old.day = '{day}' AND old.relationship_id IN {ours}"
    before = f"old.day - {EVERY} * week"
    _copy(Session, weeks, uid="gen_random_uuid()", day=before, first_day=before, target_id="NULL")
    copies = (
        f"JOIN {table} AS first ON first.id = old.session_id AND first.day = '{day}' "
        f"AND first.relationship_id IN {ours} "
        f"JOIN {table} AS new ON new.relationship_id = first.relationship_id AND new.day < first.day"
    )
    _copy(Attendance, copies, session_id="new.id")
    earlier = {name: f"old.{name} - (first.day - new.day) * interval '1 day'" for name in ("opens_at", "returned_at")}
    earlier["due_on"] = "old.due_on - (first.day - new.day)"
    _copy(SessionForm, copies, session_id="new.id", target_id="NULL", occasion="'session:' || new.id", **earlier)


def _copy(model, joined: str, **changed: str) -> None:
    """Each row once more for each that is joined to it; ``changed`` are SQL for columns that differ."""
    names = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(name, f"old.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) "
            f"SELECT {values} FROM {model._meta.db_table} AS old {joined}"
        )


class Plan:
    """Who is signed in, and what each of them may ask for, by the kind of page."""

    def __init__(self):
        self.visitors, self.pages, self.posts = [], {}, {}

    def sign_in(self, person: Person) -> int:
        client = Client()
        client.force_login(person)
        self.visitors.append({"sessionid": client.cookies["sessionid"].value, "csrftoken": get_random_string(32)})
        return len(self.visitors) - 1

    def page(self, kind: str, visitor: int, name: str, *args, query: str = "") -> None:
        address = reverse(name, args=args)
        self.pages.setdefault(kind, []).append([visitor, f"{address}?{query}" if query else address])

    def post(self, kind: str, visitor: int, address: str, fields: dict) -> None:
        self.posts.setdefault(kind, []).append([visitor, address, fields])

    def told(self) -> dict:
        for calls in self.posts.values():
            random.Random(len(calls)).shuffle(calls)
        return {"visitors": self.visitors, "pages": self.pages, "posts": self.posts, "weights": WEIGHTS}


def visitors(many: str) -> dict:
    """So many pairs signed in, every lead and host officer, and all that they will ask for."""
    plan = Plan()
    cohorts = list(Cohort.objects.filter(programme__name__startswith=NAME).order_by("pk"))
    found = list(Relationship.objects.filter(cohort__in=cohorts).select_related("cohort").order_by("pk"))
    for relationship in found[:: len(found) // int(many)][: int(many)]:
        _plan_pair(plan, relationship)
    organisation = cohorts[0].programme.organisation
    run = MatchRun.objects.filter(cohort__programme__organisation=organisation, state="finished").latest("matched")
    with_factor = Person.objects.filter(authenticator__isnull=False)
    somebody = list(Person.objects.filter(enrolments__cohort__in=cohorts).values_list("pk", flat=True)[:500])
    for number, lead in enumerate(with_factor.filter(grants__role=Role.PROGRAMME_LEAD)):
        who = plan.sign_in(lead)
        plan.page("home of a lead", who, "home")
        plan.page("people", who, "people:person-list")
        plan.page("people, searched", who, "people:person-list", query=f"q=family{number * 70}&sort=band")
        for pk in somebody[number::LEADS]:
            plan.page("a person", who, "people:person-detail", pk)
        for pk in (*(one.pk for one in cohorts), run.cohort_id):
            plan.page("a cohort", who, "programmes:cohort-detail", pk)
        plan.page("the board", who, "matching:run-detail", run.pk)
    for officer in with_factor.filter(grants__role=Role.HOST_OFFICER):
        who = plan.sign_in(officer)
        plan.page("home of a host officer", who, "home")
        plan.page("returns", who, "reports:return-list")
        for one in cohorts:
            plan.page("returns of a cohort", who, "reports:return-grid", one.pk)
    return plan.told()


def _plan_pair(plan: Plan, relationship: Relationship) -> None:
    for member in relationship.members.select_related("person"):
        who = plan.sign_in(member.person)
        plan.page(f"home of a {member.role}", who, "home")
        plan.page("a match", who, "programmes:relationship-detail", relationship.pk)
        plan.page("sessions of a match", who, "sessions_log:session-list", relationship.pk)
        plan.page("all my sessions", who, "sessions_log:session-overview")
        plan.page("log a session: the form", who, "sessions_log:session-log-past", relationship.pk)
        plan.page("book: the form", who, "sessions_log:session-book", relationship.pk)
        plan.page("goals", who, "sessions_log:goal-list", relationship.pk)
        plan.page("notes", who, "sessions_log:note-list", relationship.pk)
        plan.page("forms", who, "sessions_log:form-list")
        plan.page("about the programme", who, "programmes:programme-guide", relationship.cohort.programme_id)
        plan.page("you", who, "people:you")
        if member.role == Member.Role.MENTOR:
            _plan_posts(plan, who, member)


def _plan_posts(plan: Plan, who: int, mentor: Member) -> None:
    """Every return that is owed, but each fourth is only looked at; and a session on each of a few free days."""
    relationship = mentor.relationship
    for form in SessionForm.objects.filter(relationship=relationship, state="open", owed_by=mentor.person):
        if form.pk % 4:
            address = reverse("sessions_log:form-fill", args=[form.pk])
            shown = {"shown": "met discussed study-sessions portfolio"}
            plan.post("return a form", who, address, RETURN | shown)
        else:
            plan.page("a form", who, "sessions_log:form-fill", form.pk)
    taken = set(relationship.sessions.held().values_list("day", flat=True))
    days = (timezone.localdate() - timedelta(days=number) for number in count(2))
    address = reverse("sessions_log:session-log-past", args=[relationship.pk])
    fields = {"minutes": 60, "mode": "video", "time": "work"}
    fields["attended"] = list(relationship.members.values_list("pk", flat=True))
    for _ in range(4):
        day = next(one for one in days if one not in taken)
        plan.post("log a session", who, address, fields | {"day": day.isoformat()})


def kept() -> dict:
    """How many sessions and returns there are."""
    returned = SessionForm.objects.filter(state=SessionForm.State.RETURNED)
    return {"log a session": Session.objects.held().count(), "return a form": returned.count()}


def cohort(mentees: str, mentors: str) -> dict:
    """Another organisation, in whose one cohort so many wait; each mentor has three places."""
    now = timezone.now()
    organisation, lead = department(int(mentees), int(mentors), 60, first=1_000_000, now=now)
    opened = cohort_of_department(organisation, lead, int(mentees), int(mentors), now=now)
    Enrolment.objects.filter(cohort=opened, side=Side.MENTOR).update(capacity=3)
    return {"cohort": opened.pk}


def request(cohort: str) -> dict:
    """A lead presses "Find matches"; the worker does the rest."""
    opened = Cohort.objects.get(pk=cohort)
    lead = Grant.objects.filter(role=Role.PROGRAMME_LEAD, scope_id=opened.programme.organisation_id).latest("pk").person
    return {"run": runs.request(cohort=opened, by=lead, now=timezone.now()).pk}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
