"""Names as staff lists write them, and when two of them may be one person's."""

import re
from functools import lru_cache

from people import names

_TITLE = r"(?:mr|mrs|ms|miss|mx|dr|doctor|prof|professor|sir|dame|rev)"
_BEFORE = re.compile(rf"^(?:{_TITLE}\b\.?\s+)+", re.I)
_AFTER = re.compile(rf"[\s,]+{_TITLE}\.?$", re.I)
_SHOUTED = re.compile(r"[^\W\d_]{2,}")


def parted(name: str) -> tuple[str, str]:
    """Given and family name from one cell: "Khan, Asha", "KHAN Asha" or "Dr Asha Khan"; titles are left out."""
    name = without_title(name)
    if "," in name:
        family, given = (part.strip() for part in name.split(",", 1))
        return without_title(given), family
    words = name.split()
    if len(words) > 1 and words[0].isupper() and len(words[0]) > 1 and not words[-1].isupper():
        loud = next(place for place, word in enumerate(words) if not word.isupper())
        return " ".join(words[loud:]), " ".join(words[:loud])  # the Electronic Staff Record shouts family names
    given, _, family = name.partition(" ")
    return given, family


def without_title(name: str) -> str:
    """A name without "Dr" before or "Ms" after it, and not shouted: "O'BRIEN-SMITH" is O'Brien-Smith."""
    name = _AFTER.sub("", _BEFORE.sub("", name)).strip()
    if not name.isupper() or len(name) < 3:
        return name
    return re.sub(r"\bMc(\w)", lambda found: "Mc" + found[1].upper(), _SHOUTED.sub(_spoken, name))


def _spoken(found: re.Match) -> str:
    return found[0][0] + found[0][1:].lower()


@lru_cache(maxsize=50_000)  # a list is held against itself and the staff: each name is asked for several times
def folded(name: str) -> str:
    """A name for finding: "Khan, Asha", "asha  khan" and "Dr ASHA KHÁN" are one."""
    if "," in name:
        family, given = name.split(",", 1)
        name = f"{given} {family}"
    return names.folded(_BEFORE.sub("", name.strip()))


def alike(name: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two (given, family) names may be one person's: the same given name, and family names
    that share a part, as "Khan" and "Khan-Reid" do, or none at all."""
    if folded(name[0]) != folded(other[0]):
        return False
    one, two = (set(folded(family).split()) for _, family in (name, other))
    return bool(one & two) or not (one or two)
