"""What the page of a judged contest says: by what and how it is judged, until when entries come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from contest import announcing, entry_queries, judged_queries
from contest.models import Contest, EntryCategory, JudgedRound, Round, RoundKind, RoundState
from contest.rules.judging import rubric, ties
from contest.rules.judging.deducting import TimeRule
from contest.rules.judging.rubric import Criterion
from contest.rules.judging.sealing import Protocol
from core import i18n, vietnam

Rules = list[tuple[str, Sequence[str]]]
# As many signs of the seal as people compare.
SIGNS = 12


@dataclass(frozen=True, slots=True)
class Hand:
    """When entries are handed in: the category that closes next, or none that is still open."""

    title: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Judged:
    """The judged part of a contest: the round that is judged now, until when entries come in."""

    now: Round | None
    hand: Hand | None


def standing(contest: Contest, rounds: Sequence[Round], *, at: datetime) -> Judged | None:
    """Return how the judged of these rounds stand; None where all are quizzes; one statement."""
    found = [one for one in rounds if one.kind is RoundKind.JUDGED]
    if rounds and not found:
        return None
    now = next((one for one in found if one.opens_at <= at < one.closes_at), None)
    return Judged(now, open_until(entry_queries.categories_of(contest), at=at))


def open_until(categories: Sequence[EntryCategory], *, at: datetime) -> Hand | None:
    """Return the category that closes next; None where nothing is taken in any more."""
    still = [one for one in categories if at < one.closes_at]
    if not still:
        return None
    first = min(still, key=lambda one: one.closes_at)
    return Hand(first.title, first.closes_at)


def way(round_: Round, *, at: datetime) -> tuple[str, str]:
    """Return where the results of a judged round are, and what the link says; "" before."""
    shown = round_.public_results_at
    if round_.state is not RoundState.FINAL or shown is None or at < shown:
        return "", ""
    url = url_for("outcomes.show", slug=round_.contest.slug, number=round_.number)
    return url, str(_("See the results"))


def rules(contest: Contest, round_: Round) -> Rules:
    """Return how a round is judged, said by its own protocol; two statements."""
    told: Rules = []
    categories = entry_queries.categories_of(contest)
    if categories:
        told.append((_("Entries"), [_category(one) for one in categories]))
    judged = judged_queries.judged_round(round_.id)
    if judged is None:
        return told
    protocol = judged.declared
    told.append((_("Criteria"), [_criterion(one) for one in protocol.rubric.criteria]))
    told.append((_("Judging"), _judging(judged, protocol)))
    if protocol.chain:
        told.append((_("Where entries are equal"), _chain(protocol)))
    if judged.sealed_at is not None:
        digest = announcing.grouped(judged.digest[:SIGNS].upper())
        day = i18n.day(vietnam.civil_day(judged.sealed_at))
        told.append((_("Seal of the rules"), [digest, _("Unchanged since %(day)s", day=day)]))
    return told


def _category(one: EntryCategory) -> str:
    least, most = one.least_members, one.most_members
    people = (
        ngettext("%(num)s person", "%(num)s people", most)
        if least == most
        else _("%(least)s to %(most)s people", least=least, most=most)
    )
    return f"{one.title} ({people})"


def _criterion(one: Criterion) -> str:
    points = i18n.score(one.weight)
    return str(_("%(title)s: %(points)s points", title=one.title, points=points))


def _judging(judged: JudgedRound, protocol: Protocol) -> list[str]:
    each = ngettext(
        "%(num)s judge scores each entry.", "%(num)s judges score each entry.", judged.judges_each
    )
    lines = [each, *(i18n.say(sentence) for sentence in protocol.says())]
    if judged.is_blind:
        lines.append(_("Judges do not know whose an entry is."))
    if protocol.time is not None:
        lines.append(_time(protocol.time))
    return lines


def _time(rule: TimeRule) -> str:
    cost = _(
        "At most %(limit)s; each %(step)s begun over it costs %(points)s.",
        limit=i18n.duration(rule.limit),
        step=i18n.duration(rule.step),
        points=i18n.score(rule.per_step),
    )
    return str(cost)


def _chain(protocol: Protocol) -> list[str]:
    titles = {leaf.id: leaf.title for leaf in protocol.rubric.leaves(rubric.ANY)}
    steps = [
        replace(one, criterion=titles.get(one.criterion, one.criterion)) for one in protocol.chain
    ]
    return [f"{number}. {i18n.say(ties.name(one))}" for number, one in enumerate(steps, start=1)]
