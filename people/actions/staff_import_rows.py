"""The writing of a compared staff list, in bulk. Called by staff_imports.save, inside its transaction."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from secrets import token_hex

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH
from django.utils import timezone

from audit.many import insert
from audit.record import record_many
from audit.verbs import Verb
from people import bands
from people.actions import employments, invitations
from people.actions import people as people_actions
from people.fact_kinds import FACT_KINDS
from people.models import Employment, Fact, Grant, LineManagement, Person, Site, Team, Tie
from people.staff_list.journal import Journal
from people.staff_list.outcome import JOB_FIELDS, LAST_DAY, Diff, Line

BATCH = 500
# A change of these begins a new period of the job, so that what held before stays known.
PERIOD_FIELDS = {"job_title", "band", "level", "site", "team"}
# What people say of themselves and may be asked about: each such fact is an event of its own in the audit record.
OPT_INS = {"volunteers_to_mentor", "would_like_mentor"}


class Saving:
    """One saving of one list. ``run`` writes everything; nothing is read that the comparison has not settled."""

    def __init__(self, diff: Diff, *, by: Person | None, now: datetime):
        self.diff, self.by, self.now = diff, by, now
        self.today = timezone.localdate(now)
        self.ids: dict[int, int] = {}  # a line's key to the person's id
        self.sites: dict[tuple[int, str], Site] = {}  # by (organisation, name)
        self.teams: dict[tuple[int, str], Team] = {}
        self.organisations = {line.organisation for line in [*diff.adds, *diff.changes]}
        self.journal = Journal()

    def run(self) -> dict:
        """Write it all; return the journal by which it can be undone."""
        for job in self.diff.leavers:
            self._leave(job)
        self.sites = self._parts(Site, self.diff.new_sites)
        self.teams = self._parts(Team, self.diff.new_teams)
        self._people()
        self._jobs()
        self._facts()
        self._managers()
        return self.journal.as_data()

    def _leave(self, job: Employment) -> None:
        person = job.person
        jobs = list(Employment.objects.not_over(on=self.today).filter(person=person))
        self.journal.changes(jobs, ["end_date", LAST_DAY])
        if job.pk in self.diff.last_days:
            job.save(update_fields=[LAST_DAY])
            jobs = [job if one.pk == job.pk else one for one in jobs]
        lines = LineManagement.objects.not_over(on=self.today)
        lines = list(lines.filter(report=person) | lines.filter(manager=person))
        self.journal.changes(lines, ["end_date"])
        if person.pk in self.diff.staying or any(one.organisation_id != job.organisation_id for one in jobs):
            # Still works elsewhere: only what ties them to this organisation ends.
            for one in jobs:
                if one.organisation_id == job.organisation_id:
                    employments.end(employment=one, by=self.by, now=self.now)
            here = Employment.objects.filter(organisation=job.organisation_id).order_by().values("person")
            lines = LineManagement.objects.not_over(on=self.today)
            for line in lines.filter(report=person, manager__in=here) | lines.filter(manager=person, report__in=here):
                line.end_on(self.today)
            return
        self.journal.changes([person], ["is_active"])
        self.journal.changes(Grant.objects.not_over(on=self.today).filter(person=person), ["end_date"])
        ties = Tie.objects.not_over(on=self.today)
        self.journal.changes(ties.filter(person=person) | ties.filter(other=person), ["end_date"])
        people_actions.leave(person=person, by=self.by, now=self.now)

    def _parts(self, model, new: list[tuple[int, str]]) -> dict:
        made = model.objects.bulk_create(
            [model(organisation_id=organisation, name=name) for organisation, name in new], BATCH
        )
        self.journal.makes(made)
        parts = model.objects.filter(organisation__in=self.organisations)
        return {(part.organisation_id, part.name.casefold()): part for part in parts}

    def _people(self) -> None:
        new = [line for line in self.diff.adds if line.person is None]
        for some in _batches(new):
            made = insert(self._new_person(line.row) for line in some)
            self.journal.makes(made)
            self.ids |= {line.key: person.pk for line, person in zip(some, made, strict=True)}
            invitations.ensure_addresses(people=made, by=self.by, now=self.now)
        changed = []
        for line in self.diff.adds:
            if line.person and not line.person.is_active:
                self.journal.changes([line.person], ["is_active"])
                people_actions.come_back(person=line.person, by=self.by, now=self.now)
        for line in [*self.diff.adds, *self.diff.changes]:
            keys = {difference.key for difference in line.differences}
            if not keys & {"name", "email"}:
                continue
            self.journal.changes([line.person], ["given_name", "family_name", "email"])
            if "name" in keys:
                line.person.given_name = line.row["given_name"]
                line.person.family_name = line.row.get("family_name", line.person.family_name)
            if "email" in keys:
                line.person.email = line.row["email"]
            changed.append(line.person)
        Person.objects.bulk_update(changed, ["given_name", "family_name", "email"], BATCH)
        invitations.ensure_addresses(people=changed, by=self.by, now=self.now)

    def _new_person(self, row: dict) -> Person:
        person = Person(
            given_name=row["given_name"],
            family_name=row.get("family_name", ""),
            email=row.get("email"),
            # As make_password(None), whose random letters take a seventh of the whole writing.
            password=UNUSABLE_PASSWORD_PREFIX + token_hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH // 2),
            created_at=self.now,
        )
        person.folded_name = person.fold()
        return person

    def _jobs(self) -> None:
        begun: list[Employment] = []
        amended, ended, moved = [], [], []
        for line in self.diff.changes:
            keys = {difference.key for difference in line.differences}
            if "start_date" in keys:
                moved.append((line, date.fromisoformat(line.row["start_date"])))
            if not keys & {*JOB_FIELDS, LAST_DAY}:
                continue
            self.journal.changes([line.job], ["end_date", *JOB_FIELDS, "level", LAST_DAY])
            if keys & PERIOD_FIELDS and line.job.start_date < self.today:
                begun.append(self._next_period(line))
                line.job.end_date = self.today
                ended.append(line.job)
            else:
                self._fill(line.job, line.row)
                amended.append(line.job)
        Employment.objects.bulk_update(ended, ["end_date"], BATCH)
        Employment.objects.bulk_update(amended, [*JOB_FIELDS, "level", LAST_DAY], BATCH)
        for line, day in moved:
            self._move_start(line, day)
        self._make(Employment, begun)
        self._make(Employment, (self._begun(line) for line in self.diff.adds))

    def _begun(self, line: Line) -> Employment:
        given = line.row.get("start_date")
        day = date.fromisoformat(given) if given else self.today
        if line.person:  # back again: the time between is not made up for
            past = Employment.objects.filter(person=line.person, organisation=line.organisation)
            ends = [end for end in past.values_list("end_date", flat=True) if end is not None]
            day = max([day, *ends])
        job = Employment(person_id=self._id(line), organisation_id=line.organisation, start_date=day)
        return self._fill(job, line.row)

    def _next_period(self, line: Line) -> Employment:
        old = line.job
        job = Employment(
            person_id=old.person_id,
            organisation_id=old.organisation_id,
            site=old.site,
            team=old.team,
            job_title=old.job_title,
            band=old.band,
            level=old.level,
            staff_number=old.staff_number,
            start_date=self.today,
            last_working_day=old.last_working_day,
        )
        return self._fill(job, line.row)

    def _fill(self, job: Employment, row: dict) -> Employment:
        before = _level(job)
        for key in ("job_title", "band", "staff_number"):
            if key in row:
                setattr(job, key, row[key])
        if LAST_DAY in row:
            job.last_working_day = date.fromisoformat(row[LAST_DAY]) if row[LAST_DAY] else None
        if "site" in row:
            job.site = self.sites[job.organisation_id, row["site"].casefold()]
        if "team" in row:
            job.team = self.teams[job.organisation_id, row["team"].casefold()]
        if "level" in row:
            job.level = row["level"]
        elif job.level in ("", before):  # a level that a lead entered by hand stays
            job.level = _level(job)
        return job

    def _move_start(self, line: Line, day: date) -> None:
        first = line.job
        earlier = Employment.objects.filter(person=line.person, organisation=line.organisation)
        while before := earlier.filter(end_date=first.start_date, start_date__lt=first.start_date).first():
            first = before
        self.journal.changes([first], ["start_date"])
        first.start_date = day
        first.save(update_fields=["start_date"])

    def _facts(self) -> None:
        lines = [line for line in [*self.diff.adds, *self.diff.changes] if line.row.get("facts")]
        known: dict[tuple[int, str], Fact] = {}
        people = [line.person.pk for line in lines if line.person]
        for start in range(0, len(people), BATCH):
            for fact in Fact.objects.filter(person__in=people[start : start + BATCH]):
                known[fact.person_id, fact.kind] = fact
        changed: list[Fact] = []
        self._make(Fact, self._new_facts(lines, known, changed), then=self._tell_opt_ins)
        Fact.objects.bulk_update(changed, ["day", "text", "applies", "recorded_at"], BATCH)
        self._tell_opt_ins(changed)

    def _new_facts(self, lines: list[Line], known: dict, changed: list[Fact]) -> Iterator[Fact]:
        """The facts that are to be made, one by one; those that change are put into ``changed`` meanwhile."""
        for line in lines:
            person = self._id(line)
            for kind, value in line.row["facts"].items():
                if FACT_KINDS[kind].value == "day" and value is not None:
                    day, text = date.fromisoformat(value), ""
                else:
                    day, text = None, value or ""
                fact = known.get((person, kind))
                if fact and (fact.day, fact.text, fact.applies) == (day, text, value is not None):
                    continue
                values = {"day": day, "text": text, "applies": value is not None, "recorded_at": self.now}
                if fact is None:
                    yield Fact(person_id=person, kind=kind, **values)
                    continue
                self.journal.changes([fact], values)
                for name, one in values.items():
                    setattr(fact, name, one)
                changed.append(fact)

    def _tell_opt_ins(self, facts: list[Fact]) -> None:
        opted = [fact for fact in facts if fact.kind in OPT_INS]
        record_many(Verb.FACT_RECORDED, by=self.by, now=self.now, on=opted, about=lambda fact: fact.person_id)

    def _managers(self) -> None:
        lines = [line for line in self.diff.adds if line.managers is not None]
        lines += [line for line in self.diff.changes if any(d.key == "managers" for d in line.differences)]
        wanted = {self._id(line): {self.ids.get(key, key) for key in line.managers} for line in lines}
        known = [line.person.pk for line in lines if line.person]
        staff = Employment.objects.not_over(on=self.today).filter(organisation__in=self.organisations)
        here = set(staff.order_by().values_list("person", flat=True))
        ended = []
        for start in range(0, len(known), BATCH):
            for line in LineManagement.objects.not_over(on=self.today).filter(report__in=known[start : start + BATCH]):
                if line.manager_id in wanted[line.report_id]:
                    wanted[line.report_id].discard(line.manager_id)
                elif line.manager_id in here:  # a manager elsewhere is not this list's to end
                    self.journal.changes([line], ["end_date"])
                    line.end_date = max(line.start_date, self.today)
                    ended.append(line)
        LineManagement.objects.bulk_update(ended, ["end_date"], BATCH)
        begun = (
            LineManagement(report_id=report, manager_id=manager, start_date=self.today)
            for report, managers in wanted.items()
            for manager in sorted(managers)
        )
        self._make(LineManagement, begun)

    def _make(self, model, rows: Iterable, then: Callable[[list], None] = lambda made: None) -> None:
        """Make rows, a batch at a time, so that those of 20,000 people are never in memory together."""
        for some in _batches(rows):
            made = insert(some)
            self.journal.makes(made)
            then(made)

    def _id(self, line: Line) -> int:
        return line.person.pk if line.person else self.ids[line.key]


def _level(job: Employment) -> str:
    return bands.level_from_title(job.job_title) or bands.level(job.band)


def _batches(rows: Iterable) -> Iterator[list]:
    """``rows`` in lists of at most 500."""
    rows = iter(rows)
    while some := list(islice(rows, BATCH)):
        yield some
