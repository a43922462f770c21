"""The words of what people read, accept and learn. See field.py."""

from programmes.model_settings.words.field import FACTS, Field

FIELDS = {
    "Agreement.called": Field("What it is called", "In sentences, such as: Please accept the ground rules first."),
    "Agreement.gate": Field(
        "What waits",
        choices={
            "none": "Nothing waits",
            "before-shared-notes": "Shared notes wait",
            "before-first-session": "The first session waits",
        },
    ),
    "Agreement.text": Field("Text", long=True),
    "Training.fact": Field("Training is on record as", choices=FACTS),
    "Training.sides": Field(
        "Who is expected to have it", choices={"mentee": "Mentees", "mentor": "Mentors", "peer": "Peers"}
    ),
    "Training.gate": Field(
        "Whoever lacks it",
        choices={
            "none": "Nothing: no training is asked for",
            "flag": "May begin, and reads “training due”",
            "before-first-session": "Does it before the first session",
        },
    ),
    "BothSides.mentee": Field("For mentees", long=True),
    "BothSides.mentor": Field("For mentors", long=True),
    "BothSides.trainee": Field("For the third of a triad", long=True),
    "Texts.what_it_is": Field("What it is", long=True, none="The model’s one sentence"),
    "Texts.confidentiality": Field("Limits of confidentiality", long=True),
    "Texts.differs": Field("How it differs", long=True),
    "Texts.interim_contact": Field("Whom to ask while waiting", long=True),
    "Texts.interim_email": Field("E-mail address of whom to ask while waiting", none="Not given"),
    "Texts.interim_phone": Field("Telephone number of whom to ask while waiting", none="Not given"),
    "Texts.hope": Field("What whoever joins is asked to write"),
    "Texts.worries": Field("Where to turn with a worry", long=True),
    "Texts.wellbeing": Field("Looking after oneself", long=True, none="Nothing is said"),
    "Texts.declaration": Field(
        "What they declare", help="In the first person. It is ticked with a request.", none="Nothing"
    ),
    "Texts.review": Field("What is asked at each review", help="Its answers are: it goes on, or it can end."),
    "Texts.briefing": Field("What the role is", long=True, none="Nothing is said"),
    "Texts.training": Field("About training", long=True, none="Nothing is said"),
}
