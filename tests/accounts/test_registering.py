import threading

import pytest
from sqlalchemy import select

from accounts import authenticating, consenting, queries, registering
from accounts.errors import (
    ConsentMissing,
    EmailTaken,
    LastAdministrator,
    PasswordRefused,
    PhoneTaken,
)
from accounts.models import Account
from accounts.registering import Applicant
from accounts.rules.consents import Purpose
from accounts.rules.staff import StaffCategory
from core.db import atomic, db
from tests import factories
from tests.accounts.conftest import PASSWORD

PHONE = "+84914223456"


def people():
    return db.session.scalars(select(Account.full_name).order_by(Account.id)).all()


def test_register_keeps_the_name_as_written_and_findable(app, at):
    unit = factories.unit()

    account = registering.register(
        Applicant("H’Bia  Ê-ban", phone=PHONE, unit=unit, category=StaffCategory.YOUTH_MEMBER),
        at=at,
    )

    assert (account.full_name, account.search_text, account.unit.id) == (
        "H’Bia Ê-ban",
        "hbia e ban",
        unit.id,
    )


def test_register_a_second_time_with_the_phone_is_refused_with_a_way_out(app, at):
    registering.register(Applicant("Nguyễn Văn An", phone=PHONE), at=at)

    with pytest.raises(PhoneTaken) as refused:
        registering.register(Applicant("Trần Thị Bình", phone=PHONE), at=at)

    assert refused.value.details == {"phone": "0914 223 456"}
    assert people() == ["Nguyễn Văn An"]


def test_register_with_a_taken_address_is_refused(app, at):
    registering.register(Applicant("Nguyễn Văn An", email="an@daklak.gov.vn"), at=at)

    with pytest.raises(EmailTaken):
        registering.register(Applicant("Trần Thị Bình", email="an@daklak.gov.vn"), at=at)


def test_two_registrations_with_one_phone_at_once_leave_one_account(built, app, at):
    outcomes, ready = [], threading.Barrier(4)

    def register(name):
        with built.app_context():
            ready.wait()
            try:
                registering.register(Applicant(name, phone=PHONE), at=at)
                outcomes.append("made")
            except PhoneTaken:
                outcomes.append("taken")
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=register, args=(name,))
        for name in ("Lê An", "Lê Bình", "Lê Chi", "Lê Dũng")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "taken", "taken", "taken"]
    assert len(people()) == 1


def test_registration_and_consents_are_one_transaction(app, at):
    @atomic()
    def enter():
        account = registering.register(Applicant("Nguyễn Văn An", phone=PHONE), at=at)
        consenting.give_all(account, {Purpose.REMIND: "Gửi nhắc nhở"}, at=at)

    with pytest.raises(ConsentMissing):
        enter()

    assert people() == []


def test_set_password_signs_other_browsers_out(app, at):
    account = factories.account()
    token = authenticating.open_session(account, is_staff=False, device="a", at=at)
    kept = queries.session_of(authenticating.digest_of(token))
    authenticating.open_session(account, is_staff=False, device="b", at=at)

    registering.set_password(account, PASSWORD, is_staff=False, has_factor=False, keep=kept)

    assert [row.device for row in queries.sessions_of(account.id)] == ["a"]
    assert authenticating.is_password_of(account, PASSWORD)


@pytest.mark.parametrize("password", ["ngắn", "12345678", "daklak2026", "Y Bhăm Niê 2026"])
def test_password_that_is_short_common_or_known_is_refused(app, password):
    account = factories.account(full_name="Y Bhăm Niê")

    with pytest.raises(PasswordRefused):
        registering.set_password(account, password, is_staff=False, has_factor=False)

    assert account.password_hash is None


def test_staff_without_a_second_factor_need_fifteen_characters(app):
    account = factories.account()

    with pytest.raises(PasswordRefused):
        registering.set_password(account, "trâu qua suối", is_staff=True, has_factor=False)

    registering.set_password(account, "trâu qua suối", is_staff=True, has_factor=True)
    assert account.password_hash is not None


def test_change_contact_to_a_taken_phone_is_refused(app):
    factories.account(phone=PHONE)
    account = factories.account(phone="+84905000002")

    with pytest.raises(PhoneTaken):
        registering.change_contact(account, account, phone=PHONE, email=None)

    assert account.phone == "+84905000002"


def test_closed_account_is_signed_out_and_opens_again(admin, at):
    account = factories.account()
    authenticating.open_session(account, is_staff=False, device="a", at=at)

    registering.deactivate(admin, account, reason="Nghỉ việc", at=at)
    closed = account.is_active
    registering.reactivate(admin, account, reason="Nhầm người")

    assert (closed, account.is_active) == (False, True)


def test_last_administrator_cannot_be_closed(admin, at):
    with pytest.raises(LastAdministrator):
        registering.deactivate(admin, admin, reason="Thử", at=at)

    assert admin.is_active
