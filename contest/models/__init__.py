"""The tables of a contest."""

from contest.models.attempt import AskedMedia, Attempt, AttemptKind, Response, Slot, SlotKind
from contest.models.contest import (
    Block,
    Contest,
    ContestState,
    ContestUnit,
    Round,
    RoundKind,
    Sitting,
)
from contest.models.enrolment import Enrolment, Seat
from contest.models.late import CountedLate, DecisionState, LateDecision
from contest.models.marking import EssayClaim, EssayMark
from contest.models.prepared import PreparedPaper, PreparedSlot
from contest.models.prize import Award, AwardList, PrizeKind, PrizeRule, Quota
from contest.models.result import ResultRun, Standing
from contest.models.sitting import Incident, IncidentKind, Proposal, Room
from contest.models.watching import Minutes, MinutesKind, Presence
from contest.rules.timing import Audience, RoundState

__all__ = [
    "AskedMedia",
    "Attempt",
    "AttemptKind",
    "Audience",
    "Award",
    "AwardList",
    "Block",
    "Contest",
    "ContestState",
    "ContestUnit",
    "CountedLate",
    "DecisionState",
    "Enrolment",
    "EssayClaim",
    "EssayMark",
    "Incident",
    "IncidentKind",
    "LateDecision",
    "Minutes",
    "MinutesKind",
    "PreparedPaper",
    "PreparedSlot",
    "Presence",
    "PrizeKind",
    "PrizeRule",
    "Proposal",
    "Quota",
    "Response",
    "ResultRun",
    "Room",
    "Round",
    "RoundKind",
    "RoundState",
    "Seat",
    "Sitting",
    "Slot",
    "SlotKind",
    "Standing",
]
