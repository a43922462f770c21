"""What one field of a mentoring model is called, and the words of values that many fields share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from people.fact_kinds import FACT_KINDS
from people.models import Employment
from people.models.employment import BANDS as ALL_BANDS
from people.models.employment import band_label


@dataclass(frozen=True)
class Field:
    """The words of one field. ``choices`` says in words what each of its values means."""

    label: str
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""  # after a number: "weeks"
    none: str = "None"  # how an empty value reads
    long: bool = False  # a text of more than a line


FACTS = {kind.key: kind.label for kind in FACT_KINDS.values()}
BANDS = {band: band_label(band) for band in ALL_BANDS}
LEVELS = {value: str(label) for value, label in Employment.Level.choices}
