from groups.models.absence import Absence, MentorAway
from groups.models.closing import Closing
from groups.models.concern import Concern
from groups.models.enrolment import Enrolment
from groups.models.forming import Proposal, ProposedGroup, ProposedStay, WillingMentor, Wish
from groups.models.free_time import FreeTime
from groups.models.group import Group, marks_of
from groups.models.membership import Membership
from groups.models.mentorship import Mentorship
from groups.models.move import Move
from groups.models.plan import PlanItem
from groups.models.plan_change import PlanChange

__all__ = [
    "Absence",
    "Closing",
    "Concern",
    "Enrolment",
    "FreeTime",
    "Group",
    "Membership",
    "MentorAway",
    "Mentorship",
    "Move",
    "PlanChange",
    "PlanItem",
    "Proposal",
    "ProposedGroup",
    "ProposedStay",
    "WillingMentor",
    "Wish",
    "marks_of",
]
