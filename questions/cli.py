"""`flask questions`: what is done to the bank from the shell."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from core import clock, saying
from core.errors import DomainError
from core.saying import Sentence
from core.text import N_
from questions import browsing, exporting, importing, previewing, staged, stocking
from questions.formats import reading, writing
from questions.formats.reading import KeyFile
from questions.models import Bank
from questions.rules import marking
from questions.rules.drafting import ERROR, Draft, Message, Reading
from questions.types import options

group = AppGroup("questions", help="Work with the question bank.")

_TYPES = {
    "single_choice": "single",
    "multiple_choice": "multiple",
    "true_false": "truefalse",
    "statements": "truefalse",
    "matching": "match",
    "ordering": "order",
    "short_answer": "short",
    "numeric": "numeric",
    "cloze": "cloze",
    "essay": "essay",
}
_MOST_NAMED = 1000
_LEVELS = {"error": N_("Error"), "warning": N_("Warning"), "info": N_("Note")}


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read the file and save nothing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--bank", "title", help="Title of the bank that takes the questions.")
@click.option(
    "--key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the keys, where they stand in one of their own.",
)
def import_file(
    file: Path, *, dry_run: bool, form: str, title: str | None, key_file: Path | None
) -> None:
    """Read a file of questions, say every doubt about it, and write the sound ones to a bank."""
    if not dry_run:
        _write(file, title, key_file)
        return
    found = _read(file, key_file)
    with force_locale("vi"):
        click.echo(_as_json(found) if form == "json" else _as_text(found))
    if not found.questions:
        raise SystemExit(1)


def _keys(file: Path | None) -> KeyFile | None:
    return None if file is None else (file.name, file.read_bytes())


def _write(file: Path, title: str | None, key_file: Path | None) -> None:
    """Write the questions without faults; name those that were left out."""
    bank = _bank(title)
    try:
        keys = _keys(key_file)
        pending = importing.take_in(bank, file.name, file.read_bytes(), at=clock.now(), keys=keys)
    except DomainError as refused:
        with force_locale("vi"):
            raise click.ClickException(_words(refused)) from refused
    click.echo(f"{pending.written} questions were written to {bank.title}.")
    with force_locale("vi"):
        for row in staged.left_out(pending, _MOST_NAMED):
            said = "; ".join(_said(one) for one in previewing.messages_of(row))
            click.echo(f"Left out: {row.number}. {row.entry['stem'][:80]} ({said})")


def _bank(title: str | None) -> Bank:
    bank = browsing.bank_titled(title) if title else None
    if bank is None:
        known = "; ".join(line.bank.title for line in browsing.banks()) or "none yet"
        raise click.UsageError(f"Name a bank with --bank. The banks: {known}.")
    return bank


def _words(refused: DomainError) -> str:
    return saying.told(Sentence(refused.message, refused.details), gettext_of, str)


@group.command("stock")
@click.option("--bank", "title", default=stocking.TITLE, show_default=True)
def stock(title: str) -> None:
    """Put the starter questions, their topics and legal documents into a bank, once."""
    bank = stocking.stock(title, at=clock.now())
    count = sum(browsing.count_states(bank.id).values())
    click.echo(f"{bank.title}: {count} questions.")


@group.command("law")
def law() -> None:
    """Load the list of documents about administrative reform; what is there stays as it is."""
    count = stocking.load_law()
    click.echo(f"{count} documents were added.")


@group.command("convert")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--to", "name", type=click.Choice(list(writing.FORMATS)), help="Not by the ending.")
def convert(file: Path, out: Path, *, name: str | None) -> None:
    """Write the questions of a file in another format; say what the format cannot carry."""
    name = name or writing.of_ending(out.suffix.lstrip("."))
    if name is None:
        raise click.UsageError(f"Name a format with --to: {', '.join(writing.FORMATS)}.")
    found = _read(file)
    with force_locale("vi"):
        for message in found.messages:
            click.echo(f"{gettext_of(_LEVELS[message.level])}: {_said(message)}", err=True)
        if not found.questions:
            raise SystemExit(1)
        written = writing.write(name, found.questions, file.stem)
        for message in written.messages:
            click.echo(f"{gettext_of(N_('Lost'))}: {_said(message)}", err=True)
    out.write_bytes(written.content)
    click.echo(f"{len(found.questions)} questions were written to {out}.", err=True)


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--bank", "title", required=True, help="Title of the bank.")
def export(file: Path, title: str) -> None:
    """Write all questions of a bank, with their keys, in the format of the file's ending."""
    bank = _bank(title)
    items = browsing.all_items(bank.id)
    name = writing.of_ending(file.suffix.lstrip(".")) or exporting.USUAL
    file.write_bytes(exporting.write(name, items, bank.title).content)
    file.chmod(0o640)
    exporting.note(None, bank, items, name, at=clock.now())
    click.echo(f"{len(items)} questions were written to {file}.")


def _read(file: Path, key_file: Path | None = None) -> Reading:
    """Return the reading of a file; a refusal is a reading with one message."""
    try:
        return reading.read_in_child(file.name, file.read_bytes(), _keys(key_file))
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
    asked = {
        "type": _TYPES[draft.type],
        "stem": draft.stem,
        **_asked(draft),
        "topic": draft.topic,
        "explanation": draft.explanation,
        "difficulty": draft.difficulty,
        "legal_basis": draft.legal_basis,
    }
    return asked if draft.content is None else asked | {"content": draft.content}


def _asked(draft: Draft) -> dict[str, Any]:
    """Return what the type asks under names that other programs know."""
    content = draft.content or {}
    if draft.type in ("short_answer", "numeric"):
        return {"answers": marking.texts(draft.type, content)}
    if draft.type == "matching":
        words = {choice["id"]: choice["text"] for choice in content["choices"]}
        rows = content["rows"]
        return {"pairs": [[row["text"], words[content["pairs"][row["id"]]]] for row in rows]}
    return {} if draft.type in ("cloze", "essay") else {"options": _options(draft, content)}


def _options(draft: Draft, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    if draft.type == "ordering":
        return [{"text": part["text"], "correct": False} for part in content["parts"]]
    if draft.type == "statements":
        return [{"text": one["text"], "correct": one["is_true"]} for one in content["statements"]]
    texts = enumerate(draft.options)
    return [{"text": text, "correct": place in draft.key} for place, text in texts]


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
