from sessions_log.models.notes import Note
from sessions_log.models.plans import Mode, SessionPlan, Target
from sessions_log.models.sessions import Attendance, Quarter, Session

__all__ = ["Attendance", "Mode", "Note", "Quarter", "Session", "SessionPlan", "Target"]
