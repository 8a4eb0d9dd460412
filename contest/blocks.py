"""Blocks (khối, bảng): groups of a contest that are placed apart, some with papers of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import attempting, overviews
from contest.errors import BlockTaken, NameTaken, RoundFinal, RoundNotReady, RoundTaken
from contest.models import Block, BlockPaper, Contest, Enrolment, Round, RoundState
from contest.rules.grouping import BlockSettings
from core import ids
from core.db import atomic, db, lock
from core.text import N_
from questions import assembling
from questions.models import Blueprint, BlueprintRow
from questions.rules import drawing


@dataclass(frozen=True, slots=True)
class Line:
    """A block and how many people entered it."""

    block: Block
    people: int


def lines(contest: Contest) -> list[Line]:
    """Return the blocks of a contest with their people; two statements."""
    counted = select(Enrolment.block_id, func.count()).where(Enrolment.contest_id == contest.id)
    people = dict(db.session.execute(counted.group_by(Enrolment.block_id)).all())
    return [Line(block, people.get(block.id, 0)) for block in contest.blocks]


def settings_of(block: Block) -> BlockSettings:
    """Return what a block is set to."""
    return BlockSettings(block.title, block.members, block.min_age)


@atomic()
def add(contest: Contest, settings: BlockSettings, actor: Account) -> Block:
    """Add a block to a contest. Raise `NameTaken`."""
    lock(contest)
    _check_title(contest, settings.title)
    block = Block(contest_id=contest.id, title=settings.title)
    block.members, block.min_age = settings.members, settings.min_age
    db.session.add(block)
    db.session.flush()
    _record(contest, actor, "block.added", settings)
    return block


@atomic()
def edit(contest: Contest, block: Block, settings: BlockSettings, actor: Account) -> Block:
    """Set a block anew; who has entered it stays in it. Raise `NameTaken`."""
    lock(contest)
    _check_title(contest, settings.title, but=block)
    before = settings_of(block)
    if before != settings:
        block.title, block.members = settings.title, settings.members
        block.min_age = settings.min_age
        _record(contest, actor, "block.edited", settings, before=before.title)
    return block


@atomic()
def remove(contest: Contest, block: Block, actor: Account) -> None:
    """Take a block away that nobody has entered. Raise `BlockTaken` otherwise."""
    lock(contest)
    if db.session.scalar(select(Enrolment.id).where(Enrolment.block_id == block.id).limit(1)):
        raise BlockTaken
    for paper in db.session.scalars(select(BlockPaper).where(BlockPaper.block_id == block.id)):
        db.session.delete(paper)
    db.session.flush()
    _record(contest, actor, "block.removed", settings_of(block))
    db.session.delete(block)


def _check_title(contest: Contest, title: str, *, but: Block | None = None) -> None:
    if any(one.title == title and one is not but for one in contest.blocks):
        raise NameTaken(N_("Another group of the contest has this name."))


def _record(
    contest: Contest, actor: Account, action: str, settings: BlockSettings, **more: object
) -> None:
    auditing.record(
        actor,
        action,
        f"contest:{contest.public_id}",
        log=contest.log,
        title=settings.title,
        members=settings.members,
        min_age=settings.min_age,
        **more,
    )


# --- Papers of a round ---------------------------------------------------------------------------


def sources(round_: Round) -> dict[int, int | None]:
    """Return by block the bank's own blueprint that its papers in a round were taken from."""
    return {one.block_id: one.blueprint.source_id for one in round_.block_papers}


@atomic()
def set_papers(
    round_: Round, chosen: Mapping[int, Blueprint | None], actor: Account, *, at: datetime
) -> None:
    """Give blocks papers of their own in a round, copied from blueprints of a bank; None: none.

    Raise `RoundTaken` when somebody has begun, `RoundNotReady` when a bank lacks questions for
    a round that is ready, `RoundFinal`.
    """
    lock(round_)
    if round_.state is RoundState.FINAL:
        raise RoundFinal
    before, blocks = sources(round_), {one.id: one for one in round_.contest.blocks}
    differs = {
        block: source
        for block, source in chosen.items()
        if block in blocks and (source.id if source else None) != before.get(block)
    }
    if not differs:
        return
    if overviews.has_attempts(round_):
        raise RoundTaken
    for block, source in differs.items():
        _set_paper(round_, block, source)
    db.session.flush()
    db.session.expire(round_, ["block_papers"])
    if round_.state is RoundState.READY:
        refuse_short(round_, at=at)
    told = {
        blocks[block].title: source.title if source else None for block, source in differs.items()
    }
    target = f"round:{round_.public_id}"
    auditing.record(actor, "round.papers_set", target, log=round_.contest.log, blocks=told)


def _set_paper(round_: Round, block_id: int, source: Blueprint | None) -> None:
    held = next((one for one in round_.block_papers if one.block_id == block_id), None)
    if held is not None:
        db.session.delete(held)
        db.session.flush()
    if source is not None:
        db.session.add(_paper(round_.id, block_id, source, source_id=source.id))


def _paper(round_id: int, block_id: int, source: Blueprint, *, source_id: int | None) -> BlockPaper:
    """Return a copy for one round: editing what it was taken from never changes it."""
    copy = Blueprint(
        public_id=ids.public_id(),
        bank_id=source.bank_id,
        title=source.title,
        source_id=source_id,
        exclusions=dict(source.exclusions or {}),
        rows=[
            BlueprintRow(
                topic_id=row.topic_id,
                difficulty=row.difficulty,
                type=row.type,
                count=row.count,
                points=row.points,
            )
            for row in source.rows
        ],
    )
    return BlockPaper(round_id=round_id, block_id=block_id, blueprint=copy)


@atomic()
def copy_papers(from_: Round, to: Round) -> None:
    """Give a round the papers of blocks that another one has."""
    for one in from_.block_papers:
        source = one.blueprint
        db.session.add(_paper(to.id, one.block_id, source, source_id=source.source_id))


def refuse_short(round_: Round, *, at: datetime) -> None:
    """Raise `RoundNotReady` naming a block for whose papers a bank lacks questions."""
    for one, lacking in shortages(round_, at=at):
        if lacking:
            raise RoundNotReady(
                N_("The bank has too few questions for the papers of “%(block)s”."),
                block=one.block.title,
            )


def shortages(round_: Round, *, at: datetime) -> Sequence[tuple[BlockPaper, bool]]:
    """Return the papers of blocks in a round, and for each whether its bank lacks questions."""
    found = []
    for one in round_.block_papers:
        plan = attempting.official_plan(attempting.Source(round_, one.blueprint), at=at)
        found.append((one, bool(drawing.shortfalls(plan.rows, plan.pool))))
    return found


def questions_in(blueprint: Blueprint) -> int:
    """Return how many questions a paper of the blueprint has."""
    return assembling.spec_of(blueprint).count
