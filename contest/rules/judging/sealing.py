"""Rules sealed before the first score, and scores sealed before they are shown."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contest.rules.judging import deducting, deviating, rubric, terms, ties
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.deviating import DeviationRule
from contest.rules.judging.rubric import Rubric
from contest.rules.judging.terms import Basis, Ranking, Terms
from contest.rules.judging.ties import ChainStep, TieStep
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Protocol:
    """Everything by which a judged round is decided, as it is sealed.

    `seed_digest` is the digest of the seed of lots: the seed itself is published after judging,
    when nobody can choose it any more.
    """

    rubric: Rubric
    terms: Terms
    chain: tuple[ChainStep, ...] = ()
    deviation: DeviationRule | None = None
    time: TimeRule | None = None
    seed_digest: str = ""
    ranking: Ranking = Ranking.ROUND

    def problems(self) -> list[Sentence]:
        """Return what is wrong with it."""
        found = [*self.rubric.problems(), *self.terms.problems(), *ties.problems(self.chain)]
        found += [] if self.deviation is None else self.deviation.problems()
        found += [] if self.time is None else self.time.problems()
        known = {leaf.id for leaf in self.rubric.leaves(rubric.ANY)}
        found += [
            Sentence(N_("The rubric has no criterion “%(id)s”."), {"id": one.criterion})
            for one in self.chain
            if one.step is TieStep.CRITERION and one.criterion not in known
        ]
        apart = any(leaf.panel for leaf in self.rubric.leaves(rubric.ANY))
        if apart and self.terms.basis is not Basis.CRITERION:
            message = N_("Criteria with judges of their own are combined criterion by criterion.")
            found.append(Sentence(message))
        if any(one.step is TieStep.LOT for one in self.chain) and not self.seed_digest:
            found.append(Sentence(N_("Lots need a seed that is sealed beforehand.")))
        return found

    def written(self) -> dict[str, object]:
        """Return it as plain values, as it is stored.

        Places over the whole round are not written: protocols sealed before there was a choice
        keep their digest.
        """
        among = {} if self.ranking is Ranking.ROUND else {"ranking": self.ranking.value}
        return among | {
            "rubric": rubric.written(self.rubric),
            "terms": self.terms.written(),
            "chain": ties.written(self.chain),
            "deviation": None if self.deviation is None else self.deviation.written(),
            "time": None if self.time is None else self.time.written(),
            "seed_digest": self.seed_digest,
        }

    def says(self) -> list[Sentence]:
        """Say by what rule entries get their results and places."""
        told = self.terms.says()
        if self.ranking is Ranking.CATEGORY:
            message = N_("Each category is combined and ranked by itself, as if it were alone.")
            told.append(Sentence(message))
        return told

    @property
    def digest(self) -> str:
        """The seal: what every result sheet carries."""
        return digest(self.written())


def read(written: Mapping[str, Any]) -> Protocol:
    """Return the protocol that `written` gave."""
    deviation, time = written["deviation"], written["time"]
    return Protocol(
        rubric.read(written["rubric"]),
        terms.read(written["terms"]),
        ties.read(written["chain"]),
        None if deviation is None else deviating.read(deviation),
        None if time is None else deducting.time_rule_from(time),
        str(written["seed_digest"]),
        Ranking(written.get("ranking", Ranking.ROUND)),
    )


def digest(written: Mapping[str, object] | Sequence[object]) -> str:
    """Return the SHA-256 of plain values: JSON with sorted keys, no spaces, UTF-8; hexadecimal."""
    text = json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seed_digest(seed: bytes) -> str:
    """Return what is published of a seed before it is used."""
    return hashlib.sha256(seed).hexdigest()


def commitment(nonce: bytes, entry: str, judge: str, score: Decimal) -> str:
    """Return what binds a judge to a score without showing it; the nonce stays secret till then.

    The nonce needs 16 random bytes, for there are few scores to guess from.
    """
    text = json.dumps([entry, judge, format(score.normalize(), "f")], ensure_ascii=False)
    return hmac.digest(nonce, text.encode(), hashlib.sha256).hex()


def was_committed(sealed: str, nonce: bytes, entry: str, judge: str, score: Decimal) -> bool:
    """Say whether `sealed` is the commitment to this score."""
    return hmac.compare_digest(sealed, commitment(nonce, entry, judge, score))
