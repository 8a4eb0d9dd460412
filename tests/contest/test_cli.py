"""`flask contest verify`."""

import gzip
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from contest import attempting, saving
from contest.attempting import Client
from contest.cli import group
from contest.models import Response
from contest.saving import Answer
from core import clock
from core.db import db, writing
from tests import factories


@pytest.fixture
def attempt(app):
    """A submitted attempt with an answer to the first question."""
    now = clock.now() - timedelta(minutes=5)
    round_ = factories.round_(contest=factories.contest(slug="chung-tay"))
    person = factories.account()
    enrolment = factories.enrolment(round_.contest, person)
    attempt = attempting.start(round_, enrolment, person, client=Client("máy", "phone"), at=now)
    ticket = saving.ticket_of(attempt)
    saving.save(ticket, [Answer(1, 1, "a", 900)], at=now + timedelta(minutes=1))
    return attempting.submit(attempt, person, at=now + timedelta(minutes=2))


def verify(app, *arguments):
    return app.test_cli_runner().invoke(group, ["verify", *arguments])


def change(statement, **values):
    db.session.rollback()
    with writing() as connection:
        connection.execute(text(statement), values)


def test_verify_of_a_whole_contest_counts_and_finds_nothing(app, attempt):
    said = verify(app)

    assert said.exit_code == 0
    assert said.output == (
        "chung-tay: 1 attempts, 1 responses, 2 standings, 2 audit entries, 0 faults\n"
    )


def test_verify_names_a_response_changed_to_another_wrong_answer(app, attempt):
    change("UPDATE response SET answer = 'c'")

    said = verify(app, "chung-tay")

    assert said.exit_code == 1
    assert f"FAULT response attempt={attempt.public_id} slot=1 lease=1 seq=1" in said.output
    assert db.session.query(Response).one().answer == "c"


def test_verify_names_an_attempt_whose_digest_was_forged_beside_the_trail(app, attempt):
    forged = "0" * 64
    change("UPDATE attempt SET answers_digest = :forged", forged=forged)

    said = verify(app, "chung-tay")

    assert said.exit_code == 1
    assert f"FAULT attempt {attempt.public_id}: the trail tells of other answers" in said.output


def test_verify_names_an_attempt_whose_submission_left_the_trail(app, attempt):
    change("DELETE FROM audit_entry WHERE action = 'attempt.submitted'")

    said = verify(app, "chung-tay")

    assert f"attempt {attempt.public_id}: the trail does not tell of its submission" in said.output


def test_verify_of_an_unknown_contest_says_so(app):
    said = verify(app, "khong-co")

    assert (said.exit_code, said.output) == (1, "Error: no contest has the address khong-co\n")


def test_mirror_writes_the_public_boards_as_everybody_gets_them(app, tmp_path):
    shown = factories.round_(opens_at=clock.now() - timedelta(days=2))
    hidden = factories.round_(contest=factories.contest(state="draft"))
    run = app.test_cli_runner().invoke(args=["contest", "mirror", str(tmp_path)])

    assert run.output == "1 boards written\n"
    board = tmp_path / "cuoc-thi" / shown.contest.slug / "bang-xep-hang" / "1" / "index.html"
    page = board.read_text()
    assert "Bảng xếp hạng" in page
    assert gzip.decompress(board.with_name("index.html.gz").read_bytes()).decode() == page
    for sheet in re.findall(r'href="/(static/[^"]+[.]css)"', page):
        assert (tmp_path / sheet).is_file()
    assert not (tmp_path / "cuoc-thi" / hidden.contest.slug).exists()
