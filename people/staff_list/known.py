"""What the portal knows about the people whom a staff list may mean, read in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from people.models import Employment, Fact, LineManagement, Person, Site, Team
from people.staff_list.check import number_key

CHUNK = 500  # values in one IN (…)


class Known:
    """What the portal knows about the staff of the list's organisations and whomever a list may mean.

    What belongs to one organisation is kept under (organisation, …).
    """

    def __init__(self, organisations: Iterable[int], rows: list[dict], *, by: Person | None, now: datetime):
        self.today = timezone.localdate(now)
        self.jobs: dict[tuple[int, int], Employment] = {}  # by person: the job that is not over
        self.latest: dict[int, Employment] = {}  # the job that began last, wherever, over or not
        self.first_jobs: dict[tuple[int, int], Employment] = {}  # by person: where unbroken service there began
        self.people: dict[int, Person] = {}
        self.by_email: dict[str, Person] = {}
        self.signposts: frozenset[str] = frozenset()  # addresses that lead to a person by a record merged into theirs
        self.by_number: dict[tuple[int, str], Person] = {}
        self.strangers: set[str] = set()  # addresses of people whom this list may not touch
        organisations = list(organisations)
        self._staff(organisations)
        self._moved_on(by, now)
        self._others(rows, by, now)
        sites, teams = (model.objects.filter(organisation__in=organisations) for model in (Site, Team))
        self.sites = {(site.organisation_id, site.name.casefold()): site for site in sites}
        self.teams = {(team.organisation_id, team.name.casefold()): team for team in teams}
        self.facts: dict[int, dict[str, Fact]] = defaultdict(dict)
        staff = Employment.objects.filter(organisation__in=organisations).order_by().values("person")
        for fact in Fact.objects.filter(person__in=staff).order_by():
            self.facts[fact.person_id][fact.kind] = fact
        extra = [pk for pk in self.people if pk not in self.here]
        for some in _chunks(extra):
            for fact in Fact.objects.filter(person__in=some).order_by():
                self.facts[fact.person_id][fact.kind] = fact
        self.managers: dict[int, set[int]] = defaultdict(set)
        lines = LineManagement.objects.not_over(on=self.today).filter(report__in=staff).order_by()
        for report, manager in lines.values_list("report", "manager"):
            self.managers[report].add(manager)

    def _staff(self, organisations):
        """Everybody who works or worked there, the current job found by its not being over."""
        jobs = Employment.objects.filter(organisation__in=organisations).select_related("person", "site", "team")
        periods: dict[tuple[int, int], list[Employment]] = defaultdict(list)
        for job in jobs.order_by("start_date", "pk"):
            job.person = self.people.setdefault(job.person_id, job.person)  # one object a person
            periods[job.organisation_id, job.person_id].append(job)
        self.here = {person for _, person in periods}
        for where, held in periods.items():
            last = held[-1]
            if where[1] not in self.latest or self.latest[where[1]].start_date < last.start_date:
                self.latest[where[1]] = last
            if last.staff_number:
                self.by_number.setdefault((where[0], number_key(last.staff_number)), last.person)
            if last.is_over(self.today):
                continue
            self.jobs[where] = first = last
            for earlier in reversed(held[:-1]):
                if earlier.end_date != first.start_date:
                    break
                first = earlier
            self.first_jobs[where] = first
        for (organisation, _), job in self.jobs.items():  # whoever has a number now goes before whoever had it once
            if job.staff_number:
                self.by_number[organisation, number_key(job.staff_number)] = job.person
        self.staff = {person for _, person in self.jobs}
        self.by_email = {person.email: person for person in self.people.values() if person.email}

    def _moved_on(self, by, now):
        """Who worked here, works elsewhere by now and is none of whom the list's sender may see is a stranger again."""
        if by is None:
            return
        away = [pk for pk in self.here - self.staff if self.people[pk].is_active]
        for some in _chunks(sorted(away)):
            seen = Person.objects.visible_to(by, now=now).filter(pk__in=some)
            for pk in set(some) - set(seen.order_by().values_list("pk", flat=True)):
                person = self.people.pop(pk)
                self.here.discard(pk)
                self.latest.pop(pk, None)
                if self.by_email.pop(person.email, None):
                    self.strangers.add(person.email)
        self.by_number = {key: person for key, person in self.by_number.items() if person.pk in self.people}

    def _others(self, rows, by, now):
        """People with an address on the list who never worked here.

        Taking them on would show their record to whoever keeps this list, who need
        only know an address. So only those are taken whom that person may see already.
        """
        unknown = sorted({row["email"] for row in rows if "email" in row} - self.by_email.keys())
        found: dict[int, Person] = {}
        signposts: dict[str, Person] = {}  # by the address of a record that was merged: the one that went on
        for some in _chunks(unknown):
            for person in Person.objects.filter(email__in=some).select_related("merged_into"):
                if person.merged_into:
                    signposts[person.email] = kept = self.people.get(person.merged_into_id, person.merged_into)
                    if kept.pk not in self.people:
                        found[kept.pk] = kept
                else:
                    found[person.pk] = person
        self.signposts = frozenset(signposts)
        self.by_email |= {email: kept for email, kept in signposts.items() if kept.pk in self.people}
        if not found:
            return
        allowed = set(found) if by is None else set()
        for some in _chunks(list(found)):
            if by is not None:
                seen = Person.objects.visible_to(by, now=now).filter(pk__in=some)
                allowed |= set(seen.order_by().values_list("pk", flat=True))
        for pk, person in found.items():
            addresses = {person.email} | {email for email, kept in signposts.items() if kept.pk == pk}
            if pk in allowed:
                self.people[pk] = person
                self.by_email |= dict.fromkeys(addresses & set(unknown), person)
            else:
                self.strangers |= addresses & set(unknown)


def _chunks(values: list):
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
