import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import issuing, registering
from accounts.errors import SlipRefused
from accounts.models import SignInSlip
from core import jobs, mail
from core.db import db
from tests import factories


def test_slip_is_kept_only_as_a_digest_and_opens_its_account(admin, at):
    account = factories.account()

    issued = issuing.issue(admin, account, at=at)

    row = db.session.scalar(select(SignInSlip))
    assert (len(row.digest), issued.code in row.digest, row.issued_by_id) == (64, False, admin.id)
    assert issuing.use(issued.code.lower().replace("-", " "), at=at) == (account, False)


@pytest.mark.parametrize("typed", ["", "7F2K", "7F2K-92QD-M4XC", "không phải mã"])
def test_unknown_code_is_refused(app, at, typed):
    with pytest.raises(SlipRefused):
        issuing.use(typed, at=at)


def test_slip_is_good_once(admin, at):
    issued = issuing.issue(admin, factories.account(), at=at)
    issuing.use(issued.code, at=at)

    with pytest.raises(SlipRefused):
        issuing.use(issued.code, at=at)


def test_slip_used_by_four_at_once_opens_for_one(built, admin, at):
    issued = issuing.issue(admin, factories.account(), at=at)
    outcomes, ready = [], threading.Barrier(4)

    def use():
        with built.app_context():
            ready.wait()
            try:
                issuing.use(issued.code, at=at)
                outcomes.append("in")
            except SlipRefused:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in", "refused", "refused", "refused"]


def test_slip_runs_out_after_a_day(admin, at):
    issued = issuing.issue(admin, factories.account(), at=at)

    with pytest.raises(SlipRefused):
        issuing.use(issued.code, at=at + timedelta(hours=24))


def test_new_slip_ends_the_one_before(admin, at):
    account = factories.account()
    old = issuing.issue(admin, account, at=at)
    new = issuing.issue(admin, account, at=at)

    with pytest.raises(SlipRefused):
        issuing.use(old.code, at=at)

    assert issuing.use(new.code, at=at)[0].id == account.id


def test_slip_for_a_forgotten_password_ends_it_when_used(admin, at, password_hash):
    account = factories.account(password_hash=password_hash, failures=100)
    issued = issuing.issue(admin, account, at=at, resets=True)
    kept = account.password_hash

    _account, resets = issuing.use(issued.code, at=at)

    assert (kept, account.password_hash, account.failures, resets) == (
        password_hash,
        None,
        0,
        True,
    )


def test_no_slip_for_a_closed_account(admin, at):
    account = factories.account()
    issued = issuing.issue(admin, account, at=at)
    registering.deactivate(admin, account, reason="Nghỉ việc", at=at)

    with pytest.raises(SlipRefused):
        issuing.issue(admin, account, at=at)
    with pytest.raises(SlipRefused):
        issuing.use(issued.code, at=at)


def test_slip_made_with_an_older_secret_still_opens(app, admin, at):
    issued = issuing.issue(admin, factories.account(), at=at)
    older = app.config["SECRET_KEYS"]
    app.config["SECRET_KEYS"] = ("a newer secret", *older)

    try:
        assert issuing.use(issued.code, at=at)
    finally:
        app.config["SECRET_KEYS"] = older


def test_mailed_slip_waits_sealed(app, at):
    account = factories.account(email="an@daklak.gov.vn")
    written = []

    issuing.issue_by_mail(
        account, "Mật khẩu mới", lambda code: written.append(code) or f"Mã {code}", at=at
    )

    job = db.session.scalar(select(jobs.Job))
    assert (job.kind, written[0] in str(job.payload)) == (mail.KIND, False)
