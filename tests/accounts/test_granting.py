from datetime import timedelta

import pytest

from accounts import authenticating, granting, queries
from accounts.errors import LastAdministrator, OwnRole, ScopeRefused
from accounts.rules.authorizing import Role, ScopeKind
from tests import factories


def roles(account, at):
    return [grant.role for grant in queries.grants_of(account.id, at=at)]


def test_give_twice_is_one_grant_and_signs_the_person_out(admin, at):
    account = factories.account()
    authenticating.open_session(account, is_staff=False, device="a", at=at)

    first = granting.give(admin, account, Role.SECRETARY, at=at)
    second = granting.give(admin, account, Role.SECRETARY, at=at)

    assert (second.id, roles(account, at)) == (first.id, [Role.SECRETARY])
    assert queries.sessions_of(account.id) == []


def test_role_ends_when_its_time_is_over(admin, at):
    account = factories.account()

    granting.give(admin, account, Role.AUTHOR, at=at, until=at + timedelta(days=7))

    assert roles(account, at + timedelta(days=7)) == []


def test_nobody_gives_a_role_to_themselves(admin, at):
    with pytest.raises(OwnRole):
        granting.give(admin, admin, Role.DATA_VIEWER, at=at)

    assert roles(admin, at) == [Role.ADMIN]


def test_role_outside_its_scopes_is_refused(admin, at):
    with pytest.raises(ScopeRefused):
        granting.give(admin, factories.account(), Role.UNIT_OFFICER, at=at)


def test_unit_role_holds_only_for_the_unit(admin, at):
    account, unit = factories.account(), factories.unit()

    grant = granting.give(admin, account, Role.UNIT_OFFICER, (ScopeKind.UNIT, unit.id), at=at)

    assert (grant.scope_kind, grant.scope_id) == (ScopeKind.UNIT, unit.id)


def test_withdrawn_role_is_over_at_once(admin, at):
    account = factories.account()
    grant = granting.give(admin, account, Role.SECRETARY, at=at)

    granting.withdraw(admin, grant, at=at + timedelta(seconds=1))

    assert roles(account, at + timedelta(seconds=1)) == []


def test_last_administrator_keeps_the_role(admin, at):
    grant = queries.grants_of(admin.id, at=at)[0]

    with pytest.raises(LastAdministrator):
        granting.withdraw(admin, grant, at=at)

    granting.give(admin, factories.account(), Role.ADMIN, at=at)
    granting.withdraw(admin, grant, at=at)
    assert roles(admin, at) == []
