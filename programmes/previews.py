"""The mails of this room as a lead reads them beforehand: the programme's own words and dates, people made up.

Each is the template that the real letter has, with a context of the same keys.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from notices.kinds import Letter
from notices.letters import letter
from people.models import Person
from programmes import mentoring_models
from programmes.asking import askable
from programmes.bringing import is_brought
from programmes.interim import interim_contact
from programmes.introductions import day_and_month, introduces
from programmes.match_letters import match_letter
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort, Side
from programmes.triad_letters import who_is_who

AMA, BEN, CARA = (Person(given_name=name, family_name="Example") for name in ("Ama", "Ben", "Cara"))


def preview(
    name: str,
    subject: str,
    context: Callable[[Cohort, MentoringModel], dict],
    *,
    sent: Callable[[MentoringModel], bool] = lambda model: True,
) -> Callable[[Cohort, datetime], Letter | None]:
    """A kind's ``preview``: None where ``sent`` says that the programme's model never has this mail."""

    def made(cohort: Cohort, now: datetime) -> Letter | None:
        model = mentoring_models.of(cohort.programme)
        if not sent(model):
            return None
        common = {"given_name": AMA.given_name, "programme": cohort.programme.name, "link": home(), "home": home()}
        wanted = common | context(cohort, model)
        return letter(
            f"programmes/mail/{name}", subject=subject.format(programme=cohort.programme.name), context=wanted
        )

    return made


def home() -> str:
    return settings.PORTAL_ADDRESS + reverse("home")


def asks_both(model: MentoringModel) -> bool:
    return model.matching.live == "both-accept" and not model.matching.chemistry_days


def may_fall_through(model: MentoringModel) -> bool:
    return asks_both(model) or model.matching.site_sign_off


def match(asks: bool) -> Callable[[Cohort, datetime], Letter | None]:
    def made(cohort: Cohort, now: datetime) -> Letter | None:
        if asks != asks_both(mentoring_models.of(cohort.programme)):
            return None
        return match_letter(cohort, Side.MENTEE, AMA, [(BEN, Side.MENTOR)], link=home(), now=now)

    return made


def other(cohort: Cohort, model: MentoringModel) -> dict:
    return {"others": BEN.name}


def parting(cohort: Cohort, model: MentoringModel) -> dict:
    return {"others": BEN.name, "interim_contact": interim_contact(model)}


def asked(cohort: Cohort, model: MentoringModel) -> dict:
    return {
        "noun": model.words.mentee.a,
        "organisation": cohort.programme.organisation.name,
        "sentence": model.sentence,
        "what_to_expect": model.texts.what_to_expect.mentee.strip(),
        "is_new": True,
    }


def facts(cohort: Cohort, model: MentoringModel) -> dict:
    wanted = [need.label for need in askable(model, Side.MENTEE)] or ["your registration date"]
    return {"organisation": cohort.programme.organisation.name, "wanted": wanted, "is_new": True}


def override(cohort: Cohort, model: MentoringModel) -> dict:
    return {"lead": CARA.name}


def to_confirm(cohort: Cohort, model: MentoringModel) -> dict:
    return {"pairs": "3 proposed pairs", "one": False}


def trainee(cohort: Cohort, model: MentoringModel) -> dict:
    return {
        "supervisors": [BEN.name, CARA.name],
        "who_is_who": who_is_who(model, mentee=BEN, mentor=CARA, trainee=AMA),
        "what_to_expect": model.texts.what_to_expect.trainee.strip(),
        "worries": model.texts.worries.strip(),
        "is_new": True,
    }


def supervisor(cohort: Cohort, model: MentoringModel) -> dict:
    return {"trainee": CARA.name, "noun": model.words.trainee.one, "other": BEN.name}


def somebody_else(cohort: Cohort, model: MentoringModel) -> dict:
    return {"who": CARA.name, "what": "has joined", "group": f"{BEN.given_name}'s group"}


def a_place(cohort: Cohort, model: MentoringModel) -> dict:
    return {"group": f"{BEN.given_name}'s group", "joins": model.group.joining == "open"}


def has_groups(model: MentoringModel) -> bool:
    return model.group is not None


def has_triads(model: MentoringModel) -> bool:
    return model.triad is not None


def introduced(cohort: Cohort, model: MentoringModel) -> dict:
    days = timedelta(days=model.matching.chemistry_days or 0)
    return {
        "other": BEN.name,
        "noun": model.words.mentor.one,
        "slot": next(iter(model.slots), ""),
        "until": day_and_month(cohort.start_date + days),
        "organisation": cohort.programme.organisation.name,
        "is_new": False,
    }


def has_chemistry(model: MentoringModel) -> bool:
    return bool(model.matching.chemistry_days)


def is_requested(model: MentoringModel) -> bool:
    return introduces(model)


def brought(cohort: Cohort, model: MentoringModel) -> dict:
    return {
        "other": BEN.name,
        "noun": model.words.mentor.one,
        "organisation": cohort.programme.organisation.name,
        "sentence": model.sentence,
        "what_to_expect": model.texts.what_to_expect.mentor.strip(),
        "is_new": True,
    }


def reviewed(cohort: Cohort, model: MentoringModel) -> dict:
    return {"others": BEN.name, "question": model.texts.review, "is_group": model.group is not None}


def is_reviewed(model: MentoringModel) -> bool:
    return bool(model.duration.review_months)


PREVIEWS = {
    "review-asked": preview("review-asked", "Is there still a need to meet?", reviewed, sent=is_reviewed),
    "partner-named": preview("partner-named", f"{BEN.name} would like to go on with you", brought, sent=is_brought),
    "partner-declined": preview(
        "partner-declined", "It will not go ahead", lambda cohort, model: {"other": BEN.name}, sent=is_brought
    ),
    "introduction-opened": preview("introduction-opened", f"Meet {BEN.name}", introduced, sent=has_chemistry),
    "introduction-ended": preview("introduction-ended", "An introduction has ended", other, sent=has_chemistry),
    "introductions-waiting": preview(
        "introductions-waiting",
        "2 people wait for you: {programme}",
        lambda cohort, model: {"waiting": "2 people wait"},
        sent=is_requested,
    ),
    "request-confirmed": preview(
        "request-confirmed",
        "Your request is confirmed",
        lambda cohort, model: {"mentors": model.words.mentor.many},
        sent=lambda model: model.matching.confirms_requests,
    ),
    "asked-to-take-part": preview("asked-to-take-part", "{programme}: would you like to take part?", asked),
    "facts-wanted": preview("facts-wanted", "{programme}: a few facts about you", facts),
    "match-published": match(asks=False),
    "match-offered": match(asks=True),
    "match-off": preview("match-off", "A proposed match will not go ahead", parting, sent=may_fall_through),
    "relationship-paused": preview("relationship-paused", "Your mentoring is paused", other),
    "relationship-resumed": preview("relationship-resumed", "Your mentoring is going on again", other),
    "relationship-ended": preview("relationship-ended", "Your mentoring has ended", parting),
    "relationship-thanked": preview("relationship-thanked", "Thank you for your mentoring", other),
    "triad-trainee": preview("triad-trainee", "Your two supervisors", trainee, sent=has_triads),
    "triad-supervisor": preview("triad-supervisor", f"{CARA.name} will join you", supervisor, sent=has_triads),
    "group-changed": preview("group-changed", f"{CARA.name} has joined your group", somebody_else, sent=has_groups),
    "group-place-free": preview("group-place-free", "There is a place in a group again", a_place, sent=has_groups),
    "pairs-to-confirm": preview(
        "pairs-to-confirm",
        "3 proposed pairs for you to confirm",
        to_confirm,
        sent=lambda model: model.matching.site_sign_off,
    ),
    "rule-overridden": preview("rule-overridden", "A match was allowed against a rule: {programme}", override),
    "flag-raised": preview("flag-raised", "Somebody asks for your help with a match", lambda cohort, model: {}),
}
