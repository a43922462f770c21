"""Forms by which people join and change their own part."""

from django import forms
from django.utils.text import capfirst

from look.forms import DateField
from look.free_text import FreeTextForm
from programmes.actions.joining import LONGEST_HOPE
from programmes.mentoring_models import MentoringModel
from programmes.models import Side


def hope_field(model: MentoringModel) -> forms.CharField:
    """What a mentee hopes for; its help text names the readers (R5)."""
    reader = model.partner_of(Side.MENTEE).one
    return forms.CharField(
        required=False,
        label=model.texts.hope,
        help_text=f"A few sentences. Your {reader} and the leads of the programme read this, nobody else. "
        "Write no patient detail.",
        max_length=LONGEST_HOPE,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": f"What you hope for may be up to {LONGEST_HOPE:,} characters long"},
    )


def capacity_field(model: MentoringModel, side: str) -> forms.TypedChoiceField | None:
    """How many partners somebody takes on; None where the model leaves no choice."""
    span = model.capacity.of(side)
    if span.is_fixed:
        return None
    other = model.partner_of(side)
    return forms.TypedChoiceField(
        coerce=int,
        label=f"How many {other.many} can you take on?",
        choices=[(n, f"{n} {other.one if n == 1 else other.many}") for n in range(span.least, span.most + 1)],
        initial=span.default,
    )


class PartForm(FreeTextForm):
    """A yes, with whatever goes with it: a mentor's places, a mentee's hopes."""

    def __init__(self, *args, model: MentoringModel, side: str, **kwargs):
        super().__init__(*args, **kwargs)
        if capacity := capacity_field(model, side):
            self.fields["capacity"] = capacity
        if side == Side.MENTEE:
            self.fields["text"] = hope_field(model)
        self.order_fields(["capacity", "text", "not_a_patient"])

    def part(self) -> dict:
        """The answers as the actions want them."""
        return {"capacity": self.cleaned_data.get("capacity"), "hope": self.cleaned_data.get("text", "")}


class CapacityForm(forms.Form):
    def __init__(self, *args, model: MentoringModel, side: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["capacity"] = capacity_field(model, side)
        self.fields["capacity"].label = "How many?"


class RestForm(forms.Form):
    """Until when somebody takes nobody new."""

    until = DateField(
        label="Until when?",
        required=False,
        help_text="Nobody new is matched up to and including this day. Leave it empty to take part fully again.",
    )


class HopeForm(FreeTextForm):
    def __init__(self, *args, model: MentoringModel, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"] = hope_field(model)
        self.order_fields(["text", "not_a_patient"])


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="Your work e-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your work e-mail address"},
    )


class JoiningLinkForm(forms.Form):
    """Which side the link is for, and until when."""

    side = forms.ChoiceField(label="Who joins with it?", widget=forms.RadioSelect)
    last_day = DateField(label="Last day", help_text="After it the link lets nobody in.")

    def __init__(self, *args, words, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = [
            (Side.MENTEE.value, capfirst(words.mentee.many)),
            (Side.MENTOR.value, capfirst(words.mentor.many)),
        ]
