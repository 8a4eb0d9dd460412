"""The public vote: which votes count, how much they may weigh, and what looks wrong with them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from math import exp, lgamma, log

from contest.rules.judging import table
from core.saying import Sentence
from core.text import N_

# An anomaly is what chance brings about less often than this, and not for a handful of votes.
RARE = 1e-6
HANDFUL = 10
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote as it came in: the single-use code, the entry, and digests of where it came from."""

    id: str
    code: str
    entry: str
    at: datetime
    network: str = ""
    device: str = ""


class Void(StrEnum):
    """Why a vote does not count."""

    OUTSIDE_HOURS = "outside_hours"
    UNKNOWN_CODE = "unknown_code"
    CODE_USED = "code_used"
    UNKNOWN_ENTRY = "unknown_entry"
    DEVICE_CAP = "device_cap"
    NETWORK_CAP = "network_cap"
    BY_DECISION = "by_decision"


@dataclass(frozen=True, slots=True)
class VoteRule:
    """When votes are taken, and how many from one device and one network; None does not limit."""

    opens: datetime
    closes: datetime
    per_device: int | None = 1
    per_network: int | None = None

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the rule."""
        found = []
        if self.opens >= self.closes:
            found.append(Sentence(N_("The vote closes before it opens.")))
        if any(cap is not None and cap < 1 for cap in (self.per_device, self.per_network)):
            found.append(Sentence(N_("A cap of votes lets one vote through at least.")))
        return found


def voided(
    rule: VoteRule,
    votes: Iterable[Vote],
    codes: Collection[str],
    entries: Collection[str],
    struck: Collection[str] = (),
) -> dict[str, Void]:
    """Return the votes that do not count, by id, with the reason.

    The first vote with a code counts, in order of time and then of id; `struck` holds ids that
    people decided against. A vote that does not count uses up neither code nor cap.
    """
    found: dict[str, Void] = {}
    used: Counter[tuple[str, str]] = Counter()
    known_codes, known_entries, by_decision = set(codes), set(entries), set(struck)
    for vote in sorted(votes, key=lambda vote: (vote.at, vote.id)):
        if vote.id in by_decision:
            why: Void | None = Void.BY_DECISION
        elif vote.code not in known_codes:
            why = Void.UNKNOWN_CODE
        elif vote.entry not in known_entries:
            why = Void.UNKNOWN_ENTRY
        else:
            why = _refused(rule, vote, used)
        if why is not None:
            found[vote.id] = why
            continue
        used.update([("code", vote.code), ("device", vote.device), ("network", vote.network)])
    return found


def _refused(rule: VoteRule, vote: Vote, used: Counter[tuple[str, str]]) -> Void | None:
    if not rule.opens <= vote.at < rule.closes:
        return Void.OUTSIDE_HOURS
    if used["code", vote.code]:
        return Void.CODE_USED
    if _is_full(rule.per_device, vote.device, used["device", vote.device]):
        return Void.DEVICE_CAP
    if _is_full(rule.per_network, vote.network, used["network", vote.network]):
        return Void.NETWORK_CAP
    return None


def _is_full(cap: int | None, source: str, count: int) -> bool:
    return cap is not None and bool(source) and count >= cap


def tally(votes: Iterable[Vote], void: Collection[str], entries: Collection[str]) -> dict[str, int]:
    """Return the votes that count for each entry, none among them."""
    counts = Counter(vote.entry for vote in votes if vote.id not in void)
    return {entry: counts[entry] for entry in entries}


def points(counts: Mapping[str, int], most: Decimal) -> dict[str, Decimal]:
    """Return at most `most` points for votes, in proportion to the entry with most of them."""
    highest = max(counts.values(), default=0)
    whole = table.to_billionths(most)
    return {
        entry: table.from_billionths(table.divided(whole * count, highest or 1))
        for entry, count in counts.items()
    }


def with_vote(
    jury: Mapping[str, Decimal], counts: Mapping[str, int], most: Decimal
) -> dict[str, Decimal]:
    """Return the jury's scores with the points of the vote.

    The cap holds by itself: entries that the jury puts more than `most` points apart never
    change their order, whatever people vote.
    """
    given = points({entry: counts.get(entry, 0) for entry in jury}, most)
    return {entry: table.quantised(score + given[entry]) for entry, score in jury.items()}


class Sign(StrEnum):
    """What about votes looks wrong: many in one minute, from one network, or from one device."""

    MINUTE = "minute"
    NETWORK = "network"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """More votes for an entry in one minute or from one place than chance would bring.

    `expected` is the mean over the others of the kind; `chance` the probability of so many.
    """

    sign: Sign
    entry: str
    where: str
    count: int
    expected: float
    chance: float


def anomalies(votes: Sequence[Vote]) -> list[Anomaly]:
    """Return what a person should look at, the unlikeliest first; nothing is voided by it."""
    found = []
    by_entry: dict[str, list[Vote]] = {}
    for vote in votes:
        by_entry.setdefault(vote.entry, []).append(vote)
    for entry, own in by_entry.items():
        found += _bursts(entry, Sign.MINUTE, Counter(_minute(vote) for vote in own), _span(own))
        for sign in (Sign.NETWORK, Sign.DEVICE):
            places = Counter(place for vote in own if (place := getattr(vote, sign.value)))
            everywhere = {getattr(vote, sign.value) for vote in votes} - {""}
            found += _bursts(entry, sign, places, len(everywhere))
    return sorted(found, key=lambda one: (one.chance, one.entry, one.sign, one.where))


def _bursts(entry: str, sign: Sign, counts: Counter[str], cells: int) -> list[Anomaly]:
    """Compare each count with the mean of the other cells, as if votes came by chance."""
    total = counts.total()
    found: list[Anomaly] = []
    if cells < 2:
        # A hall behind one address, a vote of one minute: there is nothing to compare with.
        return found
    for where, count in counts.items():
        expected = max(total - count, 1) / (cells - 1)
        if count >= HANDFUL and (chance := at_least(count, expected)) < RARE:
            found.append(Anomaly(sign, entry, where, count, expected, chance))
    return found


def at_least(count: int, expected: float) -> float:
    """Return the probability of `count` or more where `expected` come on the mean (Poisson)."""
    below = sum(exp(k * log(expected) - expected - lgamma(k + 1)) for k in range(count))
    if below < 0.5:
        return 1 - below
    tail, k = 0.0, count
    while True:
        term = exp(k * log(expected) - expected - lgamma(k + 1))
        tail += term
        k += 1
        if k > expected and term <= tail * 1e-16:
            return tail


def _minute(vote: Vote) -> str:
    return vote.at.replace(second=0, microsecond=0).isoformat()


def _span(votes: Sequence[Vote]) -> int:
    moments = [vote.at for vote in votes]
    return (max(moments) - min(moments)) // _MINUTE + 1
