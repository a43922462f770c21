"""The catalogue of facts that a person can have. A new kind is a line here, not a column.

Rules of mentoring models name facts by their key. Every kind says its class of data
(docs/TRUST.md): C is seen by the person, and by those who keep the person's record.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from audit.refusal import Refused

MAX_TEXT = 200  # characters, as many as Fact.text holds


class Value(StrEnum):
    DAY = "day"
    TEXT = "text"
    CHOICE = "choice"


@dataclass(frozen=True)
class FactKind:
    key: str
    label: str
    value: Value
    data_class: str = "C"
    choices: tuple[tuple[str, str], ...] = ()  # (what is stored, what is shown)
    # Headings under which staff lists carry the fact, best first; see people/staff_list/columns.py.
    headings: tuple[str, ...] = ()

    def shown(self, text: str) -> str:
        """The words for a stored text."""
        return dict(self.choices).get(text, text)

    def columns(self, value) -> tuple[date | None, str]:
        """A value as the two columns (day, text) that keep it. Refused where it is no value of this kind."""
        if self.value == Value.DAY:
            if not isinstance(value, date):
                raise Refused(f"“{self.label}” needs a date.")
            return value, ""
        text = " ".join(str(value or "").split())
        if not text or len(text) > MAX_TEXT:
            raise Refused(f"“{self.label}” needs a text of at most {MAX_TEXT} characters.")
        if self.value == Value.CHOICE and text not in dict(self.choices):
            raise Refused(f"“{self.label}” is one of: {', '.join(label for _, label in self.choices)}.")
        return None, text


YES_NO = (("yes", "Yes"), ("no", "No"))
SECTORS = (
    ("hospital", "Hospital"),
    ("community", "Community pharmacy"),
    ("general-practice", "General practice"),
    ("mental-health", "Mental health"),
    ("industry", "Industry"),
    ("split", "Split between sectors"),
)

FACT_KINDS: dict[str, FactKind] = {
    kind.key: kind
    for kind in [
        FactKind(
            "registered_on",
            "Registered with the GPhC on",
            Value.DAY,
            headings=("gphc registration date", "registration date", "date of registration", "registered on"),
        ),
        FactKind(
            "prescriber_on",
            "Independent prescriber since",
            Value.DAY,
            headings=("prescriber date", "ip annotation date", "independent prescriber since", "ip date"),
        ),
        FactKind(
            "diploma_on",
            "Clinical diploma awarded on",
            Value.DAY,
            headings=("diploma date", "clinical diploma date", "diploma awarded", "diploma"),
        ),
        FactKind(
            "band7_on",
            "At band 7 since",
            Value.DAY,
            headings=("band 7 date", "date of band 7", "band 7 since"),
        ),
        FactKind(
            "first_ds_on",
            "First a designated supervisor on",
            Value.DAY,
            headings=("first ds date", "ds since", "designated supervisor since", "first designated supervisor date"),
        ),
        FactKind(
            "ds_trained_on",
            "Trained as a designated supervisor on",
            Value.DAY,
            headings=("ds training date", "ds trained on", "designated supervisor training date"),
        ),
        FactKind(
            "mentor_trained_on",
            "Trained as a mentor on",
            Value.DAY,
            headings=("mentor training date", "mentor trained date", "mentor trained on", "mentor training"),
        ),
        FactKind(
            "practice_area",
            "Area of practice",
            Value.CHOICE,
            choices=SECTORS,
            headings=("area of practice", "practice area", "sector of practice", "sector"),
        ),
        FactKind(
            "foundation_sector",
            "Foundation year sector",
            Value.CHOICE,
            choices=SECTORS,
            headings=("foundation year sector", "foundation year in", "foundation sector"),
        ),
        FactKind(
            "foundation_site",
            "Foundation year site",
            Value.TEXT,
            headings=("foundation year site", "foundation year at", "foundation site", "training site"),
        ),
        FactKind(
            "foundation_employer",
            "Foundation year employer",  # the employer, as on the list of organisations: "Larkhill Pharmacy"
            Value.TEXT,
            headings=("foundation year with", "foundation year employer", "foundation employer", "trained with"),
        ),
        FactKind(
            "volunteers_to_mentor",
            "Volunteers to mentor",
            Value.CHOICE,
            choices=YES_NO,
            headings=("mentor volunteer", "volunteers to mentor", "volunteer mentor", "willing to mentor"),
        ),
        FactKind(
            "would_like_mentor",
            "Would like a mentor",
            Value.CHOICE,
            choices=YES_NO,
            headings=("would like a mentor", "wants a mentor", "mentor wanted"),
        ),
        FactKind(
            "meeting_times",
            "Good times to talk",  # tags with commas between: "lunchtime, evenings"
            Value.TEXT,
            headings=("good times", "times to talk", "availability", "preferred times"),
        ),
        FactKind(
            "topics",
            "Would like to talk about",  # tags with commas between: "leadership, research"
            Value.TEXT,
            headings=("topics", "topics of interest", "would like to talk about"),
        ),
        FactKind(
            "working_days",
            "Works on",  # tags with commas between: "Monday, Tuesday, Wednesday"; nothing where it is every day
            Value.TEXT,
            headings=("working days", "works on", "days worked"),
        ),
        FactKind(
            "scheme_trainee_to",
            "Was a trainee of this scheme until",
            Value.DAY,
            headings=("former trainee until", "trainee here until", "scheme trainee until"),
        ),
        FactKind(
            "style",
            "Style, as the lead sees it",  # tags with commas between: "quiet, patient"
            Value.TEXT,
            headings=("style", "style tags", "personality tags"),
        ),
    ]
}
