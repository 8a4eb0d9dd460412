"""The tables of a contest."""

from contest.models.analysis import RunAnalysis
from contest.models.appeal import Appeal, AppealState
from contest.models.attempt import (
    AskedMedia,
    Attempt,
    AttemptKind,
    Response,
    SentPrediction,
    Slot,
    SlotKind,
)
from contest.models.ballot import Vote, VoteCode
from contest.models.ceremony import Ceremony
from contest.models.change import ChangeState, QuestionRuling, ResultChange
from contest.models.conflict import ConflictDismissal, JudgeTie
from contest.models.contest import (
    DRAWS,
    Block,
    BlockPaper,
    Contest,
    ContestState,
    ContestUnit,
    Round,
    RoundKind,
    Sitting,
)
from contest.models.drafts import Fate, PaperTyping, SheetDraft
from contest.models.enrolment import Enrolment, Seat
from contest.models.entry import (
    Entry,
    EntryCategory,
    EntryFile,
    EntryMember,
    EntryState,
    EntryVersion,
    FileKind,
    MemberRole,
    Screening,
    ScreeningAppeal,
    Upload,
)
from contest.models.hours import HourMove
from contest.models.judged import (
    DeductionLine,
    JudgedRound,
    Panel,
    PanelMember,
    PanelRole,
    Recusal,
    RoundEntry,
    Scoresheet,
    SheetState,
    SheetVersion,
)
from contest.models.judged_run import (
    DeviationDecision,
    EntryPrize,
    EntryPrizeList,
    JudgedAnalysis,
    JudgedRun,
    JudgedRunState,
    PanelVote,
)
from contest.models.late import CountedLate, DecisionState, LateDecision
from contest.models.marking import EssayClaim, EssayMark
from contest.models.overall import OverallPart, OverallRun, OverallStanding, OverallTable
from contest.models.paper import (
    Certificate,
    CertificateDesign,
    NumberedDocument,
    Stationery,
)
from contest.models.part import Part, PartCount
from contest.models.prepared import PreparedPaper, PreparedSlot
from contest.models.prize import Award, AwardList, PrizeKind, PrizeRule, Quota
from contest.models.result import UNFINISHED, ResultRun, Standing
from contest.models.sitting import Incident, IncidentKind, Proposal, Room
from contest.models.stage import Performance, Reveal, SceneShown, Stage
from contest.models.watching import Minutes, MinutesKind, Presence
from contest.rules.timing import Audience, RoundState

__all__ = [
    "DRAWS",
    "UNFINISHED",
    "Appeal",
    "AppealState",
    "AskedMedia",
    "Attempt",
    "AttemptKind",
    "Audience",
    "Award",
    "AwardList",
    "Block",
    "BlockPaper",
    "Ceremony",
    "Certificate",
    "CertificateDesign",
    "ChangeState",
    "ConflictDismissal",
    "Contest",
    "ContestState",
    "ContestUnit",
    "CountedLate",
    "DecisionState",
    "DeductionLine",
    "DeviationDecision",
    "Enrolment",
    "Entry",
    "EntryCategory",
    "EntryFile",
    "EntryMember",
    "EntryPrize",
    "EntryPrizeList",
    "EntryState",
    "EntryVersion",
    "EssayClaim",
    "EssayMark",
    "Fate",
    "FileKind",
    "HourMove",
    "Incident",
    "IncidentKind",
    "JudgeTie",
    "JudgedAnalysis",
    "JudgedRound",
    "JudgedRun",
    "JudgedRunState",
    "LateDecision",
    "MemberRole",
    "Minutes",
    "MinutesKind",
    "NumberedDocument",
    "OverallPart",
    "OverallRun",
    "OverallStanding",
    "OverallTable",
    "Panel",
    "PanelMember",
    "PanelRole",
    "PanelVote",
    "PaperTyping",
    "Part",
    "PartCount",
    "Performance",
    "PreparedPaper",
    "PreparedSlot",
    "Presence",
    "PrizeKind",
    "PrizeRule",
    "Proposal",
    "QuestionRuling",
    "Quota",
    "Recusal",
    "Response",
    "ResultChange",
    "ResultRun",
    "Reveal",
    "Room",
    "Round",
    "RoundEntry",
    "RoundKind",
    "RoundState",
    "RunAnalysis",
    "SceneShown",
    "Scoresheet",
    "Screening",
    "ScreeningAppeal",
    "Seat",
    "SentPrediction",
    "SheetDraft",
    "SheetState",
    "SheetVersion",
    "Sitting",
    "Slot",
    "SlotKind",
    "Stage",
    "Standing",
    "Stationery",
    "Upload",
    "Vote",
    "VoteCode",
]
