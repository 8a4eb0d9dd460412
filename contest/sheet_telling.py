"""What a judge's page says: the sheets of a round in words and figures, and the forms to fill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import url_for

from contest import entry_files
from contest.entry_files import Readable
from contest.models import Panel, PanelRole, RoundState, Scoresheet, SheetDraft
from contest.rules.judging import guarding, rubric
from contest.rules.judging.rubric import Criterion
from contest.sheet_queries import Own
from core import backups, i18n, writing
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sheet: its heading, which may be empty, and the criteria under it."""

    id: str
    title: str
    leaves: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of all sheets that ask for the same: entries of a category, judges of a panel."""

    key: str
    parts: tuple[Part, ...]
    criteria: tuple[Criterion, ...]

    @property
    def leaves(self) -> list[Criterion]:
        """Every criterion that is marked, in order."""
        return [leaf for part in self.parts for leaf in part.leaves]


@dataclass(frozen=True, slots=True)
class Line:
    """One sheet as the judge's list and page name it; in a blind round `who` is empty."""

    sheet: Scoresheet
    number: int
    code: str
    title: str
    who: str
    state: str
    score: str
    shape: str
    address: str
    files: tuple[dict[str, str], ...]
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A judge's page of a round: every sheet, the one that is open, and what scripts need."""

    own: Own
    lines: tuple[Line, ...]
    shapes: tuple[Shape, ...]
    current: Line | None
    config: dict[str, Any]
    hints: tuple[str, ...]
    is_over: bool

    @property
    def shape(self) -> Shape | None:
        """The form of the sheet that is open."""
        key = self.current.shape if self.current else ""
        return next((one for one in self.shapes if one.key == key), None)

    @property
    def whole(self) -> str:
        """What full marks come to."""
        return i18n.score(self.own.judged.declared.rubric.whole)

    @property
    def chairs(self) -> list[Panel]:
        """The panels that the judge chairs."""
        seats = [one.member for one in self.own.sheets if one.member.role is PanelRole.CHAIR]
        return list({one.panel_id: one.panel for one in seats}.values())

    def beside(self, by: int) -> Line | None:
        """Return the sheet so many further on; None where there is none."""
        if self.current is None:
            return None
        at = self.current.number - 1 + by
        return self.lines[at] if 0 <= at < len(self.lines) else None


def page(own: Own, current: Scoresheet | None, *, at: datetime) -> Page:
    """Put a judge's page together from what was read."""
    shapes: dict[str, Shape] = {}
    lines = []
    contents = [one.round_entry.version.content for one in own.sheets]
    files = entry_files.readable_of(contents, blind=own.judged.is_blind)
    for number, (sheet, found) in enumerate(zip(own.sheets, files, strict=True), start=1):
        shape = shape_of(sheet)
        shapes.setdefault(shape.key, shape)
        lines.append(_line(own, sheet, number, shape.key, found))
    opened = next((one for one in lines if one.sheet is current), None)
    config = {
        **told_of_server(at),
        "final": own.judged.round.state is RoundState.FINAL,
        "end": stamp(own.judged.round.closes_at),
        "sheets": [_told(own, one) for one in lines],
        "shapes": {one.key: [_tree(c) for c in one.criteria] for one in shapes.values()},
        "whole": str(own.judged.declared.rubric.whole),
        "current": current.public_id if current else "",
    }
    said, is_over = tuple(hints(own)), at >= own.judged.round.closes_at
    config["hints"] = said
    return Page(own, tuple(lines), tuple(shapes.values()), opened, config, said, is_over)


def hints(own: Own) -> list[str]:
    """Return what the judge's own signed sheets are worth a word about, of each seat on its own."""
    seats: dict[int, list[tuple[datetime, Scoresheet]]] = {}
    for sheet in own.sheets:
        if sheet.locked is not None and not own.is_recused(sheet):
            seats.setdefault(sheet.member_id, []).append((sheet.locked.locked_at, sheet))
    declared = own.judged.declared.rubric
    return [
        i18n.say(hint.says())
        for signed in seats.values()
        for hint in guarding.hints(declared, _in_order(signed))
    ]


def _in_order(signed: list[tuple[datetime, Scoresheet]]) -> list[dict[str, Decimal]]:
    """Return the marks of signed sheets, the first signed first."""
    ordered = sorted(signed, key=lambda one: (one[0], one[1].position))
    locked = [sheet.locked for _at, sheet in ordered]
    return [{id_: Decimal(m) for id_, m in one.marks.items()} for one in locked if one is not None]


def shape_of(sheet: Scoresheet) -> Shape:
    """Return the form that a sheet is filled in on."""
    category, panel = sheet.round_entry.entry.category.prefix, sheet.member.panel.criteria
    criteria = _asked(sheet.round_entry.judged.declared.rubric.criteria, category, panel)
    parts: list[Part] = []
    for one in criteria:
        if one.parts:
            parts.append(Part(one.id, one.title, one.parts))
        elif parts and not parts[-1].title:
            parts[-1] = Part(parts[-1].id, "", (*parts[-1].leaves, one))
        else:
            parts.append(Part(f"p-{one.id}", "", (one,)))
    return Shape(f"{category}|{panel}", tuple(parts), criteria)


def _asked(criteria: Sequence[Criterion], category: str, panel: str) -> tuple[Criterion, ...]:
    """Return the criteria of a category that judges of a panel mark, headings with their leaves."""
    found = []
    for one in criteria:
        if one.categories and category not in one.categories:
            continue
        if not one.parts:
            found += [one] if one.panel == panel else []
            continue
        leaves = [leaf for leaf in rubric.Rubric((one,)).leaves(category) if leaf.panel == panel]
        if leaves:
            found.append(Criterion(one.id, one.title, one.weight, parts=tuple(leaves)))
    return tuple(found)


def hint(leaf: Criterion) -> str:
    """Return the bounds of a criterion in words."""
    said = {"most": leaf.most, "step": leaf.step}
    if leaf.least:
        message = N_("from %(least)s to %(most)s, in steps of %(step)s")
        return i18n.say(Sentence(message, said | {"least": leaf.least}))
    return i18n.say(Sentence(N_("at most %(most)s, in steps of %(step)s"), said))


def levels(leaf: Criterion) -> list[str]:
    """Return what marks of a criterion mean, one line a level."""
    only = leaf.levels[0] if len(leaf.levels) == 1 else None
    if only is not None and only.at == leaf.least:
        return [only.text]
    message = N_("from %(at)s: %(text)s")
    return [i18n.say(Sentence(message, {"at": one.at, "text": one.text})) for one in leaf.levels]


def mark_of(sheet_marks: Mapping[str, Any], leaf: Criterion) -> str:
    """Return a mark as a field shows it; empty where there is none."""
    written = sheet_marks.get(leaf.id)
    return "" if written is None else shown(Decimal(str(written)), leaf)


def remark_of(sheet: Scoresheet | None, leaf: Criterion, form: Any = None) -> dict[str, Any]:  # noqa: ANN401 -- a form made for its criteria
    """Return a remark as its fields show it: as it was typed, as it is kept, or empty."""
    if form is not None:
        typed, shared = form[f"remark-{leaf.id}"], form[f"shared-{leaf.id}"]
        return {"text": typed.data or "", "public": shared.data, "errors": typed.errors}
    kept = sheet.remarks.get(leaf.id, {}) if sheet is not None else {}
    return {"text": kept.get("text", ""), "public": kept.get("public", False), "errors": []}


def shown(mark: Decimal, leaf: Criterion) -> str:
    """Return a mark with as many places as its steps have."""
    places = max(0, -int(leaf.step.normalize().as_tuple().exponent))
    return writing.number(mark, places=places)


def draft_lines(draft: SheetDraft, shape: Shape) -> list[tuple[str, str]]:
    """Return the marks of a draft beside their criteria."""
    return [(leaf.title, mark_of(draft.marks, leaf)) for leaf in shape.leaves]


def stamp(at: datetime) -> str:
    """Return a moment as scripts read it."""
    return at.isoformat(timespec="milliseconds")


def told_of_server(at: datetime) -> dict[str, str]:
    """Return the time, and which of its databases answers: after a restore it is another."""
    return {"now": stamp(at), "server_epoch": backups.epoch()}


def state_of(own: Own, sheet: Scoresheet) -> str:
    """Return how a sheet stands: recused, locked, begun or open."""
    if own.is_recused(sheet):
        return "recused"
    if sheet.locked is not None:
        return "locked"
    return "begun" if sheet.sequence else "open"


def answer(own: Own, sheet: Scoresheet) -> dict[str, Any]:
    """Return how a sheet stands, for the device that sent something of it."""
    return {
        "sequence": sheet.sequence,
        "state": state_of(own, sheet),
        "marks": dict(sheet.marks),
        "public_note": sheet.public_note,
        "private_note": sheet.private_note,
        "remarks": dict(sheet.remarks),
        "score": _score(sheet),
    }


def _score(sheet: Scoresheet) -> str:
    version = sheet.locked
    return "" if version is None else i18n.number(version.points, 2)


def _line(own: Own, sheet: Scoresheet, number: int, shape: str, found: Sequence[Readable]) -> Line:
    content = sheet.round_entry.version.content
    entry, round_id = sheet.round_entry.entry, own.judged.round.public_id
    unit = entry.unit.name if entry.unit and not own.judged.is_blind else ""
    return Line(
        sheet,
        number,
        entry.code or "",
        str(content.get("title") or entry.title),
        unit,
        state_of(own, sheet),
        _score(sheet),
        shape,
        url_for("judge.sheet", public_id=round_id, sheet_id=sheet.public_id),
        () if own.is_recused(sheet) else _files(found),
        () if own.is_recused(sheet) else _said(own, content),
    )


def _said(own: Own, content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(entry_files.said(content, blind=own.judged.is_blind))


def _files(found: Sequence[Readable]) -> tuple[dict[str, str], ...]:
    """Return the files that a judge may read, each with where it is."""
    return tuple(
        {
            "title": one.title,
            "address": one.address or url_for("uploads.download", public_id=one.public_id),
        }
        for one in found
    )


def _told(own: Own, line: Line) -> dict[str, Any]:
    round_id = own.judged.round.public_id
    save = url_for("judge.save", public_id=round_id, sheet_id=line.sheet.public_id)
    return answer(own, line.sheet) | {
        "id": line.sheet.public_id,
        "number": line.number,
        "code": line.code,
        "title": line.title,
        "who": line.who,
        "shape": line.shape,
        "address": line.address,
        "save": save,
        "files": list(line.files),
        "said": [list(one) for one in line.said],
    }


def _tree(one: Criterion) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "weight": str(one.weight),
        "least": str(one.least),
        "most": str(one.most),
        "step": str(one.step),
        "required": one.is_required,
        "parts": [_tree(part) for part in one.parts],
    }
