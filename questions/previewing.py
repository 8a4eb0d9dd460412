"""Looking an import over: how each question stands, corrections, what is left out."""

from collections.abc import Mapping
from typing import Any

from accounts import auditing
from accounts.models import Account
from core.db import atomic, lock
from core.errors import NotFound
from core.saying import Sentence
from questions import browsing
from questions.errors import ImportClosed
from questions.models import Difficulty, ImportState, ItemImport
from questions.rules import drafting, proposing
from questions.rules.drafting import Message
from questions.rules.proposing import Entry, EntryState


def messages_of(pending: ItemImport) -> dict[int | None, list[Message]]:
    """Return the remarks on the file, by the question they are about; None: the file itself."""
    plain = {"questions": [], "faulty": [], "messages": pending.messages}
    found: dict[int | None, list[Message]] = {}
    for message in drafting.from_json(plain).messages:
        found.setdefault(message.question, []).append(message)
    return found


def place_of(entry: Mapping[str, Any]) -> Sentence:
    """Return where in the file the question stands."""
    found = drafting.from_json({"questions": [_draft(entry)], "faulty": [], "messages": []})
    return found.questions[0].place


def _draft(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in drafting.Draft.__dataclass_fields__}


def states_of(pending: ItemImport) -> dict[int, EntryState]:
    """Return how each question of the import stands, by its number."""
    messages = messages_of(pending)
    return {
        entry["number"]: proposing.state(entry, messages.get(entry["number"], ()))
        for entry in pending.drafts
    }


def entry_of(pending: ItemImport, number: int) -> Entry:
    """Return a question of the import. Raise `NotFound`."""
    for entry in pending.drafts:
        if entry["number"] == number:
            return dict(entry)
    raise NotFound


def correct(
    actor: Account, pending: ItemImport, number: int, told: Mapping[str, Any]
) -> EntryState:
    """Let a question say what the person says; return how it stands now.

    Raise `ImportClosed` or `NotFound`.
    """
    entry = proposing.corrected(entry_of(pending, number), told)
    # Whoever writes in a question is among its authors.
    entry["hands"] = sorted({*entry.get("hands", ()), actor.id})
    # Compared before the transaction, which would keep others waiting.
    others = [dict(one) for one in pending.drafts if one["number"] < number]
    proposing.find_twins([*others, entry], browsing.bank_shingles(pending.bank_id))
    with atomic():
        lock_open(pending)
        _put(pending, entry)
        auditing.record(actor, "import.corrected", f"import:{pending.public_id}", question=number)
    return proposing.state(entry, ())


@atomic()
def skip(actor: Account, pending: ItemImport, number: int, *, skipped: bool = True) -> None:
    """Leave a question out of what will be written, or take it in again."""
    lock_open(pending)
    _put(pending, entry_of(pending, number) | {"skipped": skipped})
    auditing.record(
        actor, "import.skipped", f"import:{pending.public_id}", question=number, skipped=skipped
    )


@atomic()
def skip_repeated(actor: Account, pending: ItemImport) -> int:
    """Leave out every question that says just what another one says; return how many."""
    lock_open(pending)
    repeated = [
        entry["number"]
        for entry in pending.drafts
        if proposing.is_repeated(entry) and not entry["skipped"]
    ]
    pending.drafts = [
        entry | {"skipped": entry["skipped"] or entry["number"] in repeated}
        for entry in pending.drafts
    ]
    auditing.record(actor, "import.skipped", f"import:{pending.public_id}", questions=repeated)
    return len(repeated)


@atomic()
def classify(
    actor: Account, pending: ItemImport, *, topic_id: int | None, level: Difficulty | None
) -> None:
    """Give topic and difficulty to the questions that have none."""
    lock_open(pending)
    pending.drafts = [
        entry
        | {
            "topic_id": entry["topic_id"] or topic_id,
            "level": entry["level"] or (level.value if level else None),
        }
        for entry in pending.drafts
    ]
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


def _put(pending: ItemImport, entry: Entry) -> None:
    pending.drafts = [entry if one["number"] == entry["number"] else one for one in pending.drafts]
