import json
from datetime import UTC, date, datetime

from sqlalchemy import select

from accounts import auditing, authenticating, consenting, issuing, queries, upholding
from accounts.models import AuditEntry, DataRight, SignInSlip
from accounts.rules.authorizing import Role
from accounts.rules.consents import Purpose
from accounts.signals import account_erased, data_collected
from core.db import db
from tests import factories

FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def test_request_knows_by_when_it_is_answered_and_done(app):
    row = upholding.ask(factories.account(), DataRight.CORRECTION, "Sai họ tên", at=FRIDAY)

    assert (row.answer_by, row.done_by) == (date(2026, 11, 24), date(2026, 12, 5))


def test_answer_keeps_the_first_moments(admin, at):
    row = upholding.ask(factories.account(), DataRight.ACCESS, "Cho biết", at=FRIDAY)

    upholding.answer(admin, row, "Đã gửi bản kê", is_done=False, at=FRIDAY)
    upholding.answer(admin, row, "Đã gửi bản kê đủ", is_done=True, at=at)

    assert (row.answered_at, row.done_at, row.outcome) == (FRIDAY, at, "Đã gửi bản kê đủ")


def test_withdrawing_a_consent_opens_a_request_with_its_days(app):
    account = factories.account()
    consent = consenting.give(account, Purpose.REMIND, "Gửi nhắc nhở", at=FRIDAY)

    row = upholding.withdraw_consent(account, consent, at=FRIDAY)

    assert (consent.withdrawn_at, row.right, row.words) == (
        FRIDAY,
        DataRight.WITHDRAWAL,
        "Gửi nhắc nhở",
    )


def test_collect_gives_everything_but_secrets_and_what_others_add(app, at, password_hash):
    account = factories.account(phone="+84914223456", password_hash=password_hash)
    authenticating.open_session(account, is_staff=False, device="Chrome", at=at)

    def listen(sender):
        return {"attempts": [{"score": "8,25"}]}

    with data_collected.connected_to(listen):
        about = upholding.collect(account)

    text = json.dumps(about)
    assert (about["account"]["phone"], about["attempts"]) == ("+84914223456", [{"score": "8,25"}])
    assert [password_hash in text, "digest" in text] == [False, False]
    assert about["trail"][0]["action"] == "session.opened"


def test_erase_takes_the_person_out_and_leaves_the_trail_whole(admin, at, password_hash):
    account = factories.account(
        full_name="Nguyễn Thị Hạnh",
        phone="+84914223456",
        email="hanh@daklak.gov.vn",
        birth_date=date(2004, 2, 28),
        password_hash=password_hash,
    )
    consenting.give(account, Purpose.TAKE_PART, "Dùng họ tên", at=at)
    issuing.issue(admin, account, at=at)
    authenticating.open_session(account, is_staff=False, device="Chrome", at=at)
    auditing.sequence(at=at)
    told = []

    def listen(sender, at):
        told.append(sender.full_name)

    with account_erased.connected_to(listen):
        upholding.erase(account, account, at=at)

    assert told == ["Nguyễn Thị Hạnh"]
    assert (account.full_name, account.phone, account.email, account.birth_date) == (
        "Nguyễn Thị H***",
        None,
        None,
        None,
    )
    assert (account.password_hash, account.search_text, account.is_active) == (None, "", False)
    assert queries.sessions_of(account.id) == []
    assert db.session.scalars(select(SignInSlip)).all() == []
    assert all(row.withdrawn_at == at for row in queries.consents_of(account.id))


def test_trail_after_an_erasure_has_no_content_about_the_person_and_is_whole(admin, at):
    account = factories.account(full_name="Nguyễn Thị Hạnh")
    factories.grant(account, role=Role.OBSERVER)
    consenting.give(account, Purpose.TAKE_PART, "Dùng họ tên", at=at)
    auditing.sequence(at=at)

    upholding.erase(admin, account, at=at)
    auditing.sequence(at=at)

    about = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.target == f"account:{account.public_id}")
        .order_by(AuditEntry.id)
    ).all()
    assert [(row.action, row.record is None) for row in about] == [
        ("consent.given", True),
        ("account.erased", False),
    ]
    assert auditing.faults("platform") == []
    assert queries.grants_of(account.id, at=at) == []


def test_erase_twice_is_erased_once(admin, at):
    account = factories.account(full_name="Nguyễn Thị Hạnh")
    upholding.erase(account, account, at=at)

    upholding.erase(account, account, at=at)

    assert account.full_name == "Nguyễn Thị H***"
