"""Forms about style: a lead's view of a person, and a person's answers about themselves."""

from django import forms

from people.fact_kinds import MAX_TEXT
from people.style import MOST, TRAITS, Traits
from people.style_questionnaire import ANSWERS, STATEMENTS, scores

NOTHING_KNOWN: Traits = (None,) * len(TRAITS)


class StyleForm(forms.Form):
    """A lead's view: tags, and five sliders that may each be left unsaid.

    A browser sends a slider's place even where nobody touched it, so each has a
    tick "I cannot say" beside it. Without script a slider that was moved speaks,
    also where the tick was forgotten.
    """

    tags = forms.CharField(
        required=False,
        max_length=MAX_TEXT,
        label="In a few words",
        help_text="Words with commas between, such as: quiet, patient, likes a plan. People with words in common are "
        "brought together.",
    )

    def __init__(self, *args, known: Traits = NOTHING_KNOWN, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known
        for trait, value in zip(TRAITS, known, strict=True):
            self.fields[trait.key] = forms.IntegerField(
                min_value=0, max_value=MOST, required=False, label=trait.question, initial=self._shown(value)
            )
            self.fields[f"{trait.key}_unsaid"] = forms.BooleanField(
                required=False, label="I cannot say", initial=value is None
            )

    @staticmethod
    def _shown(value: int | None) -> int:
        return MOST // 2 if value is None else value

    def traits(self) -> dict[str, int | None]:
        """What was said, by trait."""
        return {trait.key: self._said(trait.key, value) for trait, value in zip(TRAITS, self.known, strict=True)}

    def _said(self, key: str, before: int | None) -> int | None:
        value = self.cleaned_data[key]
        untouched = value is None or value == self._shown(before)
        return None if untouched and self.cleaned_data[f"{key}_unsaid"] else value

    def sliders(self) -> list[dict]:
        """For the page: each trait with its slider and its tick."""
        return [{"trait": trait, "slider": self[trait.key], "unsaid": self[f"{trait.key}_unsaid"]} for trait in TRAITS]


class StyleAnswerForm(forms.Form):
    """Twenty statements about oneself."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, statement in enumerate(STATEMENTS, start=1):
            self.fields[f"s{number}"] = forms.TypedChoiceField(
                label=f"{number}. {statement.text}",
                choices=ANSWERS,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose an answer for “{statement.text}”"},
            )

    def traits(self) -> dict[str, int]:
        return scores([self.cleaned_data[f"s{number}"] for number in range(1, len(STATEMENTS) + 1)])
