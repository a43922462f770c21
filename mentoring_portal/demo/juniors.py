"""Model 11, reverse: two months in, with homework set and one action that the board may read; one has yet to choose.

Who takes part is confidential: only its own people and the two leads of the programme see that it is there.
"""

from datetime import datetime

from mentoring_portal.demo.calendar import ago
from mentoring_portal.demo.making import accept, employed, enrol, start
from people.actions import employments
from people.models import Organisation, Person
from programmes.actions import relationships, training
from programmes.models import Side
from sessions_log.actions import frames, sessions


def load(westvale: Organisation, *, lead: Person, now: datetime) -> None:
    begun = ago(now, weeks=9)
    before = ago(now, weeks=14)
    cohort = start(westvale, "reverse", "Reverse mentoring", begun, by=lead)
    chief = employed(westvale, "Hugo Lindqvist", "Chief executive", before, email="leader@example.org")
    director = employed(westvale, "Georgina Stane", "Director of nursing", before)
    manager = employed(westvale, "Alwyn Pryor", "Head of pharmacy", before, band="8c")
    mentor = employed(
        westvale, "Sunita Rao", "Mental health pharmacist", before, email="reverse.mentor@example.org", band="8a"
    )
    second = employed(westvale, "Kofi Anderton", "Pharmacy technician", before, band="6")
    for person, above in ((director, chief), (manager, director), (mentor, manager), (second, manager)):
        employments.set_managers(person=person, managers=[above], by=None, now=before)
    senior, also_senior = (enrol(cohort, one, Side.MENTEE, by=lead, now=before) for one in (chief, director))
    leads = enrol(cohort, mentor, Side.MENTOR, by=lead, now=before)
    enrol(cohort, second, Side.MENTOR, by=lead, now=before)  # has yet to choose
    training.record_training(enrolments=[senior, leads, also_senior], day=ago(now, weeks=10).date(), by=lead, now=begun)
    pair = relationships.start(cohort=cohort, mentee=senior, mentor=leads, by=lead, now=begun)
    for person in (chief, mentor):
        accept(pair, person, begun)
    for weeks in (8, 4):
        sessions.log_unplanned(
            relationship=pair, day=ago(now, weeks=weeks).date(), by=mentor, now=ago(now, weeks=weeks)
        )
    text = "Read the first two chapters, and write down one thing that you had not seen before."
    frames.set_homework(relationship=pair, kind="homework", text=text, by=mentor, now=ago(now, weeks=4))
    action = frames.write_action(
        relationship=pair, text="Publish who applies for and who gets senior posts.", by=chief, now=ago(now, weeks=4)
    )
    for person in (chief, mentor):
        frames.agree(action=action, yes=True, by=person, now=ago(now, weeks=3))
