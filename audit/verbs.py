"""The closed list of what can happen, for every room. An action names one of these.

A verb is never renamed or taken away, since rows that cannot be changed hold it.
"""

from django.db import models


class Verb(models.TextChoices):
    # people
    SIGNED_IN = "signed-in", "signed in"
    SIGNED_OUT = "signed-out", "signed out"
    SIGN_IN_FAILED = "sign-in-failed", "failed to sign in"
    PASSWORD_SET = "password-set", "chose a password"
    SECOND_FACTOR_ADDED = "second-factor-added", "set up a second factor"
    SECOND_FACTOR_REMOVED = "second-factor-removed", "removed a second factor"
    ACCESS_DENIED = "access-denied", "was refused a page"
    RECORD_OPENED = "record-opened", "opened a person's record"
    PERSON_ADDED = "person-added", "added a person"
    PERSON_CHANGED = "person-changed", "changed a person's details"
    PERSON_LEFT = "person-left", "marked a person as having left"
    PERSON_RETURNED = "person-returned", "let a person who had left come back"
    EMPLOYMENT_STARTED = "employment-started", "gave a person a job"
    EMPLOYMENT_ENDED = "employment-ended", "ended a person's job"
    MANAGERS_CHANGED = "managers-changed", "changed a person's managers"
    STAFF_LIST_READ = "staff-list-read", "uploaded a staff list"
    STAFF_LIST_SAVED = "staff-list-saved", "saved a staff list"
    STAFF_LIST_DROPPED = "staff-list-dropped", "dropped a staff list"
    GRANT_GIVEN = "grant-given", "gave a role"
    GRANT_ENDED = "grant-ended", "ended a role"
    LINK_ISSUED = "link-issued", "issued a one-time link"
    LINK_USED = "link-used", "used a one-time link"
    LINK_REVOKED = "link-revoked", "revoked a one-time link"
    ORGANISATION_ADDED = "organisation-added", "added an organisation"
    SITE_ADDED = "site-added", "added a site"
    TEAM_ADDED = "team-added", "added a team"
    TIE_RECORDED = "tie-recorded", "recorded a tie between people"
    TIE_ENDED = "tie-ended", "ended a tie between people"
    FACT_RECORDED = "fact-recorded", "recorded a fact about a person"
    FACT_FORGOTTEN = "fact-forgotten", "took away a fact about a person"
    STYLE_RECORDED = "style-recorded", "recorded a person's style"
    STYLE_FORGOTTEN = "style-forgotten", "took away what was recorded of a person's style"
    # programmes
    PROGRAMME_STARTED = "programme-started", "started a programme"
    COHORT_OPENED = "cohort-opened", "opened a cohort"
    ENROLLED = "enrolled", "enrolled a person"
    ENROLMENT_WITHDRAWN = "enrolment-withdrawn", "withdrew an enrolment"
    RELATIONSHIP_STARTED = "relationship-started", "started a relationship"
    RELATIONSHIP_ENDED = "relationship-ended", "ended a relationship"
    # matching
    MATCH_RUN_REQUESTED = "match-run-requested", "asked for matches"
    MATCH_RUN_FINISHED = "match-run-finished", "finished a match run"
    MATCH_RUN_FAILED = "match-run-failed", "met a fault in a match run"
    MATCH_RUN_CANCELLED = "match-run-cancelled", "cancelled a match run"
    MATCH_RUN_PUBLISHED = "match-run-published", "published a match run"
    # sessions
    NOTE_WRITTEN = "note-written", "wrote a note"
    NOTE_CHANGED = "note-changed", "changed a note"
    NOTE_DELETED = "note-deleted", "deleted a note"
    NOTE_UNREADABLE = "note-unreadable", "met a note that could not be decrypted"
    # the portal itself
    NOTICE_RETRIED = "notice-retried", "tried a notice again"
    KEYS_ROTATED = "keys-rotated", "rotated the note keys"
