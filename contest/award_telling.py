"""What the pages of prizes say: the rules in words, lists of winners, and who crosses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.rules import masking
from contest import allotting, award_queries
from contest.allotting import Again
from contest.models import Award, AwardList, Contest, Enrolment, PrizeRule
from contest.rules import awards, rewarding
from contest.rules.awards import Change, ListState
from contest.rules.collective import Scored
from core import i18n, vietnam, writing
from core.web import whole_or


def rule_lines(rule: PrizeRule) -> list[str]:
    """Return the rule of prizes in words, line by line."""
    told = (
        rewarding.collective(rule.collective)
        if rule.is_collective
        else rewarding.individual(rule.individual)
    )
    return [i18n.say(sentence) for sentence in told]


def level_lines(rule: PrizeRule) -> list[str]:
    """Return the levels of prizes in words."""
    return [i18n.say(rewarding.level(one)) for one in rule.levels]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """Prizes in a list: what they are, what holds, what waits."""

    rule: PrizeRule
    levels: Sequence[str]
    words: Sequence[str]
    held: AwardList | None
    waiting: AwardList | None

    @property
    def worth(self) -> int:
        """What all prizes together are worth, in đồng."""
        return sum(level.count * level.value for level in self.rule.levels)


def overview(contest: Contest) -> list[RuleLine]:
    """Return the prizes of a contest; four statements."""
    rules = award_queries.rules_of(contest)
    held = award_queries.lists_that_hold(rules)
    waiting = award_queries.open_lists(rules)
    return [
        RuleLine(one, level_lines(one), rule_lines(one), held.get(one.id), waiting.get(one.id))
        for one in rules
    ]


@dataclass(frozen=True, slots=True)
class CrossingLine:
    """Somebody whose prize would be another one, and from what to what."""

    name: str
    before: str
    after: str
    enrolment: Enrolment | None


@dataclass(frozen=True, slots=True)
class RulePage:
    """The page of prizes: what they are, who has them, what waits, and what was before."""

    levels: Sequence[str]
    words: Sequence[str]
    held: AwardList | None
    waiting: AwardList | None
    lists: Sequence[AwardList]
    candidates: Mapping[int, Sequence[str]]
    crossings: Sequence[CrossingLine]
    is_stale: bool
    has_results: bool
    scored: Sequence[tuple[Scored, str]]

    @property
    def undecided(self) -> int:
        """How many prizes of the draft wait for the committee's choice."""
        return len(self.candidates)


def of_rule(rule: PrizeRule) -> RulePage:
    """Return what the page of prizes shows."""
    lists = award_queries.lists_of(rule)
    held = next((one for one in lists if one.state is ListState.AGREED), None)
    held = None if held is None or held.revokes else held
    open_ = (ListState.DRAFT, ListState.PROPOSED)
    waiting = next((one for one in lists if one.state in open_), None)
    derived = allotting.derive(rule)
    found = allotting.compared(held, derived) if held else None
    return RulePage(
        level_lines(rule),
        rule_lines(rule),
        held,
        waiting,
        lists,
        _candidates(waiting) if waiting else {},
        _crossings(rule, found) if found else [],
        found.is_stale if found else False,
        derived is not None,
        _scored(derived.scored) if derived else [],
    )


def _scored(scored: Sequence[Scored]) -> list[tuple[Scored, str]]:
    units = award_queries.units_named([one.figures.who for one in scored])
    return [(one, units[one.figures.who].name) for one in scored if one.figures.who in units]


def _candidates(list_: AwardList) -> dict[int, list[str]]:
    """Return for each prize that equals wait for, by its id, how they are called."""
    seats = {(s.level, s.number): s for s in awards.seats_from(list_.derived) if s.is_open}
    open_ = [
        award
        for award in list_.awards
        if (award.level, award.number) in seats and award.change is Change.NONE
    ]
    who = {one for a in open_ for one in seats[a.level, a.number].candidates}
    people = award_queries.enrolments_named(who)
    units = award_queries.units_named(who)
    names = {one: f"{row.number:05d}" for one, row in people.items()}
    names |= {one: row.name for one, row in units.items()}
    return {
        award.id: [names.get(one, one) for one in seats[award.level, award.number].candidates]
        for award in open_
    }


def _crossings(rule: PrizeRule, found: Again) -> list[CrossingLine]:
    who = {one.who for one in found.crossings}
    people = award_queries.enrolments_named(who)
    units = award_queries.units_named(who)
    titles = [level.title for level in rule.levels]
    return [
        CrossingLine(
            units[one.who].name if one.who in units else "",
            "" if one.before is None else titles[one.before],
            "" if one.after is None else titles[one.after],
            people.get(one.who),
        )
        for one in found.crossings
    ]


def level_of(rule: PrizeRule, typed: str | None) -> int:
    """Return the level that a form names; one that is not there for anything else."""
    at = whole_or(typed or "", -1)
    return at if 0 <= at < len(rule.levels) else -1


# --- For the public ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicWinner:
    """A winner as the public reads it: the name in full only where rules and person allow it."""

    level: str
    value: int
    name: str
    unit: str
    place: int | None


@dataclass(frozen=True, slots=True)
class PublicList:
    """The winners of one list of prizes."""

    title: str
    round_title: str
    is_collective: bool
    winners: Sequence[PublicWinner]


def public_lists(contest: Contest, *, at: datetime) -> list[PublicList]:
    """Return the lists of winners that the public may read; five statements.

    A list is shown once two people have agreed to it and the results that it rests on are public.
    """
    rules = award_queries.rules_of(contest)
    held = award_queries.lists_that_hold(rules)
    shown = award_queries.public_runs(contest, at=at)
    return [
        PublicList(
            rule.title,
            rule.round.title if rule.round else "",
            rule.is_collective,
            [_public(rule, award) for award in held[rule.id].awards if _holder(award)],
        )
        for rule in rules
        if rule.id in held and shown.issuperset(held[rule.id].basis["runs"])
    ]


def _holder(award: Award) -> bool:
    return award.enrolment_id is not None or award.unit_id is not None


def _public(rule: PrizeRule, award: Award) -> PublicWinner:
    person = award.enrolment
    if person is None:
        name = award.unit.name if award.unit else ""
        return PublicWinner(award.title, award.value, name, "", award.place)
    in_full = rule.rule.get("publishes_names") and person.publishes_name
    full = person.account.full_name
    unit = person.unit or person.counted_unit
    name = full if in_full else masking.name(full)
    return PublicWinner(award.title, award.value, name, unit.name if unit else "", award.place)


# --- On paper ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """A prize in the minutes; what people changed with the reason."""

    award: Award
    change: str


_CHANGED = {
    Change.NONE: "",
    Change.CHOSEN: "Ban Tổ chức chọn giữa những người bằng nhau",
    Change.MOVED: "chuyển cho người khác",
    Change.VACANT: "để trống",
    Change.FURTHER: "giải thêm",
}


def minutes_of(list_: AwardList) -> list[MinutesRow]:
    """Return the rows of the minutes of a list: an official document, Vietnamese only."""
    return [MinutesRow(award, _CHANGED[award.change]) for award in list_.awards]


def on_paper(moment: datetime) -> str:
    """Write a moment as minutes do: 14h05 ngày 18/11/2026."""
    return f"{vietnam.say_hour(moment)} ngày {vietnam.say_day(vietnam.civil_day(moment))}"


def in_dong(value: int) -> str:
    """Write a sum of money with its words: 800.000 đồng (tám trăm nghìn đồng)."""
    return f"{writing.number(value)} đồng ({writing.in_words(value)} đồng)"
