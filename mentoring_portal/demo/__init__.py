"""The demo's world: fictional people and organisations, made by the same actions as real ones.

Dates are relative to the day it is loaded. Refused outside the demo by `check --deploy`.
"""

from mentoring_portal.demo.world import LOGINS, PASSWORD, STAFF_LIST, load

__all__ = ["LOGINS", "PASSWORD", "STAFF_LIST", "load"]
