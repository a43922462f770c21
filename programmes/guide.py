"""The page for participants: what a programme is, in plain words, for whoever takes part, is asked to, or leads it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst

from people.models import Person
from programmes.mentoring_models import MentoringModel
from programmes.mentoring_models.resources import Resource, resources_from
from programmes.models import Enrolment, Member, Programme, Side
from programmes.supervising import SEEN

# Who reads what is written, promised to whoever writes, so that no lead can change it (R5).
READERS = {
    "own": "Notes that you keep for yourself: you alone.",
    "pair": "What the two share with each other: the two.",
    "group": "What is shared with a group: its members and mentors.",
    "host": "The return after a meeting: the host organisation as well, and nothing else of yours.",
    "lead": "A form that says so above its box: the lead.",
    "line-manager": "Hours, never what they were about: the line manager, once the mentee shares them.",
    "commissioner": "Attendance and themes, never what was said: whoever commissions the programme.",
    "board": "Counts, and what its members agreed to show: the board.",
}
RESOURCES = "Resources"
OPEN = "It has no end date. You may stop at any time."
SUPERVISOR = "A designated supervisor reads who the mentor of their {} is, and nothing else."
SITUATION = (
    "A situation that you bring to the group: you and who facilitates it, until you have told it; then you alone."
)
FRAME = "What you read together, homework and actions: the two."
NOBODY_ELSE = "Leads, administrators and technical staff read no notes."


@dataclass(frozen=True)
class Part:
    """One section of the page. ``line`` is the setting in which a lead changes its text; none: nobody does."""

    heading: str
    text: str
    line: str = ""
    facts: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()


def guide(model: MentoringModel, own: Iterable[str]) -> list[Part]:
    """The sections of the page; what to expect in the roles ``own`` stands before what others can expect."""
    texts, own = model.texts, list(own)
    shown = {_key(role) for role in own}
    roles = [*own, *(role for role in _roles(model) if role not in shown)]
    parts = [Part("What it is", texts.what_it_is or model.sentence, "texts.what_it_is", _how_often(model))]
    for role in roles:
        heading = f"What to expect as {model.words.of(role).a}"
        parts.append(Part(heading, texts.what_to_expect.of(role), f"texts.what_to_expect.{_key(role)}"))
    parts.append(Part(capfirst(model.agreement.called), model.agreement.text, "agreement.text"))
    if group := model.group and model.group.agreement:
        heading = (
            capfirst(group.called) if "group" in group.called.lower() else f"{capfirst(group.called)} of the group"
        )
        parts.append(Part(heading, group.text, "group.agreement"))
    return [
        *parts,
        Part("Limits of confidentiality", texts.confidentiality, "texts.confidentiality"),
        Part("Who reads what you write", "", "", (*readers(model), NOBODY_ELSE)),
        Part("How it differs from coaching, counselling and buddying", texts.differs, "texts.differs"),
        Part(RESOURCES, "", "resources", (), resources_for(model, own)),
        Part("If something worries you", texts.worries, "texts.worries"),
    ]


def resources_for(model: MentoringModel, own: Iterable[str]) -> tuple[Resource, ...]:
    """What else helps somebody in the roles ``own``; of nobody's role, as a lead reads it, all of it."""
    sides = {_key(role) for role in own}
    return tuple(one for one in resources_from(model.resources) if not sides or one.is_for(sides))


def roles_in(programme: Programme, person: Person) -> list[str]:
    """As what ``person`` takes part in ``programme``, is asked to, or knows to be a triad's third. Two queries."""
    enrolments = Enrolment.objects.exclude(state=Enrolment.State.WITHDRAWN)
    roles = set(enrolments.filter(person=person, cohort__programme=programme).values_list("side", flat=True))
    members = Member.objects.knowing().filter(person=person, role=Member.Role.TRAINEE)
    if members.filter(relationship__cohort__programme=programme, relationship__told_at__isnull=False).exists():
        roles.add(Member.Role.TRAINEE)
    return sorted(roles)


def readers(model: MentoringModel) -> tuple[str, ...]:
    """Who reads what is written in programmes of this model, a sentence each."""
    written = tuple(READERS[reader] for reader in model.note_readers)
    if model.group and model.group.round:
        written = (*written, SITUATION)
    if model.outline == "book":
        written = (written[0], FRAME, *written[1:])
    if model.matching.supervisor_sees != SEEN or model.confidential_membership:
        return written
    return (*written, SUPERVISOR.format(model.words.mentee.one))


def _roles(model: MentoringModel) -> list[str]:
    return [Side.MENTEE, Side.MENTOR, *([Member.Role.TRAINEE] if model.triad else [])]


def _key(role: str) -> str:
    """The key of a side's text: whoever is neither mentor nor a triad's third reads the mentee's."""
    return role if role in ("mentor", "trainee") else "mentee"


def _how_often(model: MentoringModel) -> tuple[str, ...]:
    """How often people meet and how long it lasts, a sentence each."""
    meeting = [model.cadence.sentence]
    if model.group and model.group.cadence:
        meeting.append(f"The group: {model.group.cadence.sentence}")
    return (*meeting, _how_long(model))


def _how_long(model: MentoringModel) -> str:
    duration = model.duration
    match duration.end:
        case "fixed":
            lasts = f"It lasts {duration.weeks} weeks"
            return f"{lasts}, and you may go on after that." if duration.renewable else f"{lasts}."
        case "on-outcome":
            return f"It ends when the {model.words.mentee.one} is {duration.outcome}." if duration.outcome else OPEN
        case "next-phase":
            return "When its year is over it goes on in another form, without an end date."
    return OPEN
