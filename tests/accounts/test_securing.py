from datetime import timedelta

import pyotp
import pytest

from accounts import queries, securing
from accounts.errors import FactorRefused
from tests import factories


@pytest.fixture
def protected(app, at):
    account = factories.account(phone="+84905000003")
    secret = securing.offered(account, securing.offer(account))
    codes = securing.confirm(account, secret, pyotp.TOTP(secret).at(at), at=at)
    return account, pyotp.TOTP(secret), codes


def test_offered_secret_is_new_each_time_and_kept_nowhere(app):
    account = factories.account()

    one, other = (securing.offered(account, securing.offer(account)) for _ in range(2))

    assert one != other
    assert queries.second_factor_of(account.id) is None
    assert not securing.has_factor(account)


def test_offered_secret_is_good_for_nobody_else(app):
    sealed = securing.offer(factories.account())

    assert securing.offered(factories.account(), sealed) is None
    assert securing.offered(factories.account(), "bịa ra") is None


def test_confirmed_secret_is_kept_sealed(protected):
    account, totp, _codes = protected

    assert totp.secret not in queries.second_factor_of(account.id).sealed_secret


def test_wrong_digits_do_not_confirm(app, at):
    account = factories.account()
    secret = securing.offered(account, securing.offer(account))

    with pytest.raises(FactorRefused):
        securing.confirm(account, secret, "000000", at=at)

    assert (securing.has_factor(account), account.failures) == (False, 1)


def test_digits_are_good_once(protected, at):
    account, totp, _codes = protected
    later = at + timedelta(seconds=60)
    securing.check(account, totp.at(later), at=later)

    with pytest.raises(FactorRefused):
        securing.check(account, totp.at(later), at=later)


@pytest.mark.parametrize(
    ("drift", "accepted"), [(-30, True), (30, True), (-90, False), (90, False)]
)
def test_clock_of_the_phone_may_differ_by_one_step(protected, at, drift, accepted):
    account, totp, _codes = protected
    later = at + timedelta(minutes=10)

    try:
        securing.check(account, totp.at(later + timedelta(seconds=drift)), at=later)
        found = True
    except FactorRefused:
        found = False

    assert found is accepted


def test_spare_code_is_good_once(protected, at):
    account, _totp, codes = protected
    securing.check(account, codes[0].lower(), at=at)

    with pytest.raises(FactorRefused):
        securing.check(account, codes[0], at=at)

    assert len(set(codes)) == 8


def test_new_spare_codes_end_the_old(protected, at):
    account, _totp, codes = protected

    renewed = securing.renew_spare_codes(account)

    with pytest.raises(FactorRefused):
        securing.check(account, codes[1], at=at)
    securing.check(account, renewed[1], at=at)


def test_confirmed_factor_is_not_set_up_over(protected):
    with pytest.raises(FactorRefused):
        securing.offer(protected[0])


def test_factor_taken_away_can_be_set_up_anew(protected, admin):
    account, totp, _codes = protected

    securing.remove(admin, account, reason="Mất điện thoại")

    assert not securing.has_factor(account)
    assert securing.offered(account, securing.offer(account)) != totp.secret
