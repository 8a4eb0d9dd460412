"""From what a person achieved to a place: the declared ranking rule, which also says itself."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from contest.rules.allowing import Counts
from contest.rules.scoring import to_millionths
from core.saying import Sentence, one_after_another
from core.text import N_

Who = TypeVar("Who")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = 16
_MISSING = "f" * _DIGITS
_MOST = 1 << 62


class Key(StrEnum):
    """What may decide a place; each is a field of `Merits` of the same name."""

    SCORE = "score"
    CORRECT_COUNT = "correct_count"
    PREDICTION_DIFF = "prediction_diff"
    DURATION_MS = "duration_ms"
    SUBMITTED_AT = "submitted_at"
    STARTED_AT = "started_at"
    PERFECT_ATTEMPTS = "perfect_attempts"
    LOT = "lot"


# The keys of which a whole second may be all that counts.
TIMES = frozenset({Key.DURATION_MS, Key.SUBMITTED_AT, Key.STARTED_AT})


class Direction(StrEnum):
    """Which end of a key stands higher: the small values or the great ones."""

    ASC = "asc"
    DESC = "desc"


@dataclass(frozen=True, slots=True)
class Merits:
    """What may decide the place of one person or attempt; None is missing, and stands last."""

    score: Decimal | None = None
    correct_count: int | None = None
    prediction_diff: Decimal | None = None
    duration_ms: int | None = None
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    perfect_attempts: int | None = None
    lot: int | None = None


@dataclass(frozen=True, slots=True)
class RankingKey:
    """One key of a rule. In whole seconds, a time is cut to the second before it is compared."""

    key: Key
    direction: Direction
    whole_seconds: bool = False

    @property
    def is_natural(self) -> bool:
        """Whether the direction is the usual one."""
        return self.direction is _NATURAL[self.key]

    def ordinal(self, merits: Merits) -> int | None:
        """Return the value as a whole number of which less stands higher; None if missing."""
        value = _whole(getattr(merits, self.key.value))
        if value is None:
            return None
        if self.whole_seconds:
            value //= _PER_SECOND.get(self.key, 1)
        return value if self.direction is Direction.ASC else -value


@dataclass(frozen=True, slots=True)
class RankingRule:
    """Keys in the order in which they decide.

    Who is equal in all of them shares a place; `shares_prizes` says that this is meant.
    `left_out` are keys whose values are not known yet: such a rule is provisional.
    """

    keys: tuple[RankingKey, ...]
    shares_prizes: bool = False
    left_out: tuple[Key, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Whether a declared key is not counted yet."""
        return bool(self.left_out)

    def uses(self, key: Key) -> bool:
        """Say whether the declared rule names `key`, counted yet or not."""
        return key in self.left_out or any(ranked.key is key for ranked in self.keys)

    def without(self, *keys: Key) -> "RankingRule":
        """Return the provisional rule that leaves `keys` out; those it does not name do nothing."""
        out = tuple(ranked.key for ranked in self.keys if ranked.key in keys)
        kept = tuple(ranked for ranked in self.keys if ranked.key not in keys)
        return replace(self, keys=kept, left_out=self.left_out + out)

    def sort_key(self, merits: Merits) -> str:
        """Return a text such that less text stands higher, and equal text is a tie.

        It has one width for each rule and only the characters 0-9a-f, so that every database
        compares it alike.
        """
        return "".join(_text(ranked.ordinal(merits)) for ranked in self.keys)

    def decides(self, one: Merits, other: Merits) -> Key | None:
        """Return the key that separates two; None for a tie."""
        for ranked in self.keys:
            if ranked.ordinal(one) != ranked.ordinal(other):
                return ranked.key
        return None

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the configuration."""
        names = [ranked.key for ranked in self.keys]
        found = []
        if not names:
            found.append(Sentence(N_("The ranking needs at least one criterion.")))
        found += [
            Sentence(N_("“%(key)s” stands in the ranking twice."), {"key": name(key)})
            for key in dict.fromkeys(names)
            if names.count(key) > 1
        ]
        if Key.LOT in names[:-1]:
            found.append(Sentence(N_("After drawing lots nothing is left to decide.")))
        if Key.LOT in names and self.shares_prizes:
            found.append(Sentence(N_("Either lots are drawn or equal people share: not both.")))
        return found

    def says(self) -> list[Sentence]:
        """Say the rule in a few sentences; nothing if it has no keys."""
        told = []
        if self.keys:
            first, *rest = self.keys
            plain = first.is_natural and not first.whole_seconds
            values = {"first": name(first.key) if plain else _compared(first)}
            told.append(Sentence(N_("Places go by %(first)s."), values))
            if rest:
                values = {"rest": one_after_another([_compared(ranked) for ranked in rest])}
                told.append(Sentence(N_("Among equals, what counts is %(rest)s."), values))
        if self.shares_prizes:
            told.append(Sentence(N_("Who is equal in all this shares the place and the prize.")))
        if self.left_out:
            values = {"keys": one_after_another([name(key) for key in self.left_out])}
            told.append(
                Sentence(N_("The places are provisional: %(keys)s is still left out."), values)
            )
        return told

    def lines(self) -> list[Sentence]:
        """Say the rule as a list, one line for each key."""
        return [
            _to_the_second(ranked, Sentence(_LINES[ranked.key, ranked.direction]))
            for ranked in self.keys
        ]

    def reason(self, higher: Merits, lower: Merits) -> Sentence | None:
        """Say what puts `higher` above `lower`; None for a tie."""
        key = self.decides(higher, lower)
        if key is None:
            return None
        values = {"key": name(key), "one": _shown(key, higher), "other": _shown(key, lower)}
        return Sentence(N_("What decides is %(key)s: %(one)s against %(other)s."), values)

    def written(self) -> list[dict[str, object]]:
        """Return the rule as plain values, as it is stored and hashed."""
        keys: list[dict[str, object]] = [
            {"key": ranked.key.value, "direction": ranked.direction.value}
            | ({"whole_seconds": True} if ranked.whole_seconds else {})
            for ranked in self.keys
        ]
        return [*keys, {"key": _SHARED}] if self.shares_prizes else keys


def read(written: Iterable[Mapping[str, object]]) -> RankingRule:
    """Return the rule that `written` gave.

    Raise `ValueError` for a key or direction that does not exist.
    """
    entries = list(written)
    keys = []
    for entry in entries:
        if entry["key"] == _SHARED:
            continue
        key = Key(str(entry["key"]))
        direction = Direction(str(entry.get("direction", _NATURAL[key].value)))
        keys.append(RankingKey(key, direction, bool(entry.get("whole_seconds"))))
    shares = any(entry["key"] == _SHARED for entry in entries)
    return RankingRule(tuple(keys), shares_prizes=shares)


def natural(*keys: Key) -> RankingRule:
    """Return the rule of these keys, each in the direction that is usual for it."""
    return RankingRule(tuple(RankingKey(key, _NATURAL[key]) for key in keys))


def places(sorted_keys: Iterable[tuple[str, Who]]) -> list[tuple[int, Who]]:
    """Pair everybody with a place, in order, from (sort key, who).

    Equal keys share a place and the next is skipped: 1, 2, 2, 4.
    """
    ordered = sorted(sorted_keys, key=lambda pair: pair[0])
    return list(placed_apart((sort_key, None, who) for sort_key, who in ordered))


def placed_apart(
    ordered: Iterable[tuple[str, int | None, Who]],
) -> Iterator[tuple[int, Who]]:
    """Pair everybody with a place, from (sort key, block, who) in order of their keys.

    Who is in a block has the place among its people, who is in none among everybody.
    """
    seen: Counter[int | None] = Counter()
    places_: dict[int | None, int] = {}
    above: dict[int | None, str] = {}
    for sort_key, block, who in ordered:
        for group in {None, block}:
            seen[group] += 1
            if above.get(group) != sort_key:
                places_[group], above[group] = seen[group], sort_key
        yield places_[block], who


def counted(rule: RankingRule, counts: Counts, attempts: Sequence[Merits]) -> int:
    """Return the index of the attempt that counts, of a person's attempts in order of start.

    Of equally good ones the first counts. Raise `ValueError` without attempts.
    """
    if not attempts:
        raise ValueError("nobody without an attempt has one that counts")
    if counts is Counts.FIRST:
        return 0
    if counts is Counts.LAST:
        return len(attempts) - 1
    return min(range(len(attempts)), key=lambda at: rule.sort_key(attempts[at]))


def lot(seed: bytes, who: str) -> int:
    """Return the lot of a person from the published seed; the smallest stands highest."""
    digest = hmac.digest(seed, b"lot" + who.encode(), hashlib.sha256)
    return int.from_bytes(digest[:7], "big")


def name(key: Key) -> Sentence:
    """Name a key."""
    return Sentence(_NAMES[key])


def _whole(value: Decimal | datetime | int | None) -> int | None:
    if isinstance(value, Decimal):
        return to_millionths(value)
    if isinstance(value, datetime):
        return (value - _EPOCH) // _MICROSECOND
    return value


def _text(ordinal: int | None) -> str:
    if ordinal is None:
        return _MISSING
    if not -_MOST < ordinal < _MOST:
        raise ValueError("the value of a ranking key is out of all proportion")
    return f"{ordinal + _MOST:0{_DIGITS}x}"


def _compared(ranked: RankingKey) -> Sentence:
    return _to_the_second(ranked, Sentence(_COMPARED[ranked.key, ranked.direction]))


def _to_the_second(ranked: RankingKey, said: Sentence) -> Sentence:
    if not ranked.whole_seconds or ranked.key not in TIMES:
        return said
    return Sentence(N_("%(criterion)s, to the second"), {"criterion": said})


def _shown(key: Key, merits: Merits) -> object:
    value = getattr(merits, key.value)
    if value is None:
        return Sentence(N_("none"))
    return timedelta(milliseconds=value) if key is Key.DURATION_MS else value


_MICROSECOND = timedelta(microseconds=1)
_PER_SECOND = {Key.DURATION_MS: 1_000, Key.SUBMITTED_AT: 1_000_000, Key.STARTED_AT: 1_000_000}
_SHARED = "shared"
_ASC, _DESC = Direction.ASC, Direction.DESC
_NATURAL = {
    Key.SCORE: _DESC,
    Key.CORRECT_COUNT: _DESC,
    Key.PREDICTION_DIFF: _ASC,
    Key.DURATION_MS: _ASC,
    Key.SUBMITTED_AT: _ASC,
    Key.STARTED_AT: _ASC,
    Key.PERFECT_ATTEMPTS: _DESC,
    Key.LOT: _ASC,
}
_NAMES = {
    Key.SCORE: N_("score"),
    Key.CORRECT_COUNT: N_("number of correct answers"),
    Key.PREDICTION_DIFF: N_("distance of the prediction"),
    Key.DURATION_MS: N_("time taken"),
    Key.SUBMITTED_AT: N_("moment of handing in"),
    Key.STARTED_AT: N_("moment of starting"),
    Key.PERFECT_ATTEMPTS: N_("number of attempts with everything correct"),
    Key.LOT: N_("drawing lots"),
}
_COMPARED = {
    (Key.SCORE, _DESC): N_("the higher score"),
    (Key.SCORE, _ASC): N_("the lower score"),
    (Key.CORRECT_COUNT, _DESC): N_("more correct answers"),
    (Key.CORRECT_COUNT, _ASC): N_("fewer correct answers"),
    (Key.PREDICTION_DIFF, _ASC): N_("the closer prediction"),
    (Key.PREDICTION_DIFF, _DESC): N_("the prediction further off"),
    (Key.DURATION_MS, _ASC): N_("less time taken"),
    (Key.DURATION_MS, _DESC): N_("more time taken"),
    (Key.SUBMITTED_AT, _ASC): N_("handing in earlier"),
    (Key.SUBMITTED_AT, _DESC): N_("handing in later"),
    (Key.STARTED_AT, _ASC): N_("starting earlier"),
    (Key.STARTED_AT, _DESC): N_("starting later"),
    (Key.PERFECT_ATTEMPTS, _DESC): N_("more attempts with everything correct"),
    (Key.PERFECT_ATTEMPTS, _ASC): N_("fewer attempts with everything correct"),
    (Key.LOT, _ASC): N_("drawing lots"),
    (Key.LOT, _DESC): N_("drawing lots"),
}
_LINES = {
    (Key.SCORE, _DESC): N_("Score: higher stands higher"),
    (Key.SCORE, _ASC): N_("Score: lower stands higher"),
    (Key.CORRECT_COUNT, _DESC): N_("Correct answers: more stands higher"),
    (Key.CORRECT_COUNT, _ASC): N_("Correct answers: fewer stands higher"),
    (Key.PREDICTION_DIFF, _ASC): N_("Prediction: closer to the actual number stands higher"),
    (Key.PREDICTION_DIFF, _DESC): N_("Prediction: further from the actual number stands higher"),
    (Key.DURATION_MS, _ASC): N_("Time taken: shorter stands higher"),
    (Key.DURATION_MS, _DESC): N_("Time taken: longer stands higher"),
    (Key.SUBMITTED_AT, _ASC): N_("Handing in: earlier stands higher"),
    (Key.SUBMITTED_AT, _DESC): N_("Handing in: later stands higher"),
    (Key.STARTED_AT, _ASC): N_("Starting: earlier stands higher"),
    (Key.STARTED_AT, _DESC): N_("Starting: later stands higher"),
    (Key.PERFECT_ATTEMPTS, _DESC): N_("Attempts with everything correct: more stands higher"),
    (Key.PERFECT_ATTEMPTS, _ASC): N_("Attempts with everything correct: fewer stands higher"),
    (Key.LOT, _ASC): N_("Lots drawn from a published seed"),
    (Key.LOT, _DESC): N_("Lots drawn from a published seed"),
}
