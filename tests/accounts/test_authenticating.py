from datetime import timedelta

import pytest

from accounts import authenticating, queries
from accounts.errors import SignInRefused
from accounts.hashing import hasher
from accounts.models import Account, AuditEntry, BrowserSession, SecondFactor
from accounts.rules.authorizing import Role
from core.db import atomic, db
from core.errors import TooMany
from tests import factories
from tests.accounts.conftest import PASSWORD, again

PHONE = "+84914223456"


@pytest.fixture
def person(password_hash):
    return factories.account(phone=PHONE, email="an@daklak.gov.vn", password_hash=password_hash)


@pytest.mark.parametrize("name", ["0914 223 456", "+84914223456", "AN@daklak.gov.vn"])
def test_sign_in_by_phone_or_address_however_written(person, at, name):
    assert authenticating.sign_in(name, PASSWORD, at=at).id == person.id


def test_password_typed_with_other_code_points_is_the_same(person, at):
    import unicodedata

    typed = unicodedata.normalize("NFD", PASSWORD)

    assert authenticating.sign_in("0914223456", typed, at=at).id == person.id


def test_wrong_passwords_delay_the_next_try_more_and_more(person, at):
    waits = []
    now = at
    for _ in range(7):
        with pytest.raises(SignInRefused):
            authenticating.sign_in("0914223456", "sai mật khẩu rồi", at=now)
        waits.append((person.blocked_until - now).total_seconds())
        now = person.blocked_until

    assert waits == [0, 0, 0, 1, 2, 4, 8]


def test_delay_never_passes_fifteen_minutes():
    waits = [authenticating.delay_after(n).total_seconds() for n in (12, 13, 14, 15, 99)]

    assert waits == [256, 512, 900, 900, 900]


def test_right_password_too_early_has_to_wait(person, at):
    for _ in range(4):
        with pytest.raises(SignInRefused):
            authenticating.sign_in("0914223456", "sai mật khẩu rồi", at=at)

    with pytest.raises(TooMany) as waits:
        authenticating.sign_in("0914223456", PASSWORD, at=at)

    assert waits.value.details == {"retry_after": 1}
    assert authenticating.sign_in("0914223456", PASSWORD, at=at + timedelta(seconds=1))


@pytest.fixture
def meanwhile(person, at, monkeypatch):
    """Somebody fails four times while a password is looked at."""
    plain = hasher.ask

    def ask(*told):
        monkeypatch.setattr(hasher, "ask", plain)
        for _ in range(4):
            authenticating.count_try(person, at=at)
        return plain(*told)

    monkeypatch.setattr(hasher, "ask", ask)


@pytest.mark.usefixtures("meanwhile")
@pytest.mark.parametrize("typed", [PASSWORD, "sai mật khẩu rồi"])
def test_tries_at_once_are_told_no_more_than_one_after_the_other(person, at, typed):
    with pytest.raises(TooMany) as waits:
        authenticating.sign_in("0914223456", typed, at=at)

    assert waits.value.details == {"retry_after": 1}
    assert person.failures == 4


def test_right_password_is_looked_at_without_writing(person, at, queries):
    authenticating.sign_in("0914223456", PASSWORD, at=at)

    assert [one for one in queries if not one.startswith("SELECT")] == []
    assert len(queries) == 2


def at_once(name, password, *, at):
    return authenticating.sign_in_at_once(name, password, device="Firefox", at=at)


@pytest.mark.parametrize("sign_in", [authenticating.sign_in, at_once])
@pytest.mark.parametrize("field", ["password_hash", "deactivated_at"])
def test_password_changed_or_account_closed_meanwhile_lets_nobody_in(
    person, at, field, sign_in, monkeypatch
):
    plain = hasher.ask

    def ask(*told):
        with atomic():
            setattr(person, field, {"password_hash": "khác", "deactivated_at": at}[field])
        return plain(*told)

    monkeypatch.setattr(hasher, "ask", ask)

    with pytest.raises(SignInRefused):
        sign_in("0914223456", PASSWORD, at=at)
    assert db.session.query(BrowserSession).count() == 0


@pytest.mark.parametrize("became", ["staff", "careful", "failing"])
def test_who_is_asked_for_more_meanwhile_is_not_let_in_at_once(person, at, became, monkeypatch):
    plain, account_id = hasher.ask, person.id

    def ask(*told):
        if became == "staff":
            factories.grant(person, Role.ORGANIZER)
        elif became == "careful":
            factories.saved(SecondFactor(account_id=account_id, sealed_secret="x", confirmed_at=at))
        else:
            with atomic():
                person.failures = 2
        return plain(*told)

    monkeypatch.setattr(hasher, "ask", ask)

    known = at_once("0914223456", PASSWORD, at=at)

    assert (known.id, known.is_staff, known.has_factor) == (
        account_id,
        became == "staff",
        became == "careful",
    )
    assert db.session.query(BrowserSession).count() == 0
    assert db.session.get_one(Account, account_id).failures == 0


def test_who_is_let_in_at_once_has_a_session_and_its_entry_in_the_trail(person, at):
    token = at_once("0914223456", PASSWORD, at=at)

    session = db.session.query(BrowserSession).one()
    assert (session.digest, session.device) == (authenticating.digest_of(token), "Firefox")
    opened = db.session.query(AuditEntry).filter_by(action="session.opened").one()
    assert opened.actor_id == session.account_id == person.id


def test_right_password_forgets_the_failures(person, at):
    with pytest.raises(SignInRefused):
        authenticating.sign_in("0914223456", "sai mật khẩu rồi", at=at)

    authenticating.sign_in("0914223456", PASSWORD, at=at)

    assert (person.failures, person.blocked_until) == (0, None)


def test_hundred_wrong_passwords_stop_the_account(app, at, password_hash):
    factories.account(phone=PHONE, password_hash=password_hash, failures=100)

    with pytest.raises(SignInRefused) as refused:
        authenticating.sign_in("0914223456", PASSWORD, at=at)

    assert refused.value.message == authenticating.STOPPED


def test_unknown_name_costs_one_hash_like_a_known_one(person, at, monkeypatch):
    asked = []
    plain = hasher.ask
    monkeypatch.setattr(hasher, "ask", lambda *told: asked.append(told[1]) or plain(*told))

    for name in ("0905999999", "0914223456"):
        with pytest.raises(SignInRefused):
            authenticating.sign_in(name, "sai mật khẩu rồi", at=at)

    assert [stored is None for stored in asked] == [True, False]


def test_staff_have_at_most_three_browsers(admin, at):
    for minute, device in enumerate("abcd"):
        moment = at + timedelta(minutes=minute)
        authenticating.open_session(admin, is_staff=True, device=device, at=moment)

    assert [row.device for row in queries.sessions_of(admin.id)] == ["d", "c", "b"]


def test_session_ends_when_idle_unless_an_attempt_holds_it(app, at):
    account = factories.account()
    token = authenticating.open_session(account, is_staff=False, device="a", at=at)
    row = queries.session_of(authenticating.digest_of(token))
    later = at + timedelta(hours=3)

    idle = authenticating.is_alive(row, at=later)
    authenticating.hold(row.public_id, later + timedelta(minutes=30))
    authenticating.hold(row.public_id, later + timedelta(minutes=20))
    again()

    assert (idle, authenticating.is_alive(row, at=later)) == (False, True)
    assert row.held_until == later + timedelta(minutes=30)


def test_step_up_gives_the_browser_another_token(app, at):
    account = factories.account()
    token = authenticating.open_session(account, is_staff=False, device="a", at=at)
    row = queries.session_of(authenticating.digest_of(token))

    renewed = authenticating.step_up(row, at=at)

    assert queries.session_of(authenticating.digest_of(token)) is None
    assert queries.session_of(authenticating.digest_of(renewed)).id == row.id


def test_clean_takes_only_sessions_that_are_over(app, at):
    account = factories.account()
    authenticating.open_session(account, is_staff=False, device="cũ", at=at - timedelta(days=2))
    authenticating.open_session(account, is_staff=False, device="mới", at=at)

    gone = authenticating.clean(at=at)

    assert (gone, [row.device for row in queries.sessions_of(account.id)]) == (1, ["mới"])
