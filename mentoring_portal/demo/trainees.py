"""Model 1, trainee-band6: one intake under way, with somebody who waits; the next with a plan ready to look at."""

from datetime import date, datetime, time
from itertools import cycle

from django.utils import timezone

from matching.actions import runs
from matching.work import work
from mentoring_portal.demo.calendar import ago, next_years_start, this_years_start
from people.actions import facts, styles, ties
from people.models import Employment, Organisation, Person, Style, Tie
from programmes.actions import enrolments, joining, programmes, relationships, settings
from programmes.models import Cohort, Programme, Relationship, Side
from sessions_log.actions import registers

MENTOR_OF = {
    "mentee@example.org": "mentor@example.org",
    "caspian.rowe@example.org": "saffron.lyle@example.org",
    "imogen.asante@example.org": "tobias.wren@example.org",
}
WITHOUT_MENTOR = "imogen.asante@example.org"  # her mentor stopped three weeks ago
HOPES = {
    "mentee@example.org": "To find my feet in the dispensary, and somebody to ask about evidence for my portfolio.",
    WITHOUT_MENTOR: "Help with planning the year, and with saying no now and then.",
}
# How the education and training team sees some of them: words, and five sliders from 0 to 8.
STYLES = {
    "theodora.balogun@example.org": ("quiet, patient", {"outgoing": 1, "organised": 6}),
    "owain.greengrass@example.org": ("outgoing", {"outgoing": 7, "calm": 5}),
    "ling.ashgrove@example.org": ("organised, frank", {"warm": 2, "organised": 7}),
    "malachi.sorrell@example.org": ("quiet", {"outgoing": 2, "calm": 3}),
    "piers.onwuachi@example.org": ("patient, organised", {"warm": 6, "organised": 7}),
    "dmitri.holm-ashby@example.org": ("quiet, patient", {"outgoing": 1, "organised": 7}),
    "padma.lockridge@example.org": ("outgoing", {"outgoing": 8, "calm": 6}),
    "tamsin.birdwhistle@example.org": ("organised, frank", {"warm": 1, "organised": 8}),
    "jamal.featherstone-bright@example.org": ("patient, organised", {"warm": 7, "organised": 6}),
    "rohan.applegarth@example.org": ("quiet", {"outgoing": 2, "calm": 4}),
}


def load(northbank: Organisation, staff: dict[str, Person], *, lead: Person, now: datetime) -> Programme:
    """The programme with both its cohorts."""
    started = this_years_start(now)
    present = programmes.start(
        organisation=northbank,
        model_key="trainee-band6",
        name="Trainee mentoring",
        cohort_name=f"{started.year} intake",
        start_date=started,
        by=lead,
        now=ago(now, weeks=30),
    )
    settings.change(
        programme=present.programme,
        key="texts.interim_email",
        values={("texts", "interim_email"): "pharmacy.education@example.org"},
        by=lead,
        now=ago(now, weeks=29),
    )
    _under_way(present, staff, lead, now)
    coming = next_years_start(now)
    following = programmes.open_cohort(
        programme=present.programme, name=f"{coming.year} intake", start_date=coming, by=lead, now=ago(now, days=5)
    )
    _ready_to_match(following, northbank, staff, lead, now)
    return present.programme


def _under_way(cohort: Cohort, staff: dict[str, Person], lead: Person, now: datetime) -> None:
    """Three trainees and their mentors, one of whom has stopped since."""
    told = {"by": lead, "now": ago(now, weeks=20)}
    pairs = {}
    for email, mentor in MENTOR_OF.items():
        day = date(cohort.start_date.year, 5, 12)
        facts.record(person=staff[mentor], kind="mentor_trained_on", value=day, **told)
        ties.record(kind=Tie.Kind.DS, person=staff[email], other=staff["supervisor@example.org"], **told)
        mentee = enrolments.enrol(cohort=cohort, person=staff[email], side=Side.MENTEE, **told)
        giver = enrolments.enrol(cohort=cohort, person=staff[mentor], side=Side.MENTOR, volunteered=True, **told)
        pairs[email] = relationships.start(cohort=cohort, mentee=mentee, mentor=giver, **told)
        if email in HOPES:
            joining.write_hope(enrolment=mentee, text=HOPES[email], by=staff[email], now=ago(now, weeks=19))
    _registers(cohort, pairs["caspian.rowe@example.org"], lead, now)
    stopped = ago(now, days=23)
    gone = cohort.enrolments.get(person=staff[MENTOR_OF[WITHOUT_MENTOR]])
    enrolments.withdraw(enrolment=gone, by=gone.person, now=stopped)


def _registers(cohort: Cohort, noted: Relationship, lead: Person, now: datetime) -> None:
    """The register stands since the year was set up; weeks that are over were ticked on their day, one pair noted."""
    registers.lay_due(by=None, now=ago(now, weeks=30))
    for meeting in cohort.registers.filter(day__lt=timezone.localdate(now)).order_by("day"):
        exceptions = {noted: "Saffron was not asked to the appraisal yet."} if meeting.week == 13 else {}
        evening = timezone.make_aware(datetime.combine(meeting.day, time(17)))
        registers.tick(meeting=meeting, exceptions=exceptions, by=lead, now=evening)


def _ready_to_match(
    cohort: Cohort, northbank: Organisation, staff: dict[str, Person], lead: Person, now: datetime
) -> None:
    """The next intake and everyone who said yes, enrolled; matches found an hour ago and not looked at yet."""
    coming = Employment.objects.filter(
        organisation=northbank, level=Employment.Level.FOUNDATION, start_date__gt=timezone.localdate(now)
    )
    willing = Person.objects.filter(
        employments__organisation=northbank,
        employments__band="6",
        facts__kind="volunteers_to_mentor",
        facts__text="yes",
    ).exclude(email__in=MENTOR_OF.values())
    enrolled = {"by": lead, "now": ago(now, days=4)}
    trainees = Person.objects.filter(employments__in=coming).distinct()
    enrolments.enrol_many(cohort=cohort, people=trainees, side=Side.MENTEE, **enrolled)
    supervisors = list(Person.objects.filter(employments__organisation=northbank, employments__band="7").distinct())
    for trainee, supervisor in zip(trainees, cycle(supervisors), strict=False):
        ties.record(kind=Tie.Kind.DS, person=trainee, other=supervisor, **enrolled)
    enrolments.enrol_many(cohort=cohort, people=willing, side=Side.MENTOR, volunteered=True, **enrolled)
    for email, (words, traits) in STYLES.items():
        facts.record(person=staff[email], kind="style", value=words, **enrolled)
        styles.record(person=staff[email], source=Style.Source.LEAD, traits=traits, **enrolled)
    run = runs.request(cohort=cohort, by=lead, now=ago(now, hours=1), hand_over=False)
    work(run_id=run.pk, clock=lambda: now)
