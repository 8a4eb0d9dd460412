"""What documents are made from: a contest, its rounds and its people as plain values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from contest.documents.office import Office
from contest.rules import participating
from contest.rules.participating import Bands


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a document; `name` is masked unless personal data may be shown."""

    number: int
    name: str
    sort_key: str = ""
    born: date | None = None
    post: str = ""
    unit: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody in a run of the results."""

    person: Person
    place: int
    correct: int
    asked: int
    score: Decimal
    duration: timedelta
    predicted: Decimal | None = None
    off: Decimal | None = None
    prize: str = ""
    # None where the round has no pass mark.
    passed: bool | None = None


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody, or a unit, who was awarded a prize."""

    prize: str
    level: int
    name: str
    post: str = ""
    unit: str = ""
    block: str = ""
    correct: int | None = None
    asked: int | None = None
    duration: timedelta | None = None
    predicted: Decimal | None = None
    off: Decimal | None = None
    is_unit: bool = False


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit in numbers. `group` is what kinds of units it is reported with."""

    code: str
    name: str
    group: str
    people: int
    attempts: int
    headcount: int | None

    @property
    def rate(self) -> Decimal | None:
        """People in a hundred of the headcount."""
        return participating.share(self.people, self.headcount or 0)

    @property
    def is_whole(self) -> bool:
        """Whether everybody took part; a unit of one person says little and is left out."""
        return bool(self.headcount and self.headcount > 1 and self.people >= self.headcount)


@dataclass(frozen=True, slots=True)
class BlockFigures:
    """A block of a contest in numbers."""

    title: str
    people: int
    attempts: int


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Which computation of the results a document was made from."""

    number: int
    digest: str
    made_at: datetime
    rule: tuple[str, ...] = ()
    actual: Decimal | None = None
    # The same for each block by its title, where it is counted by block.
    actuals: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round in numbers, as documents tell it."""

    title: str
    number: int
    opens_at: datetime
    closes_at: datetime
    people: int = 0
    attempts: int = 0
    phones: int = 0
    bands: Bands | None = None
    blocks: tuple[BlockFigures, ...] = ()
    units: tuple[UnitFigures, ...] = ()
    has_prediction: bool = False
    target: str = ""
    ranked: int = 0
    placed: tuple[Placed, ...] = ()
    winners: tuple[Winner, ...] = ()
    topics: tuple[tuple[str, int, int], ...] = ()
    run: RunFacts | None = None
    # The points that pass, and how many people did; None where nobody passes or fails.
    pass_mark: Decimal | None = None
    passed: int = 0


@dataclass(frozen=True, slots=True)
class ContestFacts:
    """A contest as its documents name it."""

    title: str
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    rounds: tuple[RoundFacts, ...] = ()
    units: tuple[UnitFigures, ...] = ()
    people: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class RoundRules:
    """How rounds that are held alike are run, said by their configuration, part by part.

    `windows` are (title, when it is open and when its results come) of each.
    """

    windows: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class RulesFacts:
    """What the rules of a contest are made from: the same configuration that runs it."""

    eligibility: str = ""
    min_age: int | None = None
    rounds: tuple[RoundRules, ...] = ()
    prizes: str = ""
    more: str = ""
    contact: str = ""
    asked: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """All that one document is made from: the office, the contest, and a round if it has one."""

    office: Office
    contest: ContestFacts
    round: RoundFacts | None = None
    number: str = ""
    on: date | None = None
    unit: UnitFigures | None = None
    # Of a unit's report: who took part, sorted as offices sort names.
    people: tuple[Placed, ...] = ()
    # The same for the unit's own officer, who may know who took part and not how well.
    takers: tuple[Person, ...] = ()
    rules: RulesFacts | None = None

    @property
    def of_round(self) -> RoundFacts:
        """The round of a document that is about one."""
        if self.round is None:
            raise ValueError("this document is about a round")
        return self.round
