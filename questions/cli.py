"""`flask questions`: what is done to the bank from the shell."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from core import saying
from core.errors import DomainError
from core.saying import Sentence
from core.text import N_
from questions.formats import reading
from questions.rules.drafting import ERROR, Draft, Message, Reading
from questions.types import options

group = AppGroup("questions", help="Work with the question bank.")

_TYPES = {"single_choice": "single", "multiple_choice": "multiple", "true_false": "truefalse"}
_LEVELS = {"error": N_("Error"), "warning": N_("Warning"), "info": N_("Note")}


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read the file and save nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def import_file(file: Path, *, dry_run: bool, form: str) -> None:
    """Read a file of questions and say every doubt about it."""
    if not dry_run:
        raise click.UsageError("Only --dry-run is possible from the shell.")
    found = _read(file)
    with force_locale("vi"):
        click.echo(_as_json(found) if form == "json" else _as_text(found))
    if not found.questions:
        raise SystemExit(1)


def _read(file: Path) -> Reading:
    """Return the reading of a file; a refusal is a reading with one message."""
    try:
        return reading.read_in_child(file.name, file.read_bytes())
    except DomainError as refused:
        text = Sentence(refused.message, refused.details)
        return Reading(messages=(Message(None, ERROR, "refused", text),))


def _said(message: Message) -> str:
    text = saying.told(message.sentence(), gettext_of, str)
    return text[:1].upper() + text[1:]


def gettext_of(message: str) -> str:
    """Return the words of a message id, its placeholders left as they are."""
    return str(gettext(message))


def _as_json(found: Reading) -> str:
    document = {
        "questions": [_question(draft) for draft in found.questions],
        "messages": [
            {"question": message.question, "level": message.level, "text": _said(message)}
            for message in found.messages
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _question(draft: Draft) -> dict[str, Any]:
    return {
        "type": _TYPES[draft.type],
        "stem": draft.stem,
        "options": [
            {"text": text, "correct": place in draft.key}
            for place, text in enumerate(draft.options)
        ],
        "topic": draft.topic,
        "explanation": draft.explanation,
    }


def _as_text(found: Reading) -> str:
    lines = []
    for draft in found.questions:
        lines.append(f"{draft.number}. {draft.stem}")
        for place, option in enumerate(draft.options):
            sign = "*" if place in draft.key else " "
            lines.append(f" {sign}{options.letter(place)}. {option}")
    for message in found.messages:
        lines.append(f"{gettext_of(_LEVELS[message.level])}: {_said(message)}")
    return "\n".join(lines)
