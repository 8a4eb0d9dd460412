"""What the papers of a judged round are made from, as plain values; Vietnamese only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from contest.documents import phrases
from contest.documents.office import Office
from core import vietnam, writing
from core.saying import Sentence


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    """A judge as papers name one."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry with its scores; `prize` is what it was given, `lines` points with reasons."""

    code: str
    name: str
    title: str
    place: int | None
    scores: Mapping[str, Decimal]
    dropped: frozenset[str]
    recused: frozenset[str]
    combined: Decimal | None
    lines: Sequence[tuple[Decimal, str]]
    result: Decimal | None
    steps: Sequence[str] = ()
    # Where places are within each category.
    category: str = ""

    @property
    def deducted(self) -> Decimal:
        """What its lines add up to."""
        return sum((points for points, _reason in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class PrizeFacts:
    """One prize: its title and worth, and who has it; nobody where it is vacant."""

    title: str
    value: int
    entry: EntryFacts | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CriterionFeedback:
    """A criterion as the entrant reads it: the combined mark, and the share of others below."""

    title: str
    mark: Decimal | None
    most: Decimal
    percentile: int | None
    remarks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RoundFeedback:
    """What an entrant reads of one round: result, place, criteria, lines, notes without names.

    The place is among so many `entries`: of the round, or of the category where it is named.
    """

    round_title: str
    place: int | None
    entries: int
    category: str
    result: Decimal | None
    criteria: Sequence[CriterionFeedback]
    lines: Sequence[tuple[Decimal, Sentence]]
    notes: Sequence[str]
    prizes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The feedback of an entry, round by round; `lines` are those of each round in words."""

    code: str
    title: str
    unit: str
    rounds: Sequence[RoundFeedback]
    lines: Sequence[Sequence[tuple[Decimal, str]]]


@dataclass(frozen=True, slots=True)
class JudgedMatter:
    """All that the papers of a judged round are made from."""

    office: Office
    contest: str
    round: str
    judges: Sequence[JudgeFacts]
    panel: Sequence[tuple[str, str]]
    entries: Sequence[EntryFacts]
    criteria: Sequence[tuple[str, str, Decimal]]
    # Marks by (entry, judge) and the id of the criterion.
    marks: Mapping[tuple[str, str], Mapping[str, Decimal]]
    signed: Mapping[tuple[str, str], datetime]
    # What judges wrote for entrants, by the same and the title of the criterion; "" for the whole.
    remarks: Mapping[tuple[str, str], Sequence[tuple[str, str]]]
    rule: Sequence[str]
    seal: str
    decisions: Sequence[str]
    vote: str = ""
    # What was taken back, set back, opened again or moved, in the order in which it happened.
    events: Sequence[str] = ()
    prizes: Sequence[PrizeFacts] = ()
    run: int | None = None
    digest: str = ""
    closed: str = ""
    number: str = ""
    on: date | None = None
    feedback: Sequence[Sheet] = ()

    @property
    def has_categories(self) -> bool:
        """Whether places are within each category."""
        return any(one.category for one in self.entries)

    @property
    def subject(self) -> str:
        """The round and the contest as the subject of a paper names them."""
        return f"{self.round} {phrases.contest_named(self.contest)}"

    @property
    def origin(self) -> str:
        """Say which run a paper comes from, or that it is none yet."""
        seal = f"Mã niêm phong quy tắc chấm: {self.seal}."
        if self.run is None:
            return f"Bản làm việc, kết quả chưa chốt. {seal}"
        return f"Lập từ kết quả chốt lần {self.run}; mã băm SHA-256: {self.digest}. {seal}"


def points(value: Decimal | None) -> str:
    """Write points as offices write them, with two decimals: 81,67."""
    return "–" if value is None else writing.number(value, places=2)


def mark(value: Decimal) -> str:
    """Write one mark as it was given: 8,5."""
    return writing.score(value)


def moment(at: datetime | None) -> str:
    """Write when a sheet was signed."""
    return "" if at is None else vietnam.say_moment(at)
