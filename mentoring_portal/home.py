"""Home is "what needs me today": the sections, in the order in which they stand on the page."""

from people import kept_forms
from people import queries as people
from programmes import following, referrals, site_home
from programmes import home as programmes
from programmes.models import Member
from reports import funding, returns
from reports import queries as reports
from sessions_log import goals, statements
from sessions_log.queries import forms, notes, sessions

SECTIONS = [
    kept_forms.home_section,
    sessions.home_section,
    goals.home_section,
    following.home_section,
    forms.home_section,
    people.home_section,
    programmes.home_section,
    programmes.lead_home_section,
    referrals.home_section,
    notes.home_section,
    statements.home_section,
    returns.home_section,
    funding.home_section,
    reports.home_section,
    site_home.home_section,
    people.reader_home_section,
]

# What somebody has only from a mentoring relationship, of now or before: a lead who mentors nobody is not asked.
OF_MEMBERS = {sessions.home_section, goals.home_section, forms.home_section, notes.home_section}


def sections(person, access, now) -> list:
    """The sections that have something for ``person`` at ``now``; an empty one is absent."""
    is_member = Member.objects.filter(person=person).exists()
    found = (section(person, access, now) for section in SECTIONS if is_member or section not in OF_MEMBERS)
    return [section for section in found if section is not None]
