"""Blueprints of a bank: made, changed, copied."""

from datetime import datetime

from accounts import auditing
from accounts.models import Account
from core import ids
from core.db import atomic, db, lock
from questions import assembling, queries
from questions.errors import BlueprintTitleTaken
from questions.models import Bank, Blueprint, BlueprintRow, Difficulty, ItemType
from questions.rules.filling import Cell, Spec


@atomic()
def create(actor: Account, bank: Bank, spec: Spec, *, at: datetime) -> Blueprint:
    """Add a blueprint to the bank's own. Raise `BlueprintTitleTaken`."""
    lock(bank)
    _refuse_title(bank, spec.title)
    blueprint = Blueprint(public_id=ids.public_id(), bank_id=bank.id, is_listed=True)
    _set(blueprint, spec, at=at)
    db.session.add(blueprint)
    db.session.flush()
    _record(actor, "blueprint.created", blueprint)
    return blueprint


@atomic()
def edit(actor: Account, blueprint: Blueprint, spec: Spec, *, at: datetime) -> Blueprint:
    """Set a blueprint anew; papers drawn before and rounds that use it keep what it was."""
    lock(blueprint)
    if assembling.spec_of(blueprint) == spec:
        return blueprint
    if spec.title != blueprint.title:
        _refuse_title(blueprint.bank, spec.title)
    _set(blueprint, spec, at=at)
    _record(actor, "blueprint.edited", blueprint)
    return blueprint


@atomic()
def copy(actor: Account, blueprint: Blueprint, title: str, *, at: datetime) -> Blueprint:
    """Add a blueprint like this one under the title, numbered where it is taken."""
    lock(blueprint.bank)
    taken = {one.title for one in queries.blueprints(blueprint.bank_id)}
    name, number = title, 1
    while name in taken:
        number += 1
        name = f"{title} ({number})"
    spec = assembling.spec_of(blueprint)
    other = Blueprint(public_id=ids.public_id(), bank_id=blueprint.bank_id, is_listed=True)
    _set(other, spec, at=at)
    other.title, other.source_id = name, blueprint.id
    db.session.add(other)
    db.session.flush()
    _record(actor, "blueprint.created", other)
    return other


def _refuse_title(bank: Bank, title: str) -> None:
    if any(one.title == title for one in queries.blueprints(bank.id)):
        raise BlueprintTitleTaken(title=title)


def _set(blueprint: Blueprint, spec: Spec, *, at: datetime) -> None:
    blueprint.title, blueprint.edited_at = spec.title, at
    blueprint.target_count, blueprint.target_points = spec.target_count, spec.target_points
    blueprint.exclusions = spec.excluding.written()
    blueprint.rows = [_row(cell) for cell in spec.cells]


def _row(cell: Cell) -> BlueprintRow:
    return BlueprintRow(
        topic_id=cell.topic_id,
        difficulty=Difficulty(cell.difficulty) if cell.difficulty else None,
        type=ItemType(cell.type) if cell.type else None,
        count=cell.count,
        points=cell.points,
    )


def _record(actor: Account, act: str, blueprint: Blueprint) -> None:
    spec = assembling.spec_of(blueprint)
    auditing.record(
        actor,
        act,
        f"blueprint:{blueprint.public_id}",
        title=spec.title,
        questions=spec.count,
        points=spec.points,
        excluding=spec.excluding.written(),
    )
