"""What the page of one item shows besides the item: history, comments, uses, twins, advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from core.web import whole
from questions import authoring, browsing, commenting, resembling, usage
from questions.browsing import VersionLine
from questions.forms.talk import CommentForm
from questions.models import Item
from questions.rules import differing, linting, marking
from questions.rules.differing import Difference
from questions.types import answers
from questions.views import looking


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A version with who wrote it and what it changed; nothing for the first."""

    line: VersionLine
    changes: Sequence[Difference] | None


def history(lines: Sequence[VersionLine]) -> list[HistoryLine]:
    """Return the versions, the newest first, each with what differs from the one before."""
    told = [authoring.wording_of(line.version) for line in lines]
    return [
        HistoryLine(
            line,
            differing.of_wordings(told[n + 1], told[n]) if n + 1 < len(lines) else None,
        )
        for n, line in enumerate(lines)
    ]


def of(item: Item, form: CommentForm | None = None) -> dict[str, Any]:
    """Return what the page shows of the item, by the names that the template uses."""
    lines = browsing.versions_of(item.id)
    version = lines[0].version
    told, passage = authoring.wording_of(version), version.stimulus
    ids = [line.version.id for line in lines]
    numbers = {line.version.id: line.version.number for line in lines}
    turn = request.values.get("dao", 0, type=whole)
    given = answers.from_form(request.form.to_dict(flat=False))
    files = looking.files_of(item.bank_id, told.content, passage)
    is_tried = request.method == "POST" and request.form.get("act") == "try"
    return {
        "lines": lines,
        "version": version,
        "history": history(lines),
        "asked": usage.times_asked(ids),
        "uses": [(use, numbers[use.version_id]) for use in usage.places(ids)],
        "twins": resembling.twins_of(item),
        "comments": commenting.comments_of(item.id),
        "talk": form or CommentForm(formdata=None),
        "key_lines": differing.lines(told.type, told.content),
        "lints": linting.of_item(
            told.type,
            told.stem,
            told.content,
            explanation=told.explanation,
            has_basis=told.document_id is not None,
        ),
        "asks": looking.ASKS[told.type],
        "turn": turn,
        "slot": looking.preview(told, files, turn=turn, given=given, passage=passage),
        "tried": looking.tried(told.type, told.content, given) if is_tried else None,
        "by_people": told.type in marking.MARKED_BY_PEOPLE,
    }
