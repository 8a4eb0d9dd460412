"""Who may take a round: staff or citizens, an age, blocks, or what an earlier round decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contest.rules.grouping import Members
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a round asks of who takes it; nothing, unless something is set.

    `blocks` are ids; empty for all of them. `after` is the id of an earlier round: only who stands
    among the `first` of it may enter, counted in the own block, or only who passed it.
    """

    members: Members = Members.ANYBODY
    min_age: int | None = None
    blocks: tuple[int, ...] = ()
    after: int | None = None
    first: int | None = None
    must_pass: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it asks for nothing."""
        return self == ANYBODY

    def written(self) -> dict[str, Any]:
        """Return it as it is kept: nothing of what is not asked for."""
        kept: dict[str, Any] = {}
        if self.members is not Members.ANYBODY:
            kept["members"] = self.members.value
        for name in ("min_age", "after", "first"):
            if getattr(self, name) is not None:
                kept[name] = getattr(self, name)
        if self.blocks:
            kept["blocks"] = list(self.blocks)
        if self.must_pass:
            kept["must_pass"] = True
        return kept

    def problems(self) -> list[Sentence]:
        """Return what is wrong with it."""
        wants = self.first is not None or self.must_pass
        if self.after is None and wants:
            return [Sentence(N_("Name the earlier round that decides who may enter."))]
        if self.after is not None and not wants:
            return [Sentence(N_("Say how many of the earlier round enter, or that they pass it."))]
        return []


ANYBODY = Eligibility()


def read(written: Mapping[str, Any] | None) -> Eligibility:
    """Return what `written` made."""
    told = written or {}
    return Eligibility(
        Members(told.get("members", Members.ANYBODY)),
        told.get("min_age"),
        tuple(told.get("blocks", ())),
        told.get("after"),
        told.get("first"),
        bool(told.get("must_pass")),
    )


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who wants to take a round; `place` and `passed` are of the earlier round."""

    is_staff: bool
    born: date | None
    block: int | None
    place: int | None = None
    passed: bool = False


def refusal(asked: Eligibility, who: Taker, *, on: date) -> Sentence | None:
    """Say what keeps somebody out of a round on its day; nothing for who may take it."""
    latest = None if asked.min_age is None else born_by(on, asked.min_age)
    wrong = (
        (
            asked.members is Members.STAFF and not who.is_staff,
            N_("This round is for the staff of agencies and units."),
        ),
        (
            asked.members is Members.CITIZENS and who.is_staff,
            N_("This round is for citizens, not for the staff of agencies."),
        ),
        (
            latest is not None and (who.born is None or who.born > latest),
            N_("This round is for people from %(age)s years of age."),
        ),
        (
            bool(asked.blocks) and who.block not in asked.blocks,
            N_("This round is for other groups of the contest."),
        ),
        (
            asked.first is not None and (who.place is None or who.place > asked.first),
            N_("This round is for the first %(count)s of the round before."),
        ),
        (
            asked.must_pass and not who.passed,
            N_("This round is for those who passed the round before."),
        ),
    )
    values = {"age": asked.min_age, "count": asked.first}
    return next((Sentence(message, values) for is_wrong, message in wrong if is_wrong), None)


def born_by(on: date, years: int) -> date:
    """Return the last day of birth of who has had so many birthdays by a day."""
    year = on.year - years
    try:
        return on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


_MEMBERS = {
    Members.STAFF: N_("Only staff of agencies and units take this round."),
    Members.CITIZENS: N_("Only citizens take this round."),
}


def says(
    asked: Eligibility, *, blocks: Mapping[int, str], rounds: Mapping[int, str]
) -> list[Sentence]:
    """Say who may take the round; `blocks` and `rounds` are titles by id."""
    said: list[Sentence] = []
    if asked.members in _MEMBERS:
        said.append(Sentence(_MEMBERS[asked.members]))
    if asked.min_age is not None:
        message = N_("Whoever takes this round is at least %(age)s years old.")
        said.append(Sentence(message, {"age": asked.min_age}))
    named = _named(asked.blocks, blocks)
    if named:
        said.append(Sentence(N_("The round is for: %(groups)s."), {"groups": ", ".join(named)}))
    if asked.after is None:
        return said
    before = rounds.get(asked.after, "")
    if asked.first is not None:
        message = N_("Only the first %(count)s of “%(round)s” enter, counted in each group.")
        said.append(Sentence(message, {"count": asked.first, "round": before}))
    if asked.must_pass:
        said.append(Sentence(N_("Only who passed “%(round)s” enters."), {"round": before}))
    return said


def _named(ids: Sequence[int], titles: Mapping[int, str]) -> list[str]:
    return [titles[one] for one in ids if one in titles]
