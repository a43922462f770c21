"""Home is "what needs me today": the sections, in the order in which they stand on the page."""

from people import home_sections as people
from people import kept_forms
from people.counting import counted_together
from programmes import following, own, referrals, site_home, supervising
from programmes import home as programmes
from reports import funding, returns
from reports import queries as reports
from sessions_log import goals, statements
from sessions_log.queries import forms, notes
from sessions_log.queries import own_home as sessions


def none(person, access, now) -> dict:
    """A section that has nothing to count beforehand."""
    return {}


# Each with what it counts (people/home.py).
SECTIONS = [
    (kept_forms.home_section, kept_forms.home_rows),
    (sessions.home_section, none),
    (goals.home_section, goals.home_rows),
    (following.home_section, following.home_rows),
    (forms.home_section, forms.home_rows),
    (people.staff_section, people.staff_rows),
    (programmes.home_section, programmes.home_rows),
    (programmes.lead_home_section, none),
    (supervising.home_section, supervising.home_rows),
    (referrals.home_section, referrals.home_rows),
    (notes.home_section, notes.home_rows),
    (statements.home_section, statements.home_rows),
    (returns.home_section, returns.home_rows),
    (funding.home_section, none),
    (reports.home_section, none),
    (site_home.home_section, none),
    (people.reader_section, none),
]

# What somebody has only from a mentoring relationship, of now or before: a lead who mentors nobody is not asked.
OF_MEMBERS = {sessions.home_section, goals.home_section, forms.home_section, notes.home_section}


def sections(person, access, now) -> list:
    """The sections that have something for ``person`` at ``now``; an empty one is absent."""
    is_member = bool(own.memberships(access))
    asked = [(section, rows) for section, rows in SECTIONS if is_member or section not in OF_MEMBERS]
    to_count = {}
    for _, rows in asked:
        to_count |= rows(person, access, now)
    found = counted_together(**to_count)
    shown = (section(person, access, now, found) for section, _ in asked)
    return [section for section in shown if section is not None]
