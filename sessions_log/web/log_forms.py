"""Forms by which sessions are logged. Everything beyond the fact is optional."""

from collections.abc import Sequence
from datetime import date

from django import forms

from look.forms import DateField
from programmes.models import Member
from sessions_log.agenda import AgendaLine
from sessions_log.models import AgendaItem, Mode
from sessions_log.web.booking_forms import LENGTHS, length_in_words
from sessions_log.web.goal_forms import StepsForm

TIME = [("work", "In work time"), ("own", "In our own time"), ("", "Leave open")]


class LogForm(StepsForm):
    """Who was there, how long and how; then what is done of the next steps, and what comes next.

    ``members``: those who can have been there.
    """

    attended = forms.TypedMultipleChoiceField(
        label="Who was there?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick who was there"},
    )
    minutes = forms.TypedChoiceField(label="How long?", coerce=int)
    mode = forms.ChoiceField(
        label="How did you meet?", choices=[*Mode.choices, ("", "Leave open")], widget=forms.RadioSelect, required=False
    )
    topics = forms.MultipleChoiceField(
        label="What did you talk about?",
        help_text="Topics of the outline from about that time.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    talked_about = forms.MultipleChoiceField(
        label="What did you talk about?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    time = forms.ChoiceField(label="In whose time?", choices=TIME, widget=forms.RadioSelect, required=False)

    field_order = [
        "day",
        "attended",
        "minutes",
        "mode",
        "time",
        "topics",
        "talked_about",
        "done",
        "step",
        "not_a_patient",
        "step_owner",
        "step_due",
    ]

    def __init__(
        self,
        *args,
        members: list[Member],
        minutes: int,
        topics: Sequence[str] = (),
        agenda: Sequence[AgendaLine] = (),
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.agenda = {str(line.item.pk): line for line in agenda}
        if agenda:
            self.fields["talked_about"].choices = [(key, line.text) for key, line in self.agenda.items()]
            self.initial.setdefault("talked_about", [key for key, line in self.agenda.items() if line.item.session_id])
        else:
            del self.fields["talked_about"]
        if topics:
            self.fields["topics"].choices = [(topic, topic) for topic in topics]
        else:
            del self.fields["topics"]
        self.fields["attended"].choices = [(member.pk, member.person.name) for member in members]
        self.fields["minutes"].choices = [(one, length_in_words(one)) for one in sorted({*LENGTHS, minutes})]
        self.initial.setdefault("minutes", minutes)
        self.initial.setdefault("attended", [member.pk for member in members])

    def came_up(self) -> list[AgendaItem]:
        """What of the agenda was talked about."""
        return [self.agenda[key].item for key in self.cleaned_data.get("talked_about", [])]

    def details(self) -> dict:
        """The answers as the actions want them."""
        cleaned = self.cleaned_data
        return {
            "attended": cleaned["attended"],
            "minutes": cleaned["minutes"],
            "mode": cleaned["mode"] or None,
            "topics": cleaned.get("topics"),
            "in_own_time": {"own": True, "work": False}.get(cleaned["time"]),
        }


class PastLogForm(LogForm):
    """The same for a session that was never planned."""

    day = DateField(label="Day", error_messages={"required": "Enter the day"})

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", today)
