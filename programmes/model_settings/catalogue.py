"""The lines of the page on which a mentoring model's settings are changed: data only.

The shape of a model is the contract's (mentoring_models/contract.py), the words
of its fields are in words/. ``LINES`` says which fields are changed together.
"""

from dataclasses import dataclass


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
FIXED_OF_KINDS = {
    "Band.side",
    "Volunteered.side",
    "Dated.side",
    "TrainedHere.side",
    "SupervisedBy.side",
    "HasFact.side",
    "Junior.side",
}

LINES = [
    LineSpec("title", "about", "Title", "What it is called in the list of ways of mentoring.", of_the_model=True),
    LineSpec(
        "kind", "about", "For whom it stands in the list", "Under this heading people find it.", of_the_model=True
    ),
    LineSpec(
        "sentence", "about", "In one sentence", "Stands in the list, on the invitation and in mails.", of_the_model=True
    ),
    LineSpec(
        "who_for",
        "about",
        "Who it is for",
        "Read by leads who choose a way of mentoring, and by whoever refers somebody.",
        of_the_model=True,
    ),
    LineSpec(
        "source", "about", "Where it comes from", "Where this way of mentoring was first described.", of_the_model=True
    ),
    LineSpec(
        "programme_name",
        "about",
        "Suggested name of a programme",
        "A new programme is offered this name.",
        of_the_model=True,
    ),
    LineSpec("words.mentee", "people", "What a mentee is called", "Used on pages and in mails.", gist=("one", "many")),
    LineSpec("words.mentor", "people", "What a mentor is called", "Used on pages and in mails.", gist=("one", "many")),
    LineSpec(
        "words.trainee",
        "people",
        "What the third of a triad is called",
        "Used on pages and in mails.",
        gist=("one", "many"),
    ),
    LineSpec(
        "voluntary",
        "people",
        "Who has to say yes themselves",
        "Nobody on these sides is matched before they have said yes, or a lead has recorded it. How strict that is "
        "stands under the rules.",
        needs_reason=True,
    ),
    LineSpec(
        "eligibility_date",
        "people",
        "The day on which eligibility is judged",
        "Years since registration and the like are counted to this day.",
        and_path="named_day",
        gist=("eligibility_date",),
    ),
    LineSpec(
        "referral",
        "people",
        "Managers and supervisors may refer people",
        "Whoever is referred decides; the referrer reads “Thank you” and no more.",
    ),
    LineSpec("outsiders", "people", "People from outside take part", "They join by invitation and see only their own."),
    LineSpec(
        "confidential_membership",
        "people",
        "Who takes part is confidential",
        "Hidden from everyone but members and leads, line managers included.",
        needs_reason=True,
    ),
    LineSpec(
        "likely.mentee",
        "people",
        "{mentees}: whom the enrolling page shows first",
        "A suggestion only; anybody else can be looked for.",
        gist=("band", "level"),
    ),
    LineSpec(
        "likely.mentor",
        "people",
        "{mentors}: whom the enrolling page shows first",
        "A suggestion only; anybody else can be looked for.",
        gist=("band", "level"),
    ),
    LineSpec(
        "capacity.mentor",
        "places",
        "How many {mentees} one {mentor} takes",
        "For people enrolled from now on. Whoever is enrolled already keeps their places.",
    ),
    LineSpec("capacity.mentee", "places", "How many {mentors} one {mentee} has", "For people enrolled from now on."),
    LineSpec(
        "group",
        "places",
        "Groups: their size, their mentors, and how people join",
        "For groups formed from now on; those that meet stay as they are.",
    ),
    LineSpec("matching.arises", "matching", "How a match arises", "Who puts two people together.", of_the_model=True),
    LineSpec(
        "matching.live",
        "matching",
        "When a match is live",
        "At once when a lead publishes it, or once both have accepted.",
    ),
    LineSpec(
        "matching.objective",
        "matching",
        "What counts most when matches are found",
        "Which plan is the best where several are allowed.",
    ),
    LineSpec(
        "matching.site_sign_off",
        "matching",
        "Confirmation by the {mentee}'s site",
        "A lead of the site confirms each pair before it is published.",
    ),
    LineSpec(
        "matching.chemistry_days",
        "matching",
        "First meeting before both commit",
        "For so many days the place is held; either may say no without blame.",
    ),
    LineSpec(
        "matching.unanswered_days",
        "matching",
        "An introduction that nobody answers",
        "After so many days it goes back to the lead.",
    ),
    LineSpec(
        "matching.asking", "matching", "Who may ask for a partner themselves", "Whoever may ask sees those who offer."
    ),
    LineSpec(
        "matching.confirms_requests",
        "matching",
        "A lead confirms a request",
        "Until then the list of {mentors} is closed to whoever asks.",
    ),
    LineSpec(
        "matching.consent_rules",
        "matching",
        "Rules that whoever asks may set aside",
        "They are told what the rule says, and agree to go on all the same.",
        needs_reason=True,
    ),
    LineSpec(
        "matching.pausing",
        "matching",
        "Who may pause a match themselves",
        "Without a reason; the others read only that it is paused.",
    ),
    LineSpec(
        "matching.supervisor_sees",
        "matching",
        "What the supervisor sees of a match",
        "What a designated supervisor reads on their home page, once the two are told; never a note.",
        needs_reason=True,
    ),
    LineSpec(
        "matching.live_match_breaks_a_rule",
        "matching",
        "When a live match comes to break a rule",
        "A lead decides, or it is paused until one has.",
    ),
    LineSpec(
        "composition",
        "matching",
        "Experts and novices among the supervisors",
        "Shown as an indicator beside the target; it bars nobody.",
        gist=("group", "target_percent"),
    ),
    LineSpec(
        "cadence",
        "meeting",
        "How often people meet",
        "Sets the target dates; the members choose the time.",
        gist=("kind",),
    ),
    LineSpec(
        "group.cadence",
        "meeting",
        "How often the group meets",
        "Sets the target dates of the group; its members choose the time.",
        gist=("kind",),
    ),
    LineSpec(
        "record_of_aims",
        "meeting",
        "The {mentor} keeps a record of aims",
        "Read by its writer alone; each member reads what is about them.",
    ),
    LineSpec(
        "duration",
        "meeting",
        "How long it lasts",
        "What is over stands on the leads' list. A review asks its members whether they still need to meet.",
        gist=("end", "weeks"),
    ),
    LineSpec(
        "phases",
        "meeting",
        "Phases of a {mentee}",
        "Read from the dates on record; nobody sets them by hand.",
        gist=("independent",),
    ),
    LineSpec(
        "register",
        "meeting",
        "Register that the lead ticks",
        "At meetings that take place anyway. No mail is sent.",
        gist=("weeks", "meetings"),
    ),
    LineSpec(
        "outline",
        "meeting",
        "Outline of the sessions",
        "What to talk about is suggested to both, and nobody is held to it.",
        and_path="topics",
        gist=("outline",),
    ),
    LineSpec(
        "resources",
        "texts",
        "Resources",
        "Guides, courses and tools that people find on the page for participants, and from their match in its weeks.",
    ),
    LineSpec("hours", "meeting", "Hours", "Hours alone are counted, never what was talked about."),
    LineSpec("evidence_domains", "meeting", "Domains for which pairs plan evidence", "One a line."),
    LineSpec(
        "supervision",
        "meeting",
        "Supervision for {mentors}",
        "They meet among themselves. For cohorts opened from now on.",
    ),
    LineSpec(
        "group.round",
        "meeting",
        "The round of a group, in minutes",
        "The facilitator's card shows whose turn it is, and how long.",
        gist=("presenting", "question", "pause", "reflections", "learning"),
    ),
    LineSpec(
        "calendar", "meeting", "What is suggested for a new cohort", "A suggestion; each cohort has its own dates."
    ),
    LineSpec(
        "reminders",
        "reminders",
        "Reminders about meetings and forms",
        "Whether the portal writes about meetings, and how late forms are chased.",
        gist=("kind",),
    ),
    LineSpec(
        "group.reminders",
        "reminders",
        "Reminders of the group",
        "Whether the portal writes about meetings of the group.",
        gist=("kind",),
    ),
    LineSpec("report", "reminders", "Report that is due", "To whom, how often, and how it is chased until it is sent."),
    LineSpec(
        "agreement.gate",
        "agreement",
        "What waits until all have accepted the agreement",
        "Until everybody has accepted; a private note of one's own never waits.",
        needs_reason=True,
    ),
    LineSpec(
        "agreement.called",
        "agreement",
        "What the agreement is called",
        "In sentences such as “Please accept the ground rules first.”",
    ),
    LineSpec("agreement.text", "agreement", "Text of the agreement", "Shown once to each member, and on their page."),
    LineSpec(
        "group.agreement",
        "agreement",
        "Agreement of the group",
        "The group's own ground rules, and what waits for them.",
        gist=("gate",),
        needs_reason=True,
    ),
    LineSpec(
        "texts_kept_months",
        "agreement",
        "How long what members write is kept",
        "Their notes and preparations go so long after their match has ended; they are told 30 days before.",
        needs_reason=True,
    ),
    LineSpec(
        "few",
        "agreement",
        "The smallest count of people that is told",
        "A commissioner reads smaller ones as “fewer than 5”, so that nobody is recognised. Never below 5.",
        needs_reason=True,
    ),
    LineSpec(
        "training",
        "agreement",
        "Training",
        "Who is expected to have done it, and whether a first session waits for it.",
        gist=("gate",),
        needs_reason=True,
    ),
    LineSpec("texts.training", "agreement", "What is said about training", "Stands beside the training that is due."),
    LineSpec("texts.what_it_is", "texts", "What it is", "In plain words, for whoever takes part or is asked to."),
    LineSpec(
        "texts.what_to_expect.mentee",
        "texts",
        "{mentees}: what to expect",
        "Stands on the invitation, in the mail of the match and on its page.",
    ),
    LineSpec(
        "texts.what_to_expect.mentor",
        "texts",
        "{mentors}: what to expect",
        "Stands on the invitation, in the mail of the match and on its page.",
    ),
    LineSpec(
        "texts.what_to_expect.trainee",
        "texts",
        "The third of a triad: what to expect",
        "Told on the day on which they learn of their two supervisors.",
        only_with="triad",
    ),
    LineSpec(
        "texts.confidentiality",
        "texts",
        "Limits of confidentiality",
        "What stays among the members, and when something may not.",
        needs_reason=True,
    ),
    LineSpec(
        "texts.differs",
        "texts",
        "How it differs from coaching, counselling and buddying",
        "Stands on the page for participants.",
    ),
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
    LineSpec("texts.hope", "texts", "What whoever joins is asked", "Their {mentor} and the leads read the answer."),
    LineSpec("texts.declaration", "texts", "What a {mentee} declares with a request", "It is ticked with a request."),
    LineSpec(
        "texts.review",
        "texts",
        "What is asked at each review",
        "Everybody in a match is asked; a no ends a pair without blame, and leaves a group.",
    ),
    LineSpec("texts.briefing", "texts", "What a {mentor} reads who agrees to be asked", "Read before they are listed."),
    LineSpec(
        "texts.wellbeing",
        "texts",
        "{mentors}: looking after oneself",
        "Read by the mentor alone, on the page of the match. Name who is there for them.",
    ),
    LineSpec(
        "texts.worries",
        "texts",
        "Where to turn with a worry",
        "Stands on every page of a match. Name your Freedom to Speak Up guardian.",
    ),
    LineSpec(
        "triad",
        "texts",
        "The triad, in words",
        "What the three are told of who is who, and who answers for the trainee.",
        gist=("who_is_who",),
    ),
]
