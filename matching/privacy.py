"""The class of every field in this room (TRUST 6): P public, I internal, C confidential, S special, K secret.

A draft is confidential as a whole: until publication nobody may learn that they were
proposed, and scores and their parts are for the leads alone. Below, what the tables hold about people
(people/holdings.py).
"""

from people.holdings import HISTORY, Held

CLASSES = {
    "MatchRun": {
        "id": "I",
        "cohort": "I",
        "state": "I",
        "requested_by": "I",
        "requested_at": "I",
        "beat_at": "I",
        "attempt": "I",
        "finished_at": "I",
        "published_at": "I",
        "stage": "I",
        "done": "I",
        "of": "I",
        "mentees": "I",
        "mentors": "I",
        "places": "I",
        "matched": "I",
        "total": "I",
        "bound": "I",
        "optimal": "I",
        "fingerprint": "I",
        "fault": "I",
        "policy": "I",
        "in_force": "I",
        "policies": "I",
        "changed_at": "I",
        "found": "I",
        "judged_event": "I",
    },
    "Publication": {
        "id": "I",
        "run": "I",
        "state": "I",
        "opens_at": "I",
        "by_mail": "I",
        "requested_by": "I",
        "requested_at": "I",
        "beat_at": "I",
        "attempt": "I",
        "stage": "I",
        "done": "I",
        "of": "I",
        "fault": "C",
    },
    "Proposal": {
        "id": "I",
        "run": "I",
        "mentee": "C",
        "mentor": "C",
        "score": "C",
        "components": "C",
        "runner_up": "C",
        "runner_up_score": "C",
        "close_to": "C",
        "close_loss": "C",
        "site": "C",
        "band": "C",
        "by_hand": "I",
        "fallen": "C",
        "found_mentor": "C",
        "relationship": "C",
    },
    "LeftOut": {
        "id": "I",
        "run": "I",
        "mentee": "C",
        "reasons": "C",
        "remedies": "C",
        "site": "C",
        "band": "C",
        "by_hand": "I",
        "found_mentor": "C",
    },
    "PairDecision": {
        "id": "I",
        "cohort": "I",
        "mentee": "C",
        "mentor": "C",
        "kind": "C",
        "reason": "C",
        "decided_by": "I",
        "decided_at": "I",
        "lifted_by": "I",
        "lifted_at": "I",
    },
}

_DRAFT = "what leads weigh in matching, which names others: read with a person who knows what it would say about them"
_ACTS = "an act for others that the audit record keeps; the row is not about the person"

HELD = (
    Held("matching.MatchRun", HISTORY, why_not=_ACTS, keeps=("requested_by",)),
    Held("matching.Publication", HISTORY, why_not=_ACTS, keeps=("requested_by",)),
    Held(
        "matching.Proposal",
        HISTORY,
        why_not=_DRAFT,
        blanks={
            "mentee__person": {"fallen": "", "site": "", "band": ""},
            "mentor__person": {"fallen": ""},
        },
        keeps=("runner_up__person", "close_to__person", "found_mentor__person"),
    ),
    Held(
        "matching.LeftOut",
        HISTORY,
        why_not=_DRAFT,
        blanks={"mentee__person": {"reasons": [], "remedies": [], "site": "", "band": ""}},
        keeps=("found_mentor__person",),
    ),
    Held(
        "matching.PairDecision",
        HISTORY,
        why_not=_DRAFT,
        deletes=("mentee__person", "mentor__person"),
        keeps=("decided_by", "lifted_by"),
    ),
)
