"""Agenda for Change bands as staff lists write them, and the level that a band stands for."""

import re

from people.models.employment import BANDS, Employment

# What may stand before the number: "NHS AfC Review Body Band 6", "XR06", "XN8A", "Pay Band: 7", "Grade 6".
_GRADE = re.compile(
    r"^(?:(?:nhs|afc|agenda for change|review body|non review body|pay|grade|band|pb|b|xr|xn|xs)[\s:./-]*)*"
    r"0*(?P<number>[2-9])[\s-]*(?:range\s*|point\s*)?(?P<letter>[a-d])?$"
)

# Codes of the Electronic Staff Record count on past 8: XR08 is 8 Range A, XR09 is 8 Range B, and XR12 is band 9.
# That is how the codes are commonly listed; no published source was found when it was looked for (November 2026),
# so a list in which one stands alone says how it was read (``is_code_alone``), and its sender looks.
_CODE = re.compile(r"^x[nrs](?P<number>\d{1,2})$")
_CODES = {8: "8a", 9: "8b", 10: "8c", 11: "8d", 12: "9"}

# Words for having no band, which is not the same as a band that nobody wrote down.
NO_BAND = frozenset({"none", "n/a", "na", "not applicable", "no band", "non afc", "not afc", "nil", "-", "–"})

# Pay scales outside Agenda for Change: doctors ("MC72", "Medical Consultant"), boards, and everybody whom
# a pharmacy company, a network or a practice pays as it likes.
_OTHER_SCALE = re.compile(
    r"^(?:nhs\s+)?(?:[mykl][a-z]\d{2}|medical|medical (?:and|&) dental|medical consultant"
    r"|consultant \((?:medical|old|new).*|doctor|gp|salaried gp|general practitioner"
    r"|specialty (?:doctor|registrar)|vsm|very senior manager"
    r"|local(?: pay| scale| payscale)?|ad[- ]?hoc(?: salary)?|spot salary|personal salary|trust (?:grade|scale)"
    r"|community(?: pharmacy| pharmacist)?|pcn|primary care network|self[- ]employed|locum|owner|contractor)$"
)

_LEVEL_WORDS = {
    Employment.Level.FOUNDATION: {"trainee", "foundation trainee", "foundation year"},
    Employment.Level.EARLY: {"early", "newly qualified", "post registration foundation"},
    Employment.Level.ADVANCED: {"core advanced", "senior"},
    Employment.Level.CONSULTANT: set(),
}


class UnknownGrade(ValueError):
    """The text is no Agenda for Change grade."""


def band(grade: str) -> str:
    """The band (``"6"``, ``"8a"``) in the words of a staff list; ``""`` where they say there is none.

    Understands "Review Body Band 6", "XR06", "XR08A", "Band 8A", "8a", "AfC 8a", "8 - Range A"; medical and other
    scales outside Agenda for Change are no band. Raises UnknownGrade for anything else, "Band 8" without its letter
    included: it is never guessed.
    """
    found = {_part(part) for part in re.sub(r"[()]", " ", grade).split("|")}  # "NHS|XR06|Review Body Band 6"
    known = found - {None}
    if len(known) != 1 or (None in found and known == {""}):
        raise UnknownGrade(grade)
    return known.pop()


def is_code_alone(grade: str) -> bool:
    """Whether a grade is said by a code past 7 alone ("XR09"), with no words beside it that prove the reading."""
    parts = [" ".join(part.lower().split()) for part in grade.split("|") if part.strip()]
    codes = [code for part in parts if (code := _CODE.match(part)) and int(code["number"]) in _CODES]
    return bool(codes) and not any(_GRADE.match(part) and not _CODE.match(part) for part in parts)


def _part(text: str) -> str | None:
    text = " ".join(text.lower().split())
    if not text or text in NO_BAND or _OTHER_SCALE.match(text):
        return ""
    if code := _CODE.match(text):
        number = int(code["number"])
        text = _CODES.get(number, str(number))
    match = _GRADE.match(text)
    value = (match["number"] + (match["letter"] or "")) if match else None
    return value if value in BANDS else None


def given_level(text: str) -> str:
    """The level that a list gives in words ("Advanced", "early career pharmacist"). Raises UnknownGrade."""
    words = " ".join(re.sub(r"[^a-z]+", " ", text.lower()).split()).removesuffix(" pharmacist").removesuffix(" level")
    for level in Employment.Level:
        if words in (level.value, level.label.lower()) or words in _LEVEL_WORDS[level]:
            return level.value
    raise UnknownGrade(text)


def level(band: str) -> str:
    """The level of a qualified pharmacist at ``band``; ``""`` where the band does not tell.

    Bands below 6 are shared by trainees and technicians, so they tell nothing:
    a trainee pharmacist's level comes from the job title or from the lead.
    """
    if band in ("6", "7"):
        return Employment.Level.EARLY
    if band in ("8a", "8b"):
        return Employment.Level.ADVANCED
    if band in ("8c", "8d", "9"):
        return Employment.Level.CONSULTANT
    return ""


def level_from_title(job_title: str) -> str:
    """Foundation for a trainee pharmacist, whatever their band; ``""`` for every other title."""
    return Employment.Level.FOUNDATION if re.search(r"\btrainee pharmacist\b", job_title, re.I) else ""
