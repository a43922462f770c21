"""The class of every field in this room (TRUST 6): P public, I internal, C confidential, S special, K secret.

A draft is confidential as a whole: until publication nobody may learn that they were
proposed, and scores and their parts are for the leads alone.
"""

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
    },
    "LeftOut": {
        "id": "I",
        "run": "I",
        "mentee": "C",
        "reasons": "C",
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
