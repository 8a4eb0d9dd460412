"""F-37: an older backup is restored during an exam, and the journals of clients bring all back."""

import json
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from contest import attempting, beginning, closing, queries, saving, verifying
from contest.attempting import Client
from contest.models import Attempt, Contest, Response, Round
from contest.saving import Answer, Outcome
from core import backups, clock
from core.db import db
from tests import factories
from tests.contest.starting import ready, who
from tests.faults.running import cases

PEOPLE = 4


class Person:
    """Somebody who sits the paper, and the journal that their browser keeps of it."""

    def __init__(self, round_, noon):
        enrolment = factories.enrolment(round_.contest)
        self.account, self.seq, self.journal = enrolment.account, 0, []
        self.attempt = attempting.start(
            round_, enrolment, self.account, client=Client("phiên 1", "phone"), at=noon
        )
        self.id, self.name = self.attempt.id, self.attempt.public_id
        self.ticket = saving.ticket_of(self.attempt)

    def answer(self, position, letter, *, at):
        self.seq += 1
        change = Answer(position, self.seq, letter)
        said = saving.save(self.ticket, [change], at=at)
        assert said.receipts[position][0] == self.seq
        self.journal.append((self.ticket, change, said.receipts[position][1]))

    def move(self, *, at):
        """Go on at another machine, which keeps the journal on."""
        attempting.take_over(self.attempt, self.account, session="phiên 2", at=at)
        self.ticket = saving.ticket_of(self.attempt)

    def replay(self, *, at):
        """Send everything again, in order, as a page does that hears of a new epoch."""
        for number, (ticket, change, _) in enumerate(self.journal):
            said = saving.save(ticket, [change], at=at)
            assert said.outcome in (Outcome.SAVED, Outcome.DISPLACED)
            assert said.receipts[change.position][0] == change.seq
            self.journal[number] = (ticket, change, said.receipts[change.position][1])

    def claims(self):
        return [
            {"attempt": self.name, "slot": change.position, "lease": ticket.lease_no,
             "seq": change.seq, "receipt": receipt, "answer": change.text}
            for ticket, change, receipt in self.journal
        ]  # fmt: skip

    def newest(self):
        return {change.position: change.text for _, change, _ in self.journal}


@pytest.fixture
def embedded(app):
    if db.engine.dialect.name != "sqlite":
        with pytest.raises(backups.NotEmbedded):
            backups.database_file()
    return db.engine.dialect.name == "sqlite"


def restored(app, copy):
    """Restore as an administrator does: the server is stopped for it, and starts anew."""
    before = backups.epoch()
    backups.restore(copy)
    app.extensions.pop("epoch", None)
    assert backups.epoch() != before


def named_missing(app, people, path):
    """Return the lines of `contest missing-receipts` about everybody's journal, and its code."""
    claims = [json.dumps(claim) for one in people for claim in one.claims()]
    path.write_text("\n".join(claims) + "\n", encoding="utf-8")
    db.session.rollback()
    run = app.test_cli_runner().invoke(args=["contest", "missing-receipts", str(path)])
    lines = [line for line in run.output.splitlines() if line.startswith("MISSING ")]
    return lines, run.exit_code


def line_of(claim):
    place = " ".join(f"{name}={claim[name]}" for name in ("attempt", "slot", "lease", "seq"))
    return f"MISSING {place} receipt={claim['receipt']}"


def stored(person):
    db.session.rollback()
    rows = db.session.scalars(select(Response).where(Response.attempt_id == person.id)).all()
    return {(row.position, row.lease_no, row.seq): (row.answer, row.receipt) for row in rows}


@pytest.mark.parametrize("seed", range(cases(3, 12)))
def test_after_an_old_backup_the_journals_bring_every_answer_back(
    app, embedded, tmp_path, noon, seed
):
    if not embedded:
        return
    rng, round_ = Random(seed), factories.round_(opens_at=noon)
    contest_id, backups_folder = round_.contest_id, tmp_path / "sao lưu"
    people = [Person(round_, noon) for _ in range(PEOPLE)]

    def answer_some(begin):
        for second in range(20):
            at = noon + timedelta(seconds=begin + second)
            rng.choice(people).answer(rng.randint(1, 3), rng.choice("abcd"), at=at)

    answer_some(1)
    kept = {one.name: len(one.journal) for one in people}
    copy = backups.back_up(backups_folder, at=noon)
    people[0].answer(2, "c", at=noon + timedelta(seconds=50))
    people[0].move(at=noon + timedelta(seconds=60))
    answer_some(100)
    people[0].answer(1, "b", at=noon + timedelta(seconds=190))
    lost = [line_of(claim) for one in people for claim in one.claims()[kept[one.name] :]]
    restored(app, copy)

    assert named_missing(app, people, tmp_path / "biên nhận.jsonl") == (lost, 1)
    for one in people:
        one.replay(at=noon + timedelta(seconds=200))
    assert named_missing(app, people, tmp_path / "biên nhận.jsonl") == ([], 0)

    for one in people:
        expected = {
            (change.position, ticket.lease_no, change.seq): (change.text, receipt)
            for ticket, change, receipt in one.journal
        }
        assert stored(one) == expected
        given = queries.newest_of(one.id)
        assert {place: found.given.answer for place, found in given.items()} == one.newest()
        at = noon + timedelta(seconds=300)
        assert closing.hand_in(one.id, lease_no=one.ticket.lease_no, at=at).is_ours
    db.session.rollback()
    assert verifying.verify(db.session.get(Contest, contest_id)).faults == []


def test_a_ticket_of_a_lost_attempt_writes_into_nobody_elses(app, embedded, client, tmp_path):
    if not embedded:
        return
    # The edge goes by the clock, and a ticket of long ago is none.
    noon = clock.now()
    round_ = factories.round_(opens_at=noon)
    contest_id, round_id = round_.contest_id, round_.id
    copy = backups.back_up(tmp_path, at=noon)
    lost = Person(round_, noon)
    lost.answer(1, "b", at=noon)
    restored(app, copy)
    other = Person(db.session.get(Round, round_id), noon)
    assert (other.id, other.name != lost.name) == (lost.id, True)

    said = saving.save(lost.ticket, [Answer(1, 1, "a")], at=noon)
    reply = client.put(
        f"/thi/bai/{lost.name}/nop",
        json={"ticket": saving.written(lost.ticket)},
        headers={"X-Requested-With": "chungtay"},
    )

    assert said == saving.Saved(Outcome.GONE, {})
    assert (reply.status_code, reply.json["error"]) == (410, "gone")
    assert (stored(other), other.attempt.submitted_at) == ({}, None)
    assert verifying.verify(db.session.get(Contest, contest_id)).faults == []


def test_prepared_paper_started_after_the_backup_is_the_same_when_started_again(
    app, embedded, tmp_path, noon
):
    if not embedded:
        return
    round_ = factories.round_(opens_at=noon)
    enrolment = factories.enrolment(round_.contest)
    ready(round_, noon)
    person = who(enrolment)
    copy = backups.back_up(tmp_path, at=noon)
    lost = beginning.start(person, at=noon)
    restored(app, copy)

    again = beginning.start(person, at=noon + timedelta(minutes=5))
    db.session.rollback()

    assert (again.public_id, again.lease_no) == (lost.public_id, lost.lease_no)
    attempt = db.session.get_one(Attempt, again.attempt_id)
    change = Answer(1, 1, "b")
    said = saving.save(saving.ticket_of(attempt), [change], at=noon + timedelta(minutes=6))
    assert (said.outcome, list(said.receipts)) == (Outcome.SAVED, [1])


def test_after_a_restore_another_takeover_gives_no_lease_twice(app, embedded, tmp_path, noon):
    if not embedded:
        return
    one = Person(factories.round_(opens_at=noon), noon)
    copy = backups.back_up(tmp_path, at=noon)
    one.move(at=noon)
    one.answer(1, "b", at=noon)
    restored(app, copy)
    one.replay(at=noon)
    one.attempt = db.session.get(Attempt, one.id)
    one.account = one.attempt.enrolment.account

    one.move(at=noon)

    assert one.ticket.lease_no == 3
    one.answer(1, "c", at=noon)
    db.session.rollback()
    assert queries.newest_of(one.id)[1].given.answer == "c"
