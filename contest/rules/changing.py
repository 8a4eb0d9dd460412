"""Changes to results: what one may propose, written as plain values, and what goes together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contest.rules.marking import Ruling, RulingKind
from core.saying import Sentence
from core.text import N_


class ChangeKind(StrEnum):
    """What a change does."""

    ANNUL = "annul"
    RESTORE = "restore"
    VOID_FULL = "void_full"
    VOID_OUT = "void_out"
    KEY = "key"
    LIFT = "lift"
    ACTUAL = "actual"
    COUNTED = "counted"
    RECOMPUTE = "recompute"
    DISQUALIFY = "disqualify"
    REINSTATE = "reinstate"
    LATE = "late"


NAMES = {
    ChangeKind.ANNUL: N_("Annul an attempt"),
    ChangeKind.RESTORE: N_("Let an annulled attempt count again"),
    ChangeKind.VOID_FULL: N_("Void a question: everybody gets its points"),
    ChangeKind.VOID_OUT: N_("Void a question: it leaves the total"),
    ChangeKind.KEY: N_("Change the key of a question"),
    ChangeKind.LIFT: N_("Take back what was ruled about a question"),
    ChangeKind.ACTUAL: N_("Fix the prediction’s actual value by hand"),
    ChangeKind.COUNTED: N_("Let the prediction’s actual value be counted again"),
    ChangeKind.RECOMPUTE: N_("Compute another round whose prediction counts the whole contest"),
    ChangeKind.DISQUALIFY: N_("Disqualify somebody"),
    ChangeKind.REINSTATE: N_("Take a disqualification back"),
    ChangeKind.LATE: N_("Agree to what was proposed about late answers"),
}
# What each is about; two changes of one proposal never are about the same thing.
ABOUT = {
    ChangeKind.ANNUL: "attempt",
    ChangeKind.RESTORE: "attempt",
    ChangeKind.VOID_FULL: "question",
    ChangeKind.VOID_OUT: "question",
    ChangeKind.KEY: "question",
    ChangeKind.LIFT: "question",
    ChangeKind.ACTUAL: "prediction",
    ChangeKind.COUNTED: "prediction",
    ChangeKind.RECOMPUTE: "round",
    ChangeKind.DISQUALIFY: "person",
    ChangeKind.REINSTATE: "person",
    ChangeKind.LATE: "late",
}
_RULINGS = {
    ChangeKind.VOID_FULL: RulingKind.FULL,
    ChangeKind.VOID_OUT: RulingKind.OUT,
    ChangeKind.KEY: RulingKind.KEY,
}
MOST = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what, about which row (its public id, or a version's or block's id), its values.

    A prediction's true value is about the id of a block, or "" for everybody or who is in none.
    """

    kind: ChangeKind
    subject: str = ""
    values: tuple[str, ...] = ()

    @property
    def ruling(self) -> Ruling | None:
        """The ruling that it makes about a question; None for one that makes none."""
        kind = _RULINGS.get(self.kind)
        if kind is None:
            return None
        return Ruling(kind, self.values if kind is RulingKind.KEY else ())

    @property
    def about(self) -> tuple[str, str]:
        """What it is about: the kind of row and its name."""
        return ABOUT[self.kind], self.subject

    def written(self) -> dict[str, object]:
        """Return it as plain values, as it is stored and recorded."""
        return {"kind": self.kind.value, "subject": self.subject, "values": list(self.values)}


def read(written: Iterable[Mapping[str, object]]) -> list[Change]:
    """Return the changes that were written. Raise `ValueError` for a kind that does not exist."""
    found = []
    for one in written:
        values = one.get("values")
        kept = tuple(str(value) for value in values) if isinstance(values, list | tuple) else ()
        found.append(Change(ChangeKind(str(one["kind"])), str(one.get("subject", "")), kept))
    return found


def with_change(changes: Sequence[Change], added: Change) -> list[Change]:
    """Return the changes with one more; an earlier one about the same thing makes way."""
    return [one for one in changes if one.about != added.about] + [added]


def problems(changes: Sequence[Change]) -> list[Sentence]:
    """Return what keeps the changes from being proposed together."""
    if not changes:
        return [Sentence(N_("A proposal needs at least one change."))]
    found = []
    if len(changes) > MOST:
        found.append(Sentence(N_("A proposal holds at most %(most)s changes."), {"most": MOST}))
    twice = [about for about, count in Counter(one.about for one in changes).items() if count > 1]
    if twice:
        found.append(Sentence(N_("Two changes are about the same thing.")))
    return found
