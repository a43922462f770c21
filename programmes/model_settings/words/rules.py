"""The words of rules and preferences and of what each kind of them asks. See field.py."""

from people.models import Tie
from programmes.model_settings.words.field import BANDS, FACTS, LEVELS, Field

STRENGTHS = {
    "must": "Must: nobody can set it aside for a pair",
    "should": "Should: a lead can set it aside for a pair, with a reason",
    "prefer": "Prefer: never a bar, it is only pointed out",
}
PREFERENCE_HELP = "Its weight beside the others; with a weight of 0 it is not considered."
RULE_HELP = (
    "A match that the rule forbids is never proposed. Where you change what the rule asks, change its words too. "
    "A change is kept with your reason, for whoever asks later."
)
WEIGHT_HELP = (
    "Each preference has a share of the score by its weight: 6 counts twice as much as 3, and 0 is not considered. "
    "A change counts from the next search for matches."
)
_YES_PASSES = {"not-eligible": "Not eligible until it is known", "passes": "Eligible all the same"}

FIELDS = {
    "Rule.strength": Field("How strict it is", choices=STRENGTHS),
    "Rule.label": Field("The rule in one line", help="For leads, on lists of rules."),
    "Rule.sentence": Field(
        "What it says when it refuses", help="Words in {curly brackets} are filled in. Keep them.", long=True
    ),
    "Rule.when_live": Field(
        "What it says of a match that has come to break it",
        help="Read by the leads, on their list.",
        none="The same sentence",
        long=True,
    ),
    "Rule.to_self": Field(
        "What it says to the person whom it is about",
        help="Read by somebody who wants to join.",
        none="The same sentence",
        long=True,
    ),
    "Band.bands": Field("Bands", choices=BANDS, none="See the lowest and highest"),
    "Band.at_least": Field("Lowest band", choices=BANDS, none="Not set"),
    "Band.at_most": Field("Highest band", choices=BANDS, none="Not set"),
    "Band.levels": Field("Or at one of these levels", choices=LEVELS),
    "Band.unknown": Field("Where the band is not known", choices=_YES_PASSES),
    "SupervisedBy.bands": Field("Bands of designated supervisors", choices=BANDS),
    "SupervisedBy.registered_years": Field("Registered for", unit="years"),
    "Dated.bound": Field(
        "They may take part",
        choices={
            "from": "From the day on",
            "until": "Up to and including the day",
            "before": "Up to the day before",
        },
    ),
    "Dated.counted": Field(
        "How years are counted",
        choices={
            "to-the-day": "To the day",
            "calendar-year": "By calendar year: who registered in 2024 has been for three years in all of 2027",
        },
    ),
    "Milestone.fact": Field("Counted from", choices=FACTS),
    "Milestone.label": Field("What it is called in a sentence"),
    "Milestone.years": Field("Years after it", unit="years"),
    "Milestone.months": Field("And months", unit="months"),
    "Milestone.absent": Field("What is said where it does not apply", none="It is left out"),
    "HasTie.kinds": Field("Ties", choices={value: str(label).capitalize() for value, label in Tie.Kind.choices}),
    "LineManagement.depth": Field("How many steps up", choices={"all": "All the way up"}, unit="steps"),
    "LineManagement.nearest": Field("Beginning with step", help="1 is the direct manager."),
    "LineManagement.further": Field("What it says of anybody higher", long=True),
    "SimilarPractice.fact": Field("What says the area", choices=FACTS),
    "SimilarPractice.levels": Field("Or levels apart, at most", unit="levels"),
    "DifferentTeam.unknown": Field("Where a team is not known", choices=_YES_PASSES),
    "Preference.weight": Field("Weight", help=WEIGHT_HELP),
    "Preference.label": Field("The preference in one line"),
    "Preference.reasons": Field("Words for the reason", help="Shown beside the match. Both people may read it."),
    "HasFact.fact": Field("What has to be on record", choices=FACTS),
    "Alike.fact": Field("What is compared", choices=FACTS),
    "SameFact.fact": Field("What is compared", choices=FACTS),
    "Style.whose": Field(
        "Whose view counts where both are on record", choices={"lead": "The lead's", "own": "Their own"}
    ),
    "Where.fact": Field("Only where", choices=FACTS),
    "Where.values": Field("is", help="One a line."),
    "Experience.enough": Field("Enough experience", help="Completed matches that earn the whole share."),
    "Distance.enough": Field("Far enough apart", help="Steps in line management that earn the whole share."),
    "FewSupervisors.enough": Field("Enough supervisors", help="From this number on, a team earns nothing."),
}
