"""What each setting of a mentoring model is called, in plain English: data only.

The shape of a model is the contract's (mentoring_models/contract.py); here stand
its words. ``FIELDS`` names every field of every dataclass of the contract, of
the kinds of rule and of the kinds of preference, as ``Class.field``. ``LINES``
says which fields are changed together, as one line of the settings page. A
field that is missing here still works, under its own name; a test finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from people.fact_kinds import FACT_KINDS
from people.models import Employment, Tie
from people.models.employment import BANDS, band_label
from programmes.mentoring_models.contract import KIND_LABELS


@dataclass(frozen=True)
class Field:
    """The words of one field. ``choices`` says in words what each of its values means."""

    label: str
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""  # after a number: "weeks"
    none: str = "None"  # how an empty value reads
    long: bool = False  # a text of more than a line


@dataclass(frozen=True)
class LineSpec:
    """One line of the settings page: the fields under ``path`` that are changed together.

    ``{mentee}``, ``{mentees}``, ``{mentor}`` and ``{mentors}`` are the programme's own words.
    ``needs_reason``: a change is logged with its reason, because it protects people.
    ``gist``: the fields that the list shows; ``only_with``: the table without which the line makes no sense.
    ``of_the_model``: what makes a model the one it is; changed in an own model, never in a programme.
    """

    path: str
    group: str
    label: str
    help: str = ""
    and_path: str = ""  # a second path that is changed with the first
    gist: tuple[str, ...] = ()
    only_with: str = ""
    needs_reason: bool = False
    of_the_model: bool = False


GROUPS = {
    "about": "What it is",
    "people": "Who takes part",
    "places": "Places",
    "rules": "Who may be matched with whom",
    "preferences": "What makes a good match",
    "matching": "How matches come about",
    "meeting": "Meeting and time",
    "reminders": "Reminders",
    "agreement": "Agreement and training",
    "texts": "Texts that people read",
}

STRENGTHS = {
    "must": "Must: nobody can set it aside for a pair",
    "should": "Should: a lead can set it aside for a pair, with a reason",
    "prefer": "Prefer: never a bar, it is only pointed out",
}
RULE_HELP = (
    "A match that the rule forbids is never proposed. Where you change what the rule asks, change its words too. "
    "A change is kept with your reason, for whoever asks later."
)
WEIGHT_HELP = (
    "Each preference has a share of the score by its weight: 6 counts twice as much as 3, and 0 is not considered. "
    "A change counts from the next search for matches."
)
# Fields that are part of no line, and why.
FIXED = {
    "key": "It names the model for good.",
    "status": "A model is ready when the portal can run it.",
    "shapes": "A way of mentoring for pairs is another than one for groups.",
    "direction": "It is what the way of mentoring is.",
    "slots": "They are part of its shape.",
    "forms": "Forms are chosen with the form, not here.",
    "note_readers": "Who reads notes is promised to whoever writes one (R5), so nobody can change it.",
    "based_on": "It says where the model came from.",
}

# Parameters by which a rule is the rule it is: a rule about mentors is not made one about mentees.
FIXED_OF_KINDS = {"Band.side", "Volunteered.side", "Dated.side", "Dated.bound", "HasFact.side"}

LINES = [
    LineSpec("title", "about", "Title", of_the_model=True),
    LineSpec("kind", "about", "For whom it stands in the list", of_the_model=True),
    LineSpec("sentence", "about", "In one sentence", of_the_model=True),
    LineSpec("who_for", "about", "Who it is for", of_the_model=True),
    LineSpec("source", "about", "Where it comes from", of_the_model=True),
    LineSpec("programme_name", "about", "Suggested name of a programme", of_the_model=True),
    LineSpec("words.mentee", "people", "What a mentee is called", "Used on pages and in mails.", gist=("one", "many")),
    LineSpec("words.mentor", "people", "What a mentor is called", "Used on pages and in mails.", gist=("one", "many")),
    LineSpec(
        "words.trainee",
        "people",
        "What the third of a triad is called",
        "Used on pages and in mails.",
        gist=("one", "many"),
    ),
    LineSpec("voluntary", "people", "Who has to say yes themselves", needs_reason=True),
    LineSpec(
        "eligibility_date",
        "people",
        "The day on which eligibility is judged",
        "Years since registration and the like are counted to this day.",
        and_path="named_day",
        gist=("eligibility_date",),
    ),
    LineSpec("outsiders", "people", "People from outside take part", "They join by invitation and see only their own."),
    LineSpec(
        "confidential_membership",
        "people",
        "Who takes part is confidential",
        "Hidden from everyone but members and leads, line managers included.",
        needs_reason=True,
    ),
    LineSpec("likely.mentee", "people", "{mentees}: whom the enrolling page shows first", gist=("band", "level")),
    LineSpec("likely.mentor", "people", "{mentors}: whom the enrolling page shows first", gist=("band", "level")),
    LineSpec(
        "capacity.mentor",
        "places",
        "How many {mentees} one {mentor} takes",
        "For people enrolled from now on. Whoever is enrolled already keeps their places.",
    ),
    LineSpec("capacity.mentee", "places", "How many {mentors} one {mentee} has", "For people enrolled from now on."),
    LineSpec("group", "places", "The size of a group"),
    LineSpec("matching.arises", "matching", "How a match arises", of_the_model=True),
    LineSpec("matching.live", "matching", "When a match is live"),
    LineSpec("matching.objective", "matching", "What counts most when matches are found"),
    LineSpec(
        "matching.site_sign_off",
        "matching",
        "Confirmation by the {mentee}'s site",
        "A lead of the site confirms each pair before it is published.",
    ),
    LineSpec("matching.chemistry_days", "matching", "First meeting before both commit"),
    LineSpec("matching.unanswered_days", "matching", "An introduction that nobody answers"),
    LineSpec("matching.pausing", "matching", "Who may pause a match themselves"),
    LineSpec("matching.supervisor_sees", "matching", "What the supervisor sees of a match", needs_reason=True),
    LineSpec("matching.live_match_breaks_a_rule", "matching", "When a live match comes to break a rule"),
    LineSpec("composition", "matching", "Experts and novices among the supervisors", gist=("group", "target_percent")),
    LineSpec("cadence", "meeting", "How often people meet", gist=("kind",)),
    LineSpec("group.cadence", "meeting", "How often the group meets", gist=("kind",)),
    LineSpec("duration", "meeting", "How long it lasts", gist=("end", "weeks")),
    LineSpec("phases", "meeting", "Phases of a {mentee}", gist=("independent",)),
    LineSpec(
        "register",
        "meeting",
        "Register that the lead ticks",
        "At meetings that take place anyway. No mail is sent.",
        gist=("weeks", "meetings"),
    ),
    LineSpec("outline", "meeting", "Outline of the sessions"),
    LineSpec("hours", "meeting", "Hours"),
    LineSpec("mentor_supervision", "meeting", "Supervision for {mentors}"),
    LineSpec("calendar", "meeting", "What is suggested for a new cohort"),
    LineSpec("reminders", "reminders", "Reminders about meetings and forms", gist=("kind",)),
    LineSpec("group.reminders", "reminders", "Reminders of the group", gist=("kind",)),
    LineSpec("report", "reminders", "Report that is due"),
    LineSpec("agreement.gate", "agreement", "What waits until all have accepted the agreement", needs_reason=True),
    LineSpec("agreement.text", "agreement", "Text of the agreement", "Shown once to each member, and on their page."),
    LineSpec("group.agreement", "agreement", "Agreement of the group", gist=("gate",), needs_reason=True),
    LineSpec("training", "agreement", "Training", gist=("gate",), needs_reason=True),
    LineSpec("texts.training", "agreement", "What is said about training"),
    LineSpec("texts.what_to_expect.mentee", "texts", "{mentees}: what to expect"),
    LineSpec("texts.what_to_expect.mentor", "texts", "{mentors}: what to expect"),
    LineSpec("texts.what_to_expect.trainee", "texts", "The third of a triad: what to expect", only_with="triad"),
    LineSpec(
        "texts.interim_contact",
        "texts",
        "Whom to ask while waiting",
        "Whoever has no {mentor} yet reads this. Name a person or a team.",
    ),
    LineSpec(
        "texts.interim_email", "texts", "Their e-mail address", "Shown to whoever waits. A team's address is best."
    ),
    LineSpec("texts.interim_phone", "texts", "Their telephone number", "Shown to whoever waits."),
    LineSpec("texts.worries", "texts", "Where to turn with a worry", "Name your Freedom to Speak Up guardian."),
    LineSpec("triad", "texts", "The triad, in words", gist=("who_is_who",)),
]

_YES_PASSES = {"not-eligible": "Not eligible until it is known", "passes": "Eligible all the same"}
_FACTS = {kind.key: kind.label for kind in FACT_KINDS.values()}
_BANDS = {band: band_label(band) for band in BANDS}
_LEVELS = {value: str(label) for value, label in Employment.Level.choices}
_REASON = Field("Words for the reason", help="Shown beside the match. Both people may read it.")
_WHERE = {"mentee": "For mentees", "mentor": "For mentors", "trainee": "For the third of a triad"}

FIELDS = {
    # --- the model itself
    "MentoringModel.title": Field("Title"),
    "MentoringModel.kind": Field("Kind", choices=KIND_LABELS),
    "MentoringModel.sentence": Field("In one sentence", long=True),
    "MentoringModel.who_for": Field("Who it is for", long=True),
    "MentoringModel.source": Field("Where it comes from", long=True, none="Not said"),
    "MentoringModel.programme_name": Field("Suggested name", none="Made of what a mentee is called"),
    "MentoringModel.voluntary": Field(
        "Who has to say yes themselves",
        choices={"mentee": "Mentees", "mentor": "Mentors", "peer": "Peers"},
        none="Nobody",
    ),
    "MentoringModel.eligibility_date": Field(
        "Judged on",
        choices={
            "programme-start": "The start of the cohort",
            "named": "A named day of the year in which it starts",
            "joining": "The day on which each person joins",
        },
    ),
    "MentoringModel.outline": Field(
        "Outline",
        choices={
            "none": "None",
            "weeks": "A topic for each week",
            "mentors-questions": "The mentor's questions",
            "book": "A book, kept by the two",
            "turn-card": "A card with turns and a timer",
        },
    ),
    "MentoringModel.hours": Field(
        "Hours",
        choices={
            "off": "Not counted",
            "shared-by-mentee": "Counted, and shared by the mentee where they wish",
            "per-member": "Counted for each member",
            "paid-external": "Paid hours of an external mentor against the plan",
        },
    ),
    "MentoringModel.confidential_membership": Field("Who takes part is confidential"),
    "MentoringModel.mentor_supervision": Field("Mentors have supervision of their own"),
    "MentoringModel.outsiders": Field("People without an account here join by invitation"),
    "Noun.one": Field("One", help="As in “Asha's mentor”."),
    "Noun.many": Field("Several", help="As in “60 mentors”."),
    "NamedDay.day": Field("Day of the month"),
    "NamedDay.month": Field("Month", help="1 is January."),
    "Span.default": Field("To begin with"),
    "Span.least": Field("At least"),
    "Span.most": Field("At most"),
    "Group.mentors": Field("Mentors of a group"),
    "Group.one_mentor_from_outside": Field("One of the mentors comes from outside"),
    "Group.quorum": Field(
        "A meeting counts when",
        choices={"none": "Anybody comes", "mentor-and-half": "A mentor and half of the members come"},
    ),
    "Matching.arises": Field(
        "A match arises when",
        choices={
            "assigned": "The lead assigns it",
            "proposed-and-confirmed": "One lead proposes it and another confirms",
            "requested": "A mentee asks for it",
            "brought": "Two people bring it",
            "joins-group": "Somebody joins a group",
        },
    ),
    "Matching.live": Field(
        "A match is live",
        choices={"on-publication": "As soon as it is published", "both-accept": "When both have accepted"},
    ),
    "Matching.objective": Field(
        "First of all",
        choices={
            "cover-everyone": "Everyone has somebody",
            "best-fit": "Everyone whom the rules allow, then the best fit",
            "small-teams-first": "People from small teams come first",
            "volunteers-only": "Only volunteers, then the best fit",
        },
    ),
    "Matching.site_sign_off": Field("The site confirms each pair"),
    "Matching.chemistry_days": Field(
        "Days for which a first meeting holds the place", unit="days", none="No such meeting"
    ),
    "Matching.unanswered_days": Field("Goes back to the lead after", unit="days", none="It waits"),
    "Matching.pausing": Field(
        "Who may pause it",
        choices={"mentee": "The mentee", "mentor": "The mentor", "peer": "A peer"},
        none="Only a lead",
    ),
    "Matching.supervisor_sees": Field(
        "The supervisor sees",
        choices={
            "nothing": "Nothing",
            "who-the-mentor-is": "Who the mentor is, and nothing else",
            "is-the-mentor": "They are the mentor",
        },
    ),
    "Matching.live_match_breaks_a_rule": Field(
        "Then",
        choices={
            "lead-decides": "It goes on, and stands on the lead's list",
            "pause": "It is paused at once",
        },
    ),
    "Composition.group": Field("Name of their group"),
    "Composition.fact": Field("An expert is one since", choices=_FACTS),
    "Composition.years": Field("For at least", unit="years"),
    "Composition.target_percent": Field("Experts aimed for", unit="per cent"),
    "Cadence.kind": Field(
        "Rhythm",
        choices={
            "none": "None is set",
            "as-and-when": "As and when it helps",
            "weekly": "Weekly",
            "twice-weekly": "Twice a week",
            "fortnightly": "Every two weeks",
            "monthly": "Monthly",
            "tapering": "Often at first, then less often",
            "fixed-series": "A fixed number of meetings",
        },
    ),
    "Cadence.sentence": Field("In words, for the members", long=True),
    "Cadence.minutes": Field("Length of a meeting", unit="minutes"),
    "Cadence.meetings": Field("Number of meetings", none="Not fixed"),
    "Cadence.months_between": Field(
        "Months between meetings", none="As the rhythm says", help="Separated by commas; the last one repeats."
    ),
    "Cadence.months_by": Field(
        "A month later means",
        choices={"date": "The same date", "weekday": "The same weekday, such as the first Thursday"},
    ),
    "Cadence.weekends": Field("Meetings at weekends"),
    "Cadence.held_after_minutes": Field("Kept free for the mentor after each", unit="minutes"),
    "Weekday.day": Field(
        "Day",
        choices={
            day: day.capitalize()
            for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        },
    ),
    "Weekday.minutes": Field("Length on that day", unit="minutes"),
    "Duration.end": Field(
        "It ends",
        choices={
            "fixed": "After a fixed time",
            "next-phase": "With the next phase",
            "on-outcome": "When its aim is reached",
            "open": "When the two decide",
        },
    ),
    "Duration.weeks": Field("Weeks", help="A year is 52 weeks.", unit="weeks", none="Not fixed"),
    "Duration.renewable": Field("It can be renewed"),
    "Duration.review_months": Field("Reviewed every", unit="months", none="No review"),
    "Phases.rule": Field("Begins by the rule", help="The name of a dated rule for mentees."),
    "Phases.independent": Field(
        "Independent",
        choices={
            "later-of-both": "On the later of the two days",
            "after-eligibility": "Some years after becoming eligible",
            "after-paired-year": "When the paired time is over",
        },
    ),
    "Phases.years": Field("Years after becoming eligible", unit="years"),
    "Phases.weeks": Field("Length of the paired time", unit="weeks"),
    "Phases.before": Field("What they are called before"),
    "Phases.during": Field("What they are called meanwhile"),
    "Phases.after": Field("What they are called afterwards"),
    "Register.weeks": Field("In these weeks", help="Counted from the start, separated by commas.", none="No week"),
    "Register.meetings": Field("At these meetings", help="One a line.", none="No meeting"),
    "Calendar.start_month": Field(
        "Starts in month", help="1 is January; on its last Monday. Empty: four weeks from now.", none="Any"
    ),
    "Calendar.cohort_name": Field("Name of a cohort", help="{year} stands for the year in which it starts."),
    "Reminders.kind": Field(
        "Kind",
        choices={
            "none": "None: no automatic message",
            "nudge": "Nudge: one message for each missed date",
            "chase": "Chase: messages about a form until it is returned",
            "digest": "Digest: one message a week",
        },
    ),
    "Reminders.to": Field(
        "Who is told of a missed date",
        choices={"mentee": "The mentee", "mentor": "The mentor", "peer": "A peer"},
        none="Nobody",
    ),
    "Reminders.late_meeting_counts_in": Field(
        "A late meeting counts in",
        choices={"month-held": "The month in which it was held", "month-due": "The month in which it was due"},
    ),
    "Chase.days_late": Field("First, when late by", unit="days"),
    "Chase.every_days": Field("Then every", unit="days"),
    "Chase.limit": Field("At most", unit="messages"),
    "Chase.ring_list": Field("Afterwards on the list of people to ring"),
    "Report.to": Field("To whom"),
    "Report.every_months": Field("Every", unit="months"),
    "Agreement.gate": Field(
        "What waits",
        choices={
            "none": "Nothing waits",
            "before-shared-notes": "Shared notes wait",
            "before-first-session": "The first session waits",
        },
    ),
    "Agreement.text": Field("Text", long=True),
    "Training.fact": Field("Training is on record as", choices=_FACTS),
    "Training.sides": Field(
        "Who is expected to have it", choices={"mentee": "Mentees", "mentor": "Mentors", "peer": "Peers"}
    ),
    "Training.gate": Field(
        "Whoever lacks it",
        choices={
            "flag": "May begin, and reads “training due”",
            "before-first-session": "Does it before the first session",
        },
    ),
    "Likely.band": Field("Band", choices=_BANDS, none="Any"),
    "Likely.level": Field("Level", choices=_LEVELS, none="Any"),
    "BothSides.mentee": Field(_WHERE["mentee"], long=True),
    "BothSides.mentor": Field(_WHERE["mentor"], long=True),
    "BothSides.trainee": Field(_WHERE["trainee"], long=True),
    "Texts.interim_contact": Field("Whom to ask while waiting", long=True),
    "Texts.interim_email": Field("E-mail address of whom to ask while waiting", none="Not given"),
    "Texts.interim_phone": Field("Telephone number of whom to ask while waiting", none="Not given"),
    "Texts.worries": Field("Where to turn with a worry", long=True),
    "Texts.training": Field("About training", long=True, none="Nothing is said"),
    "Triad.mentor_is": Field(
        "The mentor is, on record",
        choices={"ds": "Designated supervisor", "es": "Educational supervisor"},
    ),
    "Triad.who_is_who": Field("What the third is told", long=True),
    # --- rules
    "Rule.strength": Field("How strict it is", choices=STRENGTHS),
    "Rule.label": Field("The rule in one line", help="For leads, on lists of rules."),
    "Rule.sentence": Field(
        "What it says when it refuses", help="Words in {curly brackets} are filled in. Keep them.", long=True
    ),
    "Band.bands": Field("Bands", choices=_BANDS, none="See the lowest and highest"),
    "Band.at_least": Field("Lowest band", choices=_BANDS, none="Not set"),
    "Band.at_most": Field("Highest band", choices=_BANDS, none="Not set"),
    "Band.levels": Field("Or at one of these levels", choices=_LEVELS),
    "Band.unknown": Field("Where the band is not known", choices=_YES_PASSES),
    "Milestone.fact": Field("Counted from", choices=_FACTS),
    "Milestone.label": Field("What it is called in a sentence"),
    "Milestone.years": Field("Years after it", unit="years"),
    "Milestone.months": Field("And months", unit="months"),
    "Milestone.absent": Field("What is said where it does not apply", none="It is left out"),
    "HasTie.kinds": Field("Ties", choices={value: str(label).capitalize() for value, label in Tie.Kind.choices}),
    "LineManagement.depth": Field("How many steps up", choices={"all": "All the way up"}, unit="steps"),
    "LineManagement.nearest": Field("Beginning with step", help="1 is the direct manager."),
    "LineManagement.further": Field("What it says of anybody higher", long=True),
    "DifferentTeam.unknown": Field("Where a team is not known", choices=_YES_PASSES),
    # --- preferences
    "Preference.weight": Field("Weight", help=WEIGHT_HELP),
    "Preference.label": Field("The preference in one line"),
    "Preference.reasons": _REASON,
    "HasFact.fact": Field("What has to be on record", choices=_FACTS),
    "Alike.fact": Field("What is compared", choices=_FACTS),
    "SameFact.fact": Field("What is compared", choices=_FACTS),
    "Style.whose": Field(
        "Whose view counts where both are on record", choices={"lead": "The lead's", "own": "Their own"}
    ),
    "Where.fact": Field("Only where", choices=_FACTS),
    "Where.values": Field("is", help="One a line."),
    "Experience.enough": Field("Enough experience", help="Completed matches that earn the whole share."),
    "FewSupervisors.enough": Field("Enough supervisors", help="From this number on, a team earns nothing."),
}
