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
from contest.models.paper import (
    Certificate,
    CertificateDesign,
    NumberedDocument,
    Stationery,
)
from contest.models.prepared import PreparedPaper, PreparedSlot
from contest.models.result import ResultRun, Standing
from contest.models.sitting import Incident, IncidentKind, Proposal, Room
from contest.models.watching import Minutes, MinutesKind, Presence
from contest.rules.timing import Audience, RoundState

__all__ = [
    "AskedMedia",
    "Attempt",
    "AttemptKind",
    "Audience",
    "Block",
    "Certificate",
    "CertificateDesign",
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
    "NumberedDocument",
    "PreparedPaper",
    "PreparedSlot",
    "Presence",
    "Proposal",
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
    "Stationery",
]
