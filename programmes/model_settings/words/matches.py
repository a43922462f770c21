"""The words of how a match comes about and what it consists of. See field.py."""

from programmes.model_settings.words.field import FACTS, Field

FIELDS = {
    "Group.mentors": Field("Mentors of a group"),
    "Group.one_mentor_from_outside": Field("One of the mentors comes from outside"),
    "Group.joining": Field(
        "Somebody comes into a group that is there",
        choices={"open": "By joining it, where a place is free", "asks": "By asking: a lead says yes"},
    ),
    "Group.outside_sentence": Field("What it says where none does"),
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
    "Matching.asking": Field(
        "They may ask",
        choices={"mentee": "The mentee", "mentor": "The mentor", "peer": "A peer"},
        none="Nobody: only a lead introduces people",
    ),
    "Matching.confirms_requests": Field("A lead confirms each request first"),
    "Matching.consent_rules": Field("Names of rules", help="One a line. Each is a rule that only prefers."),
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
    "Composition.fact": Field("An expert is one since", choices=FACTS),
    "Composition.years": Field("For at least", unit="years"),
    "Composition.target_percent": Field("Experts aimed for", unit="per cent"),
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
    "Group.time_is_confirmed": Field("A group opens only once the commissioner has confirmed protected time"),
    "Round.presenting": Field("The presenter speaks", unit="minutes"),
    "Round.question": Field("Each question for information, with its answer", unit="minutes"),
    "Round.pause": Field("All pause", unit="minutes"),
    "Round.reflections": Field("Reflections", unit="minutes"),
    "Round.learning": Field("What the presenter takes away", unit="minutes"),
    "Triad.mentor_is": Field(
        "The mentor is, on record",
        choices={"ds": "Designated supervisor", "es": "Educational supervisor"},
    ),
    "Triad.who_is_who": Field("What the third is told", long=True),
}
