"""How each kind of notice comes to be owed, and what makes it untrue: a scene a kind, found in ``SCENES``."""

from tests.notices.scenes import accounts, groups, joining, matches, meetings
from tests.notices.scenes.base import NOW, SCENES

__all__ = ["NOW", "SCENES", "accounts", "groups", "joining", "matches", "meetings"]
