"""What a trial of other rules reads of a round: what people achieved, or invented people."""

from dataclasses import replace

from sqlalchemy import select

from accounts.models import Account
from accounts.rules import masking
from contest import computing, planning
from contest.models import Enrolment, Round
from contest.rules import ranking, whatif
from contest.rules.whatif import Person, Rules
from core.db import db
from questions.rules.filling import Cell

USUAL_QUESTIONS = 10


def rules_of(round_: Round) -> Rules:
    """Return the rules that a round is set to."""
    return Rules(ranking.read(round_.ranking), round_.counts, round_.asked_prediction)


def people_of(round_: Round) -> list[Person]:
    """Return everybody ranked with what was achieved and a masked name; three statements."""
    by_person = computing.achieved_in(round_)
    blocks = computing.blocks_in(round_.contest_id)
    named = db.session.execute(
        select(Enrolment.id, Enrolment.number, Account.full_name)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.contest_id == round_.contest_id)
    )
    names = {one: f"{masking.name(name)} ({number:05})" for one, number, name in named}
    seed = bytes.fromhex(round_.seed)
    return [
        Person(names[one], attempts, blocks.get(one), ranking.lot(seed, who))
        for (one, who), attempts in by_person.items()
    ]


def invented_for(round_: Round) -> list[Person]:
    """Return invented people who take the round, the same ones at every look."""
    settings = planning.settings_of(round_)
    if not settings.questions:
        settings = replace(settings, cells=(Cell(None, None, None, USUAL_QUESTIONS),))
    people = whatif.invented(settings, round_.public_id)
    blocks = [one.id for one in round_.contest.blocks]
    if not blocks:
        return people
    return [replace(one, block=blocks[at % len(blocks)]) for at, one in enumerate(people)]
