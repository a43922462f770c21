"""Forms open: with a session, by the calendar, begun by hand, or because somebody asked for one.

A form opens once for one occasion, however often and by how many workers at once
this runs: the database sees to it. Reminding is chasing.py's, filling in session_forms.py's.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Prefetch, Q
from django.utils import timezone

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.actions import people as people_actions
from people.models import Person, Tie
from people.names import address
from programmes.models import Member, Relationship
from programmes.queries import leads_of
from sessions_log.form_calendar import Filler, Occasion, fillers, first_reminder, morning_of, occasions
from sessions_log.models import FormPlan, FormSpecVersion, Session, SessionForm, Target
from sessions_log.session_forms import FormSpec, files, fingerprint, kept
from sessions_log.terms import Terms, terms_of

BATCH = 500  # relationships a sweep
LOOK_AGAIN = timedelta(days=7)  # at the latest: by then a changed setting or plan is seen
MOST_ASKED = 15  # people asked by hand for one form about one person
HOURS = (7, 21)  # London's, in which a form that opens is told of at once

NOT_YOURS = "Only the people who fill this form in can begin one."
NOT_UNDER_WAY = "This mentoring relationship is not under way, so no form can be begun for it."


@transaction.atomic
def follow(*, session: Session, target: Target | None, by: Person | None, now: datetime) -> None:
    """A session was booked, moved or logged: the forms that go with it stand with it, and move with it.

    ``target``: the date of the cadence that it is for; a form belongs to that date, so that a session that is moved,
    or cancelled and booked anew, still owes one.
    """
    relationship = session.relationship
    terms = terms_of(relationship)
    specs = [spec for spec in kept.of_model(terms.model) if spec.opens.is_of_session]
    if not specs or session.state not in (Session.State.PLANNED, Session.State.HELD):
        return
    use(specs=specs, by=by, now=now)
    members = list(relationship.members.knowing())
    leads = _leads(relationship, specs, now)
    for spec in specs:
        for filler in fillers(spec, members, leads):
            _stand(spec, filler, session, target, terms, now)


@transaction.atomic
def let_go(*, session: Session, by: Person | None, now: datetime) -> None:
    """A planned session is off. What was owed for a date of the cadence is owed for it still; the rest falls away."""
    waiting = SessionForm.objects.filter(session=session, state=SessionForm.State.OPEN).select_related("target")
    for form in waiting:
        form.session = None
        if form.target is None:
            form.state, form.next_at = SessionForm.State.CLOSED, None
        else:
            form.opens_at = max(morning_of(form.target.due_on), now)
            form.due_on = _moved_due(form, form.target.due_on)
            form.next_at = form.next_at if form.is_told else _open_hour(form.opens_at)
        form.save()


@transaction.atomic
def use(*, specs: Iterable[FormSpec], by: Person | None, now: datetime) -> None:
    """Keep the text of each spec that comes with the portal, from the first time that somebody is asked to fill it in.

    From then on that text is what people are asked under its version, whatever becomes of the file.
    """
    names = {spec.name for spec in specs} & set(files.texts())
    there = FormSpecVersion.objects.filter(key__in={name.partition("@")[0] for name in names})
    known = {row.name for row in there.only("key", "version")}
    new = [files.read_text(files.texts()[name]) for name in sorted(names - known)]
    if new:
        FormSpecVersion.objects.bulk_create(
            [
                FormSpecVersion(
                    key=spec.key,
                    version=spec.version,
                    title=spec.title,
                    text=files.texts()[spec.name],
                    fingerprint=fingerprint(files.texts()[spec.name]),
                    saved_at=now,
                )
                for spec in new
            ],
            ignore_conflicts=True,
        )


@transaction.atomic
def open_due(*, by: Person | None, now: datetime) -> int:
    """Open what is due by the calendar, for those who have just been told of each other and those whose day has come.

    At most ``BATCH`` of each at a time, in a constant number of queries for each; returns how many were looked
    through. Whoever has just been told is looked through from that day, not from before the portal knew.
    """
    today = timezone.localdate(now)
    about = Relationship.objects.select_related("cohort__programme", "session_plan").prefetch_related(
        Prefetch("members", queryset=Member.objects.knowing(), to_attr="known")
    )
    new = list(
        about.filter(state=Relationship.State.LIVE, session_plan__isnull=False, form_plan=None).order_by("pk")[:BATCH]
    )
    due = list(
        FormPlan.objects.filter(next_on__lte=today)
        .order_by("next_on", "pk")
        .prefetch_related(Prefetch("relationship", queryset=about))[:BATCH]
    )
    plans = [FormPlan(relationship=one, looked_to=_first_look(one, today)) for one in new] + due
    _open_for(plans, today, by, now)
    FormPlan.objects.bulk_create([one for one in plans if one.pk is None], ignore_conflicts=True)
    FormPlan.objects.bulk_update([one for one in plans if one.pk is not None], ["looked_to", "next_on"])
    return len(plans)


@transaction.atomic
def open_for_joiner(*, member: Member, by: Person | None, now: datetime) -> int:
    """Open what everybody fills in at the start for somebody who comes later, from the day on which they come."""
    relationship, today = member.relationship, timezone.localdate(now)
    specs = [spec for spec in kept.of_model(terms_of(relationship).model) if spec.opens.when == "start"]
    rows = []
    for spec in specs:
        for filler in fillers(spec, [member]):
            occasion = Occasion(f"start:{member.pk}", today)
            rows.append(_by_calendar(spec, filler, relationship, occasion, now))
    if rows:
        use(specs=specs, by=by, now=now)
    SessionForm.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def open_after_review(*, member: Member, by: Person, now: datetime) -> SessionForm | None:
    """Open what follows a review for the ``member`` who has just said that it goes on, and was led to it, so is not
    told of it by mail; the first of it, or None where the programme asks for nothing then.

    What is open still from the review before falls away.
    """
    relationship, today = member.relationship, timezone.localdate(now)
    terms = terms_of(relationship)
    found = None
    for spec in kept.of_model(terms.model):
        for filler in fillers(spec, [member]) if spec.opens.when == "review" else ():
            use(specs=[spec], by=by, now=now)
            mine = SessionForm.objects.filter(relationship=relationship, spec_key=spec.key, owed_by=member.person_id)
            mine.filter(state=SessionForm.State.OPEN).update(state=SessionForm.State.CLOSED, next_at=None)
            row = _by_calendar(spec, filler, relationship, Occasion(f"review:{member.pk}:{today}", today), now)
            row.is_told, row.next_at = True, first_reminder(row.due_on, terms.reminders)
            row.save()
            found = found or row
    return found


@transaction.atomic
def begin(*, relationship: Relationship, spec: FormSpec, by: Person, now: datetime) -> SessionForm:
    """Begin a form that its people may begin themselves; the one that they have open already, where there is one."""
    if relationship.state not in Relationship.UNDER_WAY:
        raise Refused(NOT_UNDER_WAY)
    members = list(relationship.members.knowing())
    mine = [one for one in fillers(spec, members, _leads(relationship, [spec], now)) if one.owed_by == by.pk]
    if not mine or not spec.opens.is_by_hand or spec.is_by_outsider:
        raise Refused(NOT_YOURS)
    there = SessionForm.objects.open(now=now).filter(
        relationship=relationship, spec_key=spec.key, spec_version=spec.version, owed_by=by
    )
    if already := there.first():
        return already
    use(specs=[spec], by=by, now=now)
    return _row(spec, mine[0], relationship, f"begun:{uuid4().hex[:12]}", now, None, save=True)


@transaction.atomic
def ask(
    *,
    relationship: Relationship,
    spec: FormSpec,
    about: Person,
    name: str = "",
    email: str = "",
    by: Person,
    now: datetime,
) -> list[SessionForm]:
    """Ask somebody outside the match to fill in a form about one who is in it; they have a mail with a link of its own.

    A form for a supervisor goes to those on record; one for a referee to ``name`` at ``email``, whom the portal gets
    to know by that alone. Refused where nobody is on record, where there is no address, and where they were asked
    and have not answered.
    """
    if relationship.state not in Relationship.UNDER_WAY:
        raise Refused(NOT_UNDER_WAY)
    if not relationship.members.knowing().filter(person=about).exists() or not spec.is_by_outsider:
        raise ValueError("A form is asked for about a member, of somebody outside.")
    asked = _supervisors(about, now) if spec.filled_by == "supervisor" else [_referee(name, email, about, by, now)]
    before = SessionForm.objects.filter(relationship=relationship, spec_key=spec.key, about=about)
    if before.count() + len(asked) > MOST_ASKED:
        raise Refused(f"{MOST_ASKED} people have been asked already. That is as many as the portal asks.")
    waiting = set(before.filter(state=SessionForm.State.OPEN).values_list("owed_by", flat=True))
    new = [person for person in asked if person.pk not in waiting]
    if not new:
        raise Refused(f"{name.strip() or asked[0].name} has been asked, and has not answered yet.")
    use(specs=[spec], by=by, now=now)
    rows = []
    for person in new:
        due = spec.due_days and timezone.localdate(now) + timedelta(days=spec.due_days)
        occasion = f"asked:{uuid4().hex[:12]}"
        row = _row(spec, Filler(person.pk, about.pk), relationship, occasion, now, due)
        row.asked_by, row.next_at = by, now
        row.save()
        record(Verb.FORM_ASKED, by=by, now=now, on=row, about=person, scope=("cohort", relationship.cohort_id))
        rows.append(row)
    return rows


@transaction.atomic
def end_all(*, relationship: Relationship, by: Person | None, now: datetime) -> None:
    """A relationship has ended: nothing is owed for it any more but the look back, which nobody is reminded of."""
    waiting = SessionForm.objects.filter(relationship=relationship, state=SessionForm.State.OPEN)
    waiting.exclude(occasion="end", opens_at__lte=now).update(state=SessionForm.State.CLOSED, next_at=None)
    waiting.update(next_at=None)
    FormPlan.objects.filter(relationship=relationship).update(next_on=None)


@transaction.atomic
def leave(*, person: Person, by: Person | None, now: datetime) -> None:
    """The leaver step: whatever ``person`` owes or is asked about falls away."""
    waiting = SessionForm.objects.filter(Q(owed_by=person) | Q(about=person), state=SessionForm.State.OPEN)
    waiting.update(state=SessionForm.State.CLOSED, next_at=None)


def _stand(spec, filler: Filler, session: Session, target: Target | None, terms: Terms, now: datetime) -> None:
    """Make or move the row that ``filler`` owes for this session."""
    ends = session.ends_at or now
    if spec.opens.when == "before-session":
        if session.state != Session.State.PLANNED or ends <= now:
            return
        opens, due = max(session.starts_at - timedelta(days=spec.opens.days), now), None
    else:
        opens = min(ends, now) if session.state == Session.State.HELD else ends
        due = spec.due_days is not None and session.day + timedelta(days=spec.due_days)
    whose = SessionForm.objects.filter(
        relationship=session.relationship, spec_key=spec.key, owed_by=filler.owed_by, about=filler.about
    )
    row = whose.filter(session=session).first()
    if row is None and target is not None:
        row = whose.filter(target=target, state=SessionForm.State.OPEN).first()
    if row is None:
        taken = target is None or whose.filter(target=target).exists()
        occasion = f"session:{session.pk}" if taken else f"target:{target.pk}"
        row = _row(spec, filler, session.relationship, f"{occasion}{filler.apart}", opens, due or None)
        if due and session.state == Session.State.HELD:  # logged late: counted from when it was
            row.due_on = max(due, timezone.localdate(now) + timedelta(days=spec.due_days))
    elif row.state != SessionForm.State.OPEN:
        return
    elif row.opens_at <= now and session.state == Session.State.HELD:
        row.session = session
        row.save(update_fields=["session"])
        return  # it is open, and due as it was
    row.session, row.target, row.opens_at = session, target, opens
    row.due_on = (row.due_on if row.pk is None else due) or None
    if row.is_told:
        row.next_at, row.chases, row.ring_on = first_reminder(row.due_on, terms.reminders), 0, None
    else:
        row.next_at = ends if spec.opens.when == "before-session" else _open_hour(opens)
    row.save()


def _row(spec, filler, relationship, occasion, opens_at, due_on, *, session=None, target=None, save=False):
    row = SessionForm(
        spec_key=spec.key,
        spec_version=spec.version,
        relationship=relationship,
        owed_by_id=filler.owed_by,
        about_id=filler.about,
        session=session,
        target=target,
        occasion=occasion,
        opens_at=opens_at,
        due_on=due_on,
    )
    if save:
        row.save()
    return row


def _open_hour(moment: datetime) -> datetime:
    """That moment, or the next morning where nobody wants a mail at that hour."""
    local = timezone.localtime(moment)
    if HOURS[0] <= local.hour < HOURS[1]:
        return moment
    return morning_of(local.date() + timedelta(days=local.hour >= HOURS[1]))


def _moved_due(form: SessionForm, day: date) -> date | None:
    """As many days after ``day`` as it was due after it opened."""
    if form.due_on is None:
        return None
    spec = kept.of(form)
    return day + timedelta(days=spec.due_days or 0)


def _first_look(relationship: Relationship, today: date) -> date:
    """Up to which day nothing is to be opened any more for a relationship that is looked through for the first time."""
    told = timezone.localdate(relationship.told_at)
    return told - timedelta(days=1) if told >= today - timedelta(days=14) else today - timedelta(days=1)


def _open_for(plans: list[FormPlan], today: date, by: Person | None, now: datetime) -> None:
    """Open what is due of these relationships, and note how far each has been looked through."""
    living = [plan for plan in plans if plan.relationship.state == Relationship.State.LIVE]
    terms = {plan.relationship_id: terms_of(plan.relationship) for plan in living}
    specs = kept.of_names({name for one in terms.values() for name in one.model.forms})
    leads = _leads_by_programme(living, specs.values(), now)
    targets = _targets_of(living, specs.values())
    rows, used = [], {}
    for plan in plans:
        relationship = plan.relationship
        if relationship.pk not in terms:
            ended = relationship.state == Relationship.State.ENDED
            plan.looked_to, plan.next_on = today, None if ended else today + LOOK_AGAIN
            continue
        named = [specs[name] for name in terms[relationship.pk].model.forms if name in specs]
        following = [today + LOOK_AGAIN]
        for spec in named:
            for occasion in occasions(spec, relationship, targets[relationship.pk]):
                if occasion.on > today:
                    following.append(occasion.on)
                    break
                if occasion.on > plan.looked_to:
                    used[spec.name] = spec
                    owing = fillers(spec, relationship.known, leads.get(relationship.cohort.programme_id, ()))
                    rows += [_by_calendar(spec, one, relationship, occasion, now) for one in owing]
        plan.looked_to, plan.next_on = today, min(following)
    if used:
        use(specs=used.values(), by=by, now=now)
    SessionForm.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _by_calendar(spec, filler, relationship, occasion, now) -> SessionForm:
    due = None if spec.due_days is None else occasion.on + timedelta(days=spec.due_days)
    row = _row(
        spec,
        filler,
        relationship,
        f"{occasion.name}{filler.apart}",
        min(morning_of(occasion.on), now),
        due,
        target=occasion.target,
    )
    row.next_at = _open_hour(now)
    return row


def _targets_of(plans: list[FormPlan], specs: Iterable[FormSpec]) -> dict[int, list[Target]]:
    """By relationship, the open dates from where it was looked through; nothing where no form asks about them."""
    found = defaultdict(list)
    if plans and any(spec.asks_whether_met for spec in specs):
        since = min(plan.looked_to for plan in plans)
        open_dates = Target.objects.open().filter(
            relationship__in=[plan.relationship_id for plan in plans], due_on__gt=since
        )
        for target in open_dates.order_by("due_on"):
            found[target.relationship_id].append(target)
    return found


def _leads(relationship: Relationship, specs: Iterable[FormSpec], now: datetime) -> list[int]:
    if all(spec.filled_by != "lead" for spec in specs):
        return []
    return list(leads_of(relationship.cohort.programme, now=now).values_list("pk", flat=True))


def _leads_by_programme(plans, specs, now) -> dict[int, list[int]]:
    """By programme, the ids of its leads; only where a form is for them, and then a query for each programme."""
    if all(spec.filled_by != "lead" for spec in specs):
        return {}
    programmes = {plan.relationship.cohort.programme_id: plan.relationship.cohort.programme for plan in plans}
    return {pk: list(leads_of(one, now=now).values_list("pk", flat=True)) for pk, one in programmes.items()}


def _supervisors(about: Person, now: datetime) -> list[Person]:
    """The designated supervisors of ``about`` who can be written to; Refused where there is none."""
    ties = Tie.objects.live(on=timezone.localdate(now)).filter(person=about, kind=Tie.Kind.DS).order_by("pk")
    found = [tie.other for tie in ties.select_related("other") if tie.other.is_active]
    if not found:
        raise Refused(f"No designated supervisor of {about.name} is on record. Add one on their page first.")
    if not any(person.email for person in found):
        raise Refused(f"The portal has no e-mail address for {found[0].name}, so cannot ask them.")
    return [person for person in found if person.email]


def _referee(name: str, email: str, about: Person, by: Person, now: datetime) -> Person:
    """The person with this address, known already or new; Refused where it is the person's own, or somebody left."""
    wanted = address(email)
    if not wanted or not name.strip():
        raise Refused("Give the name and the e-mail address of the person to ask.")
    if wanted == about.email:
        raise Refused("That is your own address. Ask somebody who knows your work.")
    known = Person.objects.filter(email=wanted).first()
    if known is None:
        given, _, family = name.strip().partition(" ")
        return people_actions.add(given_name=given, family_name=family, email=wanted, by=by, now=now)
    if not known.is_active:
        raise Refused("The person with this address cannot be asked any more.")
    return known
