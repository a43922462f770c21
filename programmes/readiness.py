"""How far a cohort has come: who is enrolled on each side, places against need."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from programmes import mentoring_models
from programmes.mentoring_models import MentoringModel
from programmes.mentoring_models.taking_part import Words
from programmes.models import Cohort, Enrolment, Side
from programmes.places import group_takes_places


@dataclass(frozen=True)
class Readiness:
    mentees: int = 0
    mentors: int = 0
    places: int = 0  # that the mentors have in all
    places_left: int = 0
    waiting: int = 0  # mentees with a place to fill
    barred: int = 0  # of those, who cannot be in any match and whom no lead can allow, as last judged
    mentees_barred: int = 0  # whom the rules keep from any match, also where a lead may allow it; as last judged
    mentors_barred: int = 0

    def sentence(self, words: Words) -> str:
        """``24 trainee pharmacists, 30 mentors, 30 places``."""
        return ", ".join(
            [
                counted(self.mentees, words.mentee.one, words.mentee.many),
                counted(self.mentors, words.mentor.one, words.mentor.many),
                counted(self.places, "place", "places"),
            ]
        )

    @property
    def matched(self) -> int:
        """Mentees without a place to fill."""
        return self.mentees - self.waiting

    @property
    def short_of(self) -> int:
        """Places that lack, if every waiting mentee is to have a mentor."""
        return max(0, self.waiting - self.places_left)


def counted(number: int, one: str, many: str) -> str:
    """``1 trainee``, ``2,000 trainees``."""
    return f"{number:,} {one if number == 1 else many}"


def readiness_of(cohorts: Iterable[Cohort]) -> dict[int, Readiness]:
    """The readiness of each cohort by its id; one query. A group of two mentors has the places of one."""
    cohorts = list(cohorts)
    counts = {cohort.pk: Counter() for cohort in cohorts}
    rows = (
        Enrolment.objects.live()
        .filter(cohort__in=list(counts), side__in=(Side.MENTEE, Side.MENTOR))
        .order_by()
        # Grouped as an index has them, and added up here: a condition in every sum is slow to say and to answer.
        .values_list("cohort", "side", "bar")
        .annotate(
            people=Count("pk"),
            places=Sum("capacity"),
            taken=Sum("places_taken"),
            with_room=Count("pk", filter=Q(places_taken__lt=F("capacity"))),
        )
    )
    for cohort, side, bar, people, places, taken, with_room in rows:
        kept_out = people if bar in Enrolment.BARS else 0
        if side == Side.MENTOR:
            known = {"mentors": people, "places": places, "places_left": places - taken, "mentors_barred": kept_out}
        else:
            barred = with_room if bar in Enrolment.HARD_BARS else 0
            known = {"mentees": people, "waiting": with_room, "barred": barred, "mentees_barred": kept_out}
        counts[cohort].update(known)
    for cohort in cohorts:
        if (sharing := mentors_of_a_place(mentoring_models.of(cohort.programme))) > 1:
            known = counts[cohort.pk]
            known["places"] //= sharing
            known["places_left"] //= sharing
    return {cohort: Readiness(**known) for cohort, known in counts.items()}


def mentors_of_a_place(model: MentoringModel) -> int:
    """How many mentors share what one mentee takes: of a group with two mentors, each has a place for every member."""
    return model.group.mentors if model.group and group_takes_places(model) else 1
