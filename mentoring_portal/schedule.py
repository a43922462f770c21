"""The one table of what runs by the clock. Beat and ``manage.py sweep`` both run it.

Nothing is scheduled for a moment in the future: due dates are rows, and each of
these looks for the rows that are due. So an entry may run late, twice or by two
workers at once. How an entry is run stands in sweeps.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    name: str  # kebab-case, unique
    task: str  # dotted name of a task that takes ``now`` as an ISO string
    every: int  # seconds


SCHEDULE = (
    # Before the notices, so that one sweep both opens a match and sends its mails.
    Entry("openings", "programmes.tasks.sweep_openings", 30),
    Entry("after-sessions", "sessions_log.tasks.ask_after_sessions", 60),
    Entry("targets", "sessions_log.tasks.lay_targets", 300),
    Entry("registers", "sessions_log.tasks.lay_registers", 300),
    Entry("forms", "sessions_log.tasks.sweep_forms", 60),
    Entry("board-reports", "sessions_log.tasks.sweep_board_reports", 600),
    Entry("leads-week", "programmes.tasks.owe_leads_week", 1800),
    Entry("introductions", "programmes.tasks.sweep_introductions", 300),
    Entry("reviews", "programmes.tasks.ask_reviews", 1800),
    Entry("notices", "notices.tasks.sweep_notices", 15),
    Entry("standings", "programmes.tasks.sweep_standings", 60),
    Entry("pause-at-once", "programmes.tasks.pause_at_once", 60),
    Entry("match-runs", "matching.tasks.sweep_runs", 30),
    Entry("drafts", "matching.tasks.sweep_drafts", 60),
    Entry("audit-seal", "audit.tasks.seal_events", 60),
    Entry("staff-imports", "people.tasks.sweep_staff_imports", 30),
    Entry("rule-breaks", "programmes.tasks.recheck_pairs", 6 * 3600),
    Entry("last-days", "people.tasks.leave_after_last_day", 1800),
    Entry("old-staff-imports", "people.tasks.drop_old_staff_imports", 3600),
    Entry("old-sessions", "people.tasks.drop_old_sessions", 3600),
    Entry("old-drafts", "sessions_log.tasks.drop_old_drafts", 3600),
    Entry("old-kept-forms", "people.tasks.drop_old_kept_forms", 3600),
    Entry("retention", "people.tasks.keep_no_longer", 6 * 3600),
)


def entry(name: str) -> Entry:
    """Return the entry of that name; LookupError where there is none."""
    for one in SCHEDULE:
        if one.name == name:
            return one
    raise LookupError(f"The schedule has no entry {name}")


BEAT = {
    one.name: {
        "task": "mentoring_portal.tasks.run_entry",
        "schedule": one.every,
        "kwargs": {"name": one.name},
        # While no worker runs, its messages must not pile up: the next one does the same work.
        "options": {"expires": one.every},
    }
    for one in SCHEDULE
}
