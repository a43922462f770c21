from sessions_log.models.forms import (
    Answer,
    FormDraft,
    FormPlan,
    FormSpecVersion,
    RingNote,
    SessionForm,
    hosted_programmes,
)
from sessions_log.models.notes import Note
from sessions_log.models.plans import Mode, SessionPlan, Target
from sessions_log.models.register import RegisterException, RegisterMeeting
from sessions_log.models.sessions import Attendance, Quarter, Session

__all__ = [
    "Answer",
    "Attendance",
    "FormDraft",
    "FormPlan",
    "FormSpecVersion",
    "Mode",
    "Note",
    "Quarter",
    "RegisterException",
    "RegisterMeeting",
    "RingNote",
    "Session",
    "SessionForm",
    "SessionPlan",
    "Target",
    "hosted_programmes",
]
