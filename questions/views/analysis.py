"""What rounds said about a question, and how healthy a bank is."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import clock, plots
from core.errors import NotFound
from core.plots import Curve
from core.text import N_
from core.vietnam import civil_day
from core.web import whole_or
from questions import access, browsing, findings, health, locking
from questions.findings import Line
from questions.forms.author import DIFFICULTY_NAMES, TYPE_NAMES
from questions.health import Group
from questions.models import Difficulty, ItemVersion, ViewPlace
from questions.rules import flagging
from questions.rules.analysing import FEWEST
from questions.types import options

bp = Blueprint("analysis", __name__, url_prefix="/ngan-hang")

GROUP_NAMES = {
    Group.USABLE: N_("All that can be drawn"),
    Group.TOO_EASY: N_("Too easy"),
    Group.TOO_HARD: N_("Too hard"),
    Group.WEAK: N_("Discriminates poorly"),
    Group.MISKEYED: N_("The key may be wrong"),
    Group.UNUSED: N_("An option nobody chooses"),
    Group.NEVER_ASKED: N_("Never asked"),
    Group.OVER_EXPOSED: N_("Asked too often"),
    Group.FRESH: N_("Written within a year"),
    Group.AGEING: N_("One to two years old"),
    Group.OLD: N_("More than two years old"),
    Group.NO_TOPIC: N_("Without a topic"),
    Group.NO_DIFFICULTY: N_("Without a level of difficulty"),
    Group.NO_BASIS: N_("Without a legal basis"),
    Group.ENDED: N_("Resting on a document that has ended"),
    Group.REPEATED: N_("The same stem as another"),
}
QUALITY = (Group.MISKEYED, Group.WEAK, Group.UNUSED, Group.TOO_EASY, Group.TOO_HARD)
AGES = (Group.FRESH, Group.AGEING, Group.OLD)
CLASSES = (Group.NO_TOPIC, Group.NO_DIFFICULTY, Group.REPEATED)
LAW = (Group.ENDED, Group.NO_BASIS)


# --- One item ----------------------------------------------------------------------------------


@bp.get("/cau/<public_id>/thong-ke")
def item(public_id: str) -> ResponseReturnValue:
    item = access.item(public_id)
    lines = findings.history_of(item.id)
    wanted = request.args.get("vong", "")
    with_figures = [line for line in lines if line.statistic.figures]
    chosen = next(
        (line for line in with_figures if line.statistic.occasion == wanted),
        with_figures[0] if with_figures else None,
    )
    version = findings.version_of(chosen.statistic.version_id) if chosen else None
    if version:
        locking.note_views(access.reader(), [item], ViewPlace.PAGE, at=clock.now())
    return render_template(
        "questions/analysis/item.html",
        item=item,
        bank=browsing.bank_of(item),
        lines=lines,
        chosen=chosen,
        version=version,
        options=_options(chosen, version) if chosen and version else [],
        plot=_curves(chosen, version) if chosen and version else "",
        flags=flagging.NAMES,
        fewest=FEWEST,
    )


def _letters(version: ItemVersion) -> dict[str, tuple[str, str]]:
    """Return letter and words of each option of a version, by its id."""
    listed = version.content.get("options") or []
    return {
        one["id"]: (options.letter(place), str(one.get("text", "")))
        for place, one in enumerate(listed)
    }


def _options(line: Line, version: ItemVersion) -> list[dict[str, object]]:
    named = _letters(version)
    return [
        told | dict(zip(("letter", "text"), named.get(told["id"], ("?", "")), strict=True))
        for told in line.statistic.figures["options"]
    ]


def _curves(line: Line, version: ItemVersion) -> str:
    named, figures = _letters(version), line.statistic.figures
    drawn = [
        Curve(named.get(told["id"], ("?", ""))[0], told["fifths"], told["is_key"])
        for told in figures["options"]
    ]
    label = _("Share of each option in the fifths of the scores, from the weakest to the best")
    if not drawn:
        drawn = [Curve("", figures["fifths"], is_key=True)]
        label = _("Share of the points earned in the fifths of the scores")
    return plots.curves(drawn, label)


# --- A bank ------------------------------------------------------------------------------------


@bp.get("/<public_id>/suc-khoe")
def bank(public_id: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    now = clock.now()
    found = health.health(bank.id, at=now, today=civil_day(now))
    keys = [(*one, found.keys[place]) for place, one in enumerate(_key_names())]
    return render_template(
        "questions/analysis/bank.html",
        bank=bank,
        health=found,
        names=GROUP_NAMES,
        quality=QUALITY,
        ages=AGES,
        classes=CLASSES,
        law=LAW,
        keys=keys,
        levels=list(Difficulty),
        difficulties=DIFFICULTY_NAMES,
        over=health.OVER,
        total=found.groups[Group.USABLE],
    )


def _key_names() -> list[tuple[str]]:
    return [*((letter,) for letter in health.LETTERS), (_("further on"),)]


@bp.get("/<public_id>/suc-khoe/<group>")
def worklist(public_id: str, group: str) -> ResponseReturnValue:
    bank = access.whole_bank(public_id)
    if group not in {one.value for one in Group}:
        raise NotFound
    now = clock.now()
    page = health.items_in(
        bank.id,
        Group(group),
        at=now,
        today=civil_day(now),
        after=whole_or(request.args.get("after"), 0),
    )
    return render_template(
        "questions/analysis/worklist.html",
        bank=bank,
        group=Group(group),
        names=GROUP_NAMES,
        page=page,
        flags=flagging.NAMES,
        read=flagging.read,
        difficulties=DIFFICULTY_NAMES,
        types=TYPE_NAMES,
    )
