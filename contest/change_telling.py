"""What pages say of changes to results, in words: what each is about, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from accounts.rules import masking
from contest import recomputing
from contest.models import ChangeState, Enrolment, ResultChange, ResultRun, Round
from contest.recomputing import Named
from contest.rules import changing
from contest.rules.changing import Change, ChangeKind
from contest.rules.predicting import Scope
from core import i18n
from core.saying import Sentence
from core.text import N_
from questions.forms.types import figures
from questions.rules import marking, rekeying
from questions.types import options

STATES: dict[ChangeState, tuple[str, str]] = {
    ChangeState.DRAFT: (N_("draft"), ""),
    ChangeState.PROPOSED: (N_("waits for a second person"), "warn"),
    ChangeState.AGREED: (N_("agreed"), "ok"),
    ChangeState.REFUSED: (N_("refused"), "danger"),
    ChangeState.WITHDRAWN: (N_("taken back"), ""),
}


@dataclass(frozen=True, slots=True)
class EntryTold:
    """One change in words."""

    about: tuple[str, str]
    name: str
    subject: str
    details: str


def entries(change: ResultChange, *, in_full: bool, shows_items: bool) -> Sequence[EntryTold]:
    """Return what a change holds, in words; the words of questions only where they may be read."""
    rows = recomputing.named(change.round, change.changes)
    return [
        EntryTold(
            one.about,
            i18n.say(Sentence(changing.NAMES[one.kind])),
            _other(change.round, one, rows)
            or _subject(one, rows, in_full=in_full, shows_items=shows_items),
            _details(one, rows, shows_items=shows_items),
        )
        for one in change.changes
    ]


def _subject(one: Change, rows: Named, *, in_full: bool, shows_items: bool) -> str:
    kind, name = one.about
    if kind == "attempt" and name in rows.attempts:
        attempt = rows.attempts[name]
        return f"{_person(attempt.enrolment, in_full=in_full)}, {i18n.moment(attempt.started_at)}"
    if kind == "person" and name in rows.people:
        return _person(rows.people[name], in_full=in_full)
    if kind == "late" and name in rows.late:
        return _person(rows.late[name].attempt.enrolment, in_full=in_full)
    if kind == "question" and name.isdecimal() and int(name) in rows.versions:
        version, code = rows.versions[int(name)]
        return f"{code}. {version.stem}" if shows_items else code
    return ""


def _other(round_: Round, one: Change, rows: Named) -> str:
    """Return the group that a change of a true value is about, or the other round of one."""
    if one.about[0] == "round" and one.subject in rows.rounds:
        return rows.rounds[one.subject].title
    blocks = {str(block.id): block.title for block in round_.contest.blocks}
    return blocks.get(one.subject, "") if one.about[0] == "prediction" else ""


@dataclass(frozen=True, slots=True)
class TrueValue:
    """What came true of a prediction, for a group or for everybody, in millionths."""

    subject: str
    title: str
    value: int | None
    by_hand: bool


def true_values(round_: Round, run: ResultRun | None) -> list[TrueValue]:
    """Return the true values of a run, group by group where they are counted so."""
    config = round_.asked_prediction
    if config is None:
        return []
    titles: dict[int | None, str] = {None: ""}
    values, by_hand = run.true_values if run else {}, round_.actuals_by_hand
    if config.scope is Scope.BLOCK:
        nobody = {None: str(_("in none of the groups"))} if None in values else {}
        titles = {block.id: block.title for block in round_.contest.blocks} | nobody
    return [
        TrueValue("" if block is None else str(block), title, values.get(block), block in by_hand)
        for block, title in titles.items()
    ]


def group_named(round_: Round, block_id: int | None) -> str:
    """Return the name of a group in a sentence; "" for everybody."""
    config = round_.asked_prediction
    if block_id is None and config is not None and config.scope is Scope.BLOCK:
        return str(_("in none of the groups"))
    return next((one.title for one in round_.contest.blocks if one.id == block_id), "")


def _person(enrolment: Enrolment, *, in_full: bool) -> str:
    full = enrolment.account.full_name
    name = full if in_full else masking.name(full)
    return str(_("%(name)s, number %(number)s", name=name, number=enrolment.number))


def _details(one: Change, rows: Named, *, shows_items: bool) -> str:
    if one.kind is ChangeKind.ACTUAL:
        return "".join(one.values)
    if one.kind is not ChangeKind.KEY or not shows_items:
        return ""
    found = rows.versions.get(int(one.subject))
    if found is None:
        return ""
    said = [answer_said(str(found[0].type), found[0].content, answer) for answer in one.values]
    return str(_("Accepted: %(answers)s", answers="; ".join(said)))


def answer_said(kind: str, content: Mapping[str, Any], answer: str) -> str:
    """Return an answer that is the key as people read it."""
    if not rekeying.may_rekey(kind, content):
        return answer
    return key_said(kind, rekeying.rekeyed(kind, content, answer))


def key_said(kind: str, content: Mapping[str, Any]) -> str:
    """Return the key of a question as people read it."""
    if content.get("scoring") == "weights":
        return ", ".join(
            f"{options.letter(place)}: {figures.percent(one.get('weight') or 0)}%"
            for place, one in enumerate(content["options"])
        )
    lines = marking.say(kind, content, "")
    return ", ".join(
        f"{line.label}: {line.right}" if line.label else line.right for line in lines if line.right
    )


def state(change: ResultChange) -> tuple[str, str]:
    """Return where a change stands in words, and the kind of its badge."""
    words, kind = STATES[change.state]
    return i18n.say(Sentence(words)), kind
