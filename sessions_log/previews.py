"""The mails about sessions as a lead reads them beforehand: about people made up, in the programme's own policy.

Each is the template that the real letter has, with a context of the same keys.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notices.kinds import Letter
from notices.letters import letter
from people.days import in_words
from programmes import mentoring_models
from programmes.mentoring_models import MentoringModel
from programmes.models import Cohort
from sessions_log.keeping import WARNED_AHEAD
from sessions_log.letters import moment_in_words
from sessions_log.session_forms import kept
from sessions_log.terms import is_weekly


def _asks_itself(model: MentoringModel) -> bool:
    """Whether the portal writes about meetings at all, and no return asks it instead (R9)."""
    return model.reminders.kind != "none" and not any(spec.asks_whether_met for spec in kept.of_model(model))


def _asks_weekly(model: MentoringModel) -> bool:
    """Whether it asks once a week, about all of that week's sessions."""
    return _asks_itself(model) and is_weekly(model.cadence, model.reminders)


def _asks_each(model: MentoringModel) -> bool:
    return _asks_itself(model) and not is_weekly(model.cadence, model.reminders)


def preview(
    name: str, subject: str, *, sent: Callable[[MentoringModel], bool] = lambda model: True
) -> Callable[[Cohort, datetime], Letter | None]:
    """A kind's ``preview``: None where ``sent`` says that the programme's model never has this mail."""

    def made(cohort: Cohort, now: datetime) -> Letter | None:
        model = mentoring_models.of(cohort.programme)
        if not sent(model):
            return None
        noon = timezone.localtime(now).replace(hour=12, minute=0, second=0, microsecond=0)
        when = moment_in_words(noon + timedelta(days=7))
        home = settings.PORTAL_ADDRESS + reverse("home")
        context = {
            "given_name": "Ama",
            "others": "Ben Example",
            "by": "Ben",
            "other": "Ben Example",
            "word": "booked",
            "when": when,
            "day": in_words(timezone.localdate(now)),
            "minutes": model.cadence.minutes,
            "mode": "By video",
            "times": [moment_in_words(noon + timedelta(days=days)) for days in (7, 8, 9)],
            "is_group": False,
            "channel": ", by phone",
            "ended": in_words(timezone.localdate(now) + WARNED_AHEAD - relativedelta(months=model.texts_kept_months)),
            "months": model.texts_kept_months,
            "goes": in_words(timezone.localdate(now) + WARNED_AHEAD),
            "link": home,
            "page": home,
        }
        subject_line = subject.format(when=when, goes=context["goes"])
        return letter(f"sessions_log/mail/{name}", subject=subject_line, context=context)

    return made


SESSION = preview("session", "Mentoring session booked: {when}")
TIMES = preview("times-offered", "A time for your next mentoring session")
HOURS = preview(
    "hours-shared",
    "Ben Example has shared their mentoring hours with you",
    sent=lambda model: model.hours == "shared-by-mentee" and not model.confidential_membership,
)
TEXTS_GO = preview("texts-go", "Your mentoring notes are deleted on {goes}")
WORD = preview("word-wanted", "Ben would like a word")
DID_YOU_MEET = preview("did-you-meet", "Did you meet?", sent=_asks_each)
OF_THE_WEEK = preview("did-you-meet", "Did you meet?", sent=_asks_weekly)
DATE_MISSED = preview("date-missed", "Your next mentoring session", sent=_asks_itself)
