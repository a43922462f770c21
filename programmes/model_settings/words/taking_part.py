"""The words of a model itself and of who takes part in it. See field.py."""

from programmes.mentoring_models.contract import KIND_LABELS
from programmes.model_settings.words.field import BANDS, LEVELS, Field

FIELDS = {
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
    "MentoringModel.texts_kept_months": Field("Kept after the end", unit="months"),
    "MentoringModel.few": Field("The smallest count of people that is told", unit="people"),
    "MentoringModel.record_of_aims": Field("The mentor keeps a record of what each member aims at"),
    "MentoringModel.outline": Field(
        "Outline",
        choices={
            "none": "None",
            "weeks": "A topic for each week",
            "mentors-questions": "The mentor's questions",
            "topics": "Topics that members raise before a meeting",
            "book": "A book, kept by the two",
            "turn-card": "A card with turns and a timer",
        },
    ),
    "MentoringModel.topics": Field(
        "Topics",
        help="One a line, with its week or weeks first: “8: Calculations”, “12-13: The first review”.",
        none="No topics",
    ),
    "MentoringModel.resources": Field(
        "Resources",
        help="One a line, an address at its end where it has one. For one side or some weeks alone, say so first: "
        "“Mentor, weeks 1-4: Mentoring guide https://www.example.org/guide”.",
        none="None",
        long=True,
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
    "MentoringModel.referral": Field("People may be referred by whoever manages or supervises them"),
    "MentoringModel.evidence_domains": Field("Domains", help="One a line.", none="None: no evidence is planned"),
    "MentoringModel.confidential_membership": Field("Who takes part is confidential"),
    "MentoringModel.outsiders": Field("People without an account here join by invitation"),
    "Noun.one": Field("One", help="As in “Asha's mentor”."),
    "Noun.many": Field("Several", help="As in “60 mentors”."),
    "NamedDay.day": Field("Day of the month"),
    "NamedDay.month": Field("Month", help="1 is January."),
    "Span.default": Field("To begin with"),
    "Span.least": Field("At least"),
    "Span.most": Field("At most"),
    "Likely.band": Field("Band", choices=BANDS, none="Any"),
    "Likely.level": Field("Level", choices=LEVELS, none="Any"),
}
