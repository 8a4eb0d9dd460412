"""Looking an import over: how each question stands, corrections, what is left out."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from accounts import auditing
from accounts.models import Account
from core.db import atomic, db, lock
from core.errors import NotFound
from core.saying import Sentence
from questions import staged, staging
from questions.errors import ImportClosed
from questions.models import Difficulty, ImportEntry, ImportState, ItemImport
from questions.rules import drafting, proposing
from questions.rules.drafting import Message
from questions.rules.proposing import Entry, EntryState


def notes_of(pending: ItemImport) -> list[Message]:
    """Return the remarks on the file as a whole."""
    return _heard(pending.messages)


def messages_of(row: ImportEntry) -> list[Message]:
    """Return the remarks on one question."""
    return _heard(row.messages)


def _heard(plain: list[Any]) -> list[Message]:
    return list(drafting.from_json({"questions": [], "faulty": [], "messages": plain}).messages)


def entry_of(pending: ItemImport, number: int) -> ImportEntry:
    """Return a question of the import. Raise `NotFound`."""
    row = staged.entry(pending, number)
    if row is None:
        raise NotFound
    return row


def proposed(row: ImportEntry) -> Entry:
    """Return what a question of the import would say, as the rules of proposing take it."""
    return dict(row.entry) | {
        "topic_id": row.topic_id,
        "level": row.level,
        "seen": row.seen,
        "skipped": row.skipped,
        "twins": row.twins,
    }


def place_of(entry: Mapping[str, Any]) -> Sentence:
    """Return where in the file the question stands."""
    found = drafting.from_json({"questions": [_draft(entry)], "faulty": [], "messages": []})
    return found.questions[0].place


def _draft(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in drafting.Draft.__dataclass_fields__}


def correct(
    actor: Account, pending: ItemImport, number: int, told: Mapping[str, Any]
) -> EntryState:
    """Let a question say what the person says; return how it stands now.

    Raise `ImportClosed` or `NotFound`.
    """
    with atomic():
        lock_open(pending)
        row = entry_of(pending, number)
        entry = proposing.corrected(proposed(row), told)
        # Whoever writes in a question is among its authors.
        entry["hands"] = sorted({*entry.get("hands", ()), actor.id})
        row.topic_id, row.level = entry.pop("topic_id"), entry.pop("level")
        row.seen, row.skipped = entry["seen"], entry["skipped"]
        row.shingles = proposing.shingles_of(entry)
        row.entry = entry
        row.state = proposing.state(entry, messages_of(row))
        auditing.record(actor, "import.corrected", f"import:{pending.public_id}", question=number)
        state = row.state
    staging.find_twins(pending, number)
    return state


@atomic()
def skip(actor: Account, pending: ItemImport, number: int, *, skipped: bool = True) -> None:
    """Leave a question out of what will be written, or take it in again."""
    lock_open(pending)
    row = entry_of(pending, number)
    row.skipped = skipped
    row.state = proposing.state(proposed(row), messages_of(row))
    auditing.record(
        actor, "import.skipped", f"import:{pending.public_id}", question=number, skipped=skipped
    )


@atomic()
def skip_repeated(actor: Account, pending: ItemImport) -> int:
    """Leave out every question that says just what another one says; return how many."""
    lock_open(pending)
    again = (ImportEntry.import_id == pending.id) & ImportEntry.repeated & ~ImportEntry.skipped
    numbers = db.session.scalars(
        update(ImportEntry)
        .where(again)
        .values(skipped=True, state=EntryState.SKIPPED)
        .returning(ImportEntry.number)
        .execution_options(synchronize_session=False)
    ).all()
    auditing.record(
        actor, "import.skipped", f"import:{pending.public_id}", questions=sorted(numbers)
    )
    return len(numbers)


@atomic()
def accept_doubtful(actor: Account, pending: ItemImport) -> int:
    """Take every question that only has doubts as it was understood; return how many."""
    lock_open(pending)
    doubtful = (ImportEntry.import_id == pending.id) & (ImportEntry.state == EntryState.LOOK)
    numbers = db.session.scalars(
        update(ImportEntry)
        .where(doubtful)
        .values(seen=True, state=EntryState.READY)
        .returning(ImportEntry.number)
        .execution_options(synchronize_session=False)
    ).all()
    auditing.record(actor, "import.accepted", f"import:{pending.public_id}", questions=len(numbers))
    return len(numbers)


@atomic()
def classify(
    actor: Account, pending: ItemImport, *, topic_id: int | None, level: Difficulty | None
) -> None:
    """Give topic and difficulty to the questions that have none."""
    lock_open(pending)
    given = {"topic_id": topic_id, "level": level.value if level else None}
    for name, value in given.items():
        column = getattr(ImportEntry, name)
        db.session.execute(
            update(ImportEntry)
            .where(ImportEntry.import_id == pending.id, column.is_(None))
            .values({name: value})
            .execution_options(synchronize_session=False)
        )
    auditing.record(
        actor,
        "import.classified",
        f"import:{pending.public_id}",
        topic=topic_id,
        difficulty=level,
    )


def lock_open(pending: ItemImport) -> None:
    """Keep others from the import, which nobody has decided on. Raise `ImportClosed`."""
    lock(pending)
    if pending.state is not ImportState.OPEN:
        raise ImportClosed
