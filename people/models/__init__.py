"""Tables of people: who they are, where they work, what ties them, what they may do."""

from people.models.employment import Employment, LineManagement
from people.models.facts import Fact
from people.models.grants import Grant
from people.models.links import KeptForm, OneTimeLink, SealedSecret
from people.models.organisations import Guest, Organisation, Site, Team
from people.models.person import Person
from people.models.staff_import import ColumnChoice, StaffImport
from people.models.style import Style
from people.models.ties import Tie

__all__ = [
    "ColumnChoice",
    "Employment",
    "Fact",
    "Grant",
    "Guest",
    "KeptForm",
    "LineManagement",
    "OneTimeLink",
    "Organisation",
    "Person",
    "SealedSecret",
    "Site",
    "StaffImport",
    "Style",
    "Team",
    "Tie",
]
