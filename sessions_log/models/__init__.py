from sessions_log.models.agenda import AgendaItem
from sessions_log.models.drafts import Draft
from sessions_log.models.evidence import EvidencePlan
from sessions_log.models.feeds import CalendarFeed
from sessions_log.models.forms import (
    Answer,
    FormDraft,
    FormPlan,
    FormSpecVersion,
    RingNote,
    SessionForm,
    hosted_programmes,
)
from sessions_log.models.frames import AgreedAction, Homework
from sessions_log.models.gatherings import Gathering, GatheringPlace
from sessions_log.models.goals import Goal
from sessions_log.models.hours import HoursException, OpenHours, PreferredChannel, WordRequest
from sessions_log.models.keeping import TextsWarning
from sessions_log.models.notes import Note
from sessions_log.models.offers import Offer, OfferedTime, Vote
from sessions_log.models.outputs import BoardReport, Output
from sessions_log.models.plans import Mode, SessionPlan, Target
from sessions_log.models.prep import PrepSheet
from sessions_log.models.register import RegisterException, RegisterMeeting
from sessions_log.models.rounds import Situation
from sessions_log.models.sessions import Attendance, Quarter, Session
from sessions_log.models.statements import HoursShare

__all__ = [
    "AgendaItem",
    "AgreedAction",
    "Answer",
    "Attendance",
    "BoardReport",
    "CalendarFeed",
    "Draft",
    "EvidencePlan",
    "FormDraft",
    "FormPlan",
    "FormSpecVersion",
    "Gathering",
    "GatheringPlace",
    "Goal",
    "Homework",
    "HoursException",
    "HoursShare",
    "Mode",
    "Note",
    "Offer",
    "OfferedTime",
    "OpenHours",
    "Output",
    "PreferredChannel",
    "PrepSheet",
    "Quarter",
    "RegisterException",
    "RegisterMeeting",
    "RingNote",
    "Session",
    "SessionForm",
    "SessionPlan",
    "Situation",
    "Target",
    "TextsWarning",
    "Vote",
    "WordRequest",
    "hosted_programmes",
]
