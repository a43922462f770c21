"""Forms by which sessions are booked, moved and offered."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone

from audit.refusal import Refused
from look.forms import DateField
from people.days import in_words
from sessions_log.hours import moment_of
from sessions_log.models import Mode, SessionPlan, Target

TIMES = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
USUAL = (time(8), time(20))  # the hours that stand first
LENGTHS = (15, 30, 45, 60, 75, 90, 120, 150, 180, 240)
EXTRA = "extra"


def length_in_words(minutes: int) -> str:
    """``1 hour 30 minutes``."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] * bool(hours) + [f"{rest} minutes"] * bool(rest)
    return " ".join(parts)


def _times() -> list[tuple]:
    """The hours of a day by the quarter, those of a working day first."""
    usual, other = [], []
    for one in TIMES:
        (usual if USUAL[0] <= one <= USUAL[1] else other).append((f"{one:%H:%M}", f"{one:%H:%M}"))
    return [("From 08:00 to 20:00", usual), ("Another time", other)]


TIME_CHOICES = _times()


def time_field(choices=(("", "Choose a time"), *TIME_CHOICES), **details) -> forms.TypedChoiceField:
    """An hour of the day, London's clock."""
    return forms.TypedChoiceField(
        choices=choices,
        coerce=time.fromisoformat,
        empty_value=None,
        error_messages={"required": "Choose a time", "invalid_choice": "Choose one of the times"},
        **details,
    )


class HowForm(forms.Form):
    """How long and how: what every way of booking asks, filled from the plan that the members keep."""

    minutes = forms.TypedChoiceField(label="How long?", coerce=int)
    mode = forms.ChoiceField(
        label="How do you meet?",
        choices=Mode.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you meet"},
    )
    link = forms.URLField(
        label="Video link",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Kept for your next sessions too.",
        error_messages={"invalid": "Enter the whole link, such as https://meet.example.org/room"},
    )
    place = forms.CharField(label="Place", required=False, max_length=200, help_text="For meeting in person.")

    def __init__(self, *args, minutes: int, plan: SessionPlan, **kwargs):
        super().__init__(*args, **kwargs)
        lengths = sorted({*LENGTHS, minutes})
        self.fields["minutes"].choices = [(one, length_in_words(one)) for one in lengths]
        for name, value in {"minutes": minutes, "mode": plan.mode, "link": plan.link, "place": plan.place}.items():
            self.initial.setdefault(name, value)

    def how(self) -> dict:
        """The answers as the actions want them."""
        return {name: self.cleaned_data[name] for name in ("minutes", "mode", "link", "place")}


class BookingForm(HowForm):
    """One time that is agreed already. ``targets``: the dates for which it may be."""

    day = DateField(label="Day", error_messages={"required": "Enter the day"})
    time = time_field(label="Time")

    field_order = ["day", "time", "minutes", "mode", "link", "place", "target"]

    def __init__(self, *args, targets: list[Target], **kwargs):
        super().__init__(*args, **kwargs)
        self.targets = {str(target.pk): target for target in targets}
        if isinstance(day := self.get_initial_for_field(self.fields["day"], "day"), date):
            self.fields["day"].help_text = f"It stands at {day:%A} {in_words(day)} until you change it."
        if targets:
            self.fields["target"] = forms.ChoiceField(
                label="Which meeting is this?",
                choices=[
                    *((pk, f"The one asked for about {in_words(one.due_on)}") for pk, one in self.targets.items()),
                    (EXTRA, "A further one: the dates do not move"),
                ],
                widget=forms.RadioSelect,
                initial=next(iter(self.targets)),
            )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("day") and cleaned.get("time") is not None:
            try:
                cleaned["starts_at"] = moment_of(cleaned["day"], cleaned["time"])
            except Refused as refusal:
                self.add_error("time", str(refusal))
        return cleaned

    def target(self) -> Target | None:
        return self.targets.get(self.cleaned_data.get("target", ""))


class MoveForm(BookingForm):
    """Another time for a planned session, or another way of holding it. ``seen`` is the version on the screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].help_text = ""  # the page says above when it is planned


class OfferForm(HowForm):
    """Up to three times, of which the other picks one."""

    field_order = ["day_1", "time_1", "day_2", "time_2", "day_3", "time_3", "minutes", "mode", "link", "place"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, word in enumerate(("First", "Second", "Third"), start=1):
            needed = number == 1
            self.fields[f"day_{number}"] = DateField(
                label=f"{word} day",
                required=needed,
                error_messages={"required": "Enter the first day"},
            )
            self.fields[f"time_{number}"] = time_field(label=f"{word} time", required=needed)
        self.order_fields(self.field_order)

    def clean(self):
        cleaned = super().clean()
        cleaned["times"] = []
        for number in (1, 2, 3):
            day, hour = cleaned.get(f"day_{number}"), cleaned.get(f"time_{number}")
            if day and hour is None and f"time_{number}" not in self.errors:
                self.add_error(f"time_{number}", "Choose a time for this day")
            elif hour is not None and day is None and f"day_{number}" not in self.errors:
                self.add_error(f"day_{number}", "Enter the day for this time")
            elif day and hour is not None:
                try:
                    cleaned["times"].append(moment_of(day, hour))
                except Refused as refusal:
                    self.add_error(f"time_{number}", str(refusal))
        return cleaned


class PlanForm(forms.Form):
    """How the members mean to meet, once for all sessions to come."""

    first_on = DateField(
        label="First meeting",
        help_text="The dates of this programme count from it.",
        error_messages={"required": "Enter the day of the first meeting"},
    )
    starts_at = time_field(label="Usual time", required=False)
    mode = forms.ChoiceField(label="How do you meet?", choices=Mode.choices, widget=forms.RadioSelect)
    link = forms.URLField(
        label="Video link",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": "Enter the whole link, such as https://meet.example.org/room"},
    )
    place = forms.CharField(label="Place", required=False, max_length=200)
    ends_on = DateField(
        label="Own last day",
        required=False,
        help_text="Only for a year of another length than the programme's: part time, or extended.",
    )


def slot_initial(at: str, now: datetime) -> dict:
    """Day and time of a free time that was clicked, from the address; nothing where it makes no sense."""
    try:
        moment = timezone.localtime(datetime.fromisoformat(at))
    except (ValueError, TypeError, OverflowError):
        return {}
    return {"day": moment.date(), "time": f"{moment:%H:%M}"} if moment > now else {}


def target_day(target: Target, today: date) -> date:
    """The day to begin with when a session is booked for a date of the cadence."""
    return max(target.due_on, today)
