"""The portal's settings with the migrations of the next release."""

from benchmarks.inside.next_release import MODULES
from mentoring_portal.settings import *  # noqa: F403

MIGRATION_MODULES = MODULES
