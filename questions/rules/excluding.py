"""What is kept out of a draw: items asked lately or too often, not locked, or resting on no law."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.rules.drawing import Candidate


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What a blueprint does not take; the default keeps nothing out.

    `rounds` and `sets`: items that the last so many rounds or paper sets asked. `most_asked`: how
    often an item may have been asked before at most; `most_share`: in how many of a hundred papers.
    """

    rounds: int = 0
    sets: int = 0
    most_asked: int | None = None
    most_share: int | None = None
    locked_only: bool = False
    based_only: bool = False

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Exclusions":
        """Return what `written` made; names that are not known are passed over."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in written.items() if name in known})

    def written(self) -> dict[str, Any]:
        """Return what differs from keeping nothing out, as it is stored."""
        usual = Exclusions()
        return {
            name: value for name, value in asdict(self).items() if value != getattr(usual, name)
        }

    @property
    def looks_back(self) -> bool:
        """Say whether what was asked before matters."""
        limits = (self.most_asked, self.most_share)
        return bool(self.rounds or self.sets) or any(limit is not None for limit in limits)

    def say(self) -> list[Sentence]:
        """Say, one sentence each, what is kept out."""
        said = [
            (self.rounds, N_("not asked in the last %(count)s rounds")),
            (self.sets, N_("not in the last %(count)s paper sets")),
            (self.most_asked, N_("asked %(count)s times at most until now")),
            (self.most_share, N_("in %(count)s%% of all papers at most until now")),
        ]
        found = [
            Sentence(message, {"count": count})
            for count, message in said
            if count or (count == 0 and message == said[2][1])
        ]
        if self.locked_only:
            found.append(Sentence(N_("locked questions only")))
        if self.based_only:
            found.append(Sentence(N_("questions with a legal basis only")))
        return found


@dataclass(frozen=True, slots=True)
class Stocked:
    """An item of the bank with what exclusions ask of it."""

    candidate: Candidate
    item_id: int
    is_locked: bool = False
    has_basis: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What was asked before, by item id; `papers` counts the papers that could have asked it."""

    in_rounds: frozenset[int] = frozenset()
    in_sets: frozenset[int] = frozenset()
    times: Mapping[int, int] = field(default_factory=dict)
    papers: int = 0


class Reason(StrEnum):
    """Why an item is kept out; of several, the first."""

    NOT_LOCKED = "not_locked"
    NO_BASIS = "no_basis"
    ROUNDS = "rounds"
    SETS = "sets"
    EXPOSURE = "exposure"


_SAID = {
    Reason.NOT_LOCKED: N_("Kept out: %(count)s questions that are not locked."),
    Reason.NO_BASIS: N_("Kept out: %(count)s questions without a legal basis."),
    Reason.ROUNDS: N_("Kept out: %(count)s questions asked in the last rounds."),
    Reason.SETS: N_("Kept out: %(count)s questions of the last paper sets."),
    Reason.EXPOSURE: N_("Kept out: %(count)s questions asked too often."),
}


@dataclass(frozen=True, slots=True)
class Sifted:
    """What may be drawn, all that could be without exclusions, and how many each reason took."""

    pool: list[Candidate]
    everything: list[Candidate]
    taken: Mapping[Reason, int] = field(default_factory=dict)

    def say(self) -> list[Sentence]:
        """Say, one sentence for each reason, how many items were kept out."""
        return [Sentence(_SAID[reason], {"count": count}) for reason, count in self.taken.items()]


def sift(stock: Sequence[Stocked], exclusions: Exclusions, past: Past) -> Sifted:
    """Return the items that the exclusions leave, in their order."""
    reasons = [_reason(one, exclusions, past) for one in stock]
    taken = Counter(reason for reason in reasons if reason)
    return Sifted(
        [one.candidate for one, reason in zip(stock, reasons, strict=True) if reason is None],
        [one.candidate for one in stock],
        {reason: taken[reason] for reason in Reason if taken[reason]},
    )


def _reason(one: Stocked, exclusions: Exclusions, past: Past) -> Reason | None:
    found: Collection[tuple[bool, Reason]] = (
        (exclusions.locked_only and not one.is_locked, Reason.NOT_LOCKED),
        (exclusions.based_only and not one.has_basis, Reason.NO_BASIS),
        (one.item_id in past.in_rounds, Reason.ROUNDS),
        (one.item_id in past.in_sets, Reason.SETS),
        (_too_often(past.times.get(one.item_id, 0), exclusions, past.papers), Reason.EXPOSURE),
    )
    return next((reason for is_so, reason in found if is_so), None)


def _too_often(times: int, exclusions: Exclusions, papers: int) -> bool:
    if exclusions.most_asked is not None and times > exclusions.most_asked:
        return True
    return exclusions.most_share is not None and times * 100 > exclusions.most_share * papers
