"""Programmes, cohorts, enrolments and the relationships that come of them.

What a mentoring model says is in its file (programmes/mentoring_models), never here.
"""

from programmes.models.agreements import AgreementAcceptance, AgreementVersion
from programmes.models.cohorts import Cohort, Enrolment, Programme, Side, led
from programmes.models.following import Flag, RuleBreak
from programmes.models.groups import GroupRequest
from programmes.models.introductions import Introduction, Listing, MentorRequest
from programmes.models.joining import Hope, JoiningLink
from programmes.models.nominations import Nomination
from programmes.models.overrides import RuleOverride
from programmes.models.own_models import OwnModel, OwnModelVersion, SettingChange
from programmes.models.relationships import Member, Relationship
from programmes.models.reviews import Review

__all__ = [
    "AgreementAcceptance",
    "AgreementVersion",
    "Cohort",
    "Enrolment",
    "Flag",
    "GroupRequest",
    "Hope",
    "Introduction",
    "JoiningLink",
    "Listing",
    "Member",
    "MentorRequest",
    "Nomination",
    "OwnModel",
    "OwnModelVersion",
    "Programme",
    "Relationship",
    "Review",
    "RuleBreak",
    "RuleOverride",
    "SettingChange",
    "Side",
    "led",
]
