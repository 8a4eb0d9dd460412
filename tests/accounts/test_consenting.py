import pytest

from accounts import consenting, queries
from accounts.errors import ConsentMissing
from accounts.rules.consents import Purpose
from accounts.signals import consent_withdrawn
from tests import factories

WORDS = "Dùng họ tên, đơn vị để chấm thi và xếp giải"


def test_give_keeps_the_words_shown_and_is_one_row_when_repeated(app, at):
    account = factories.account()

    first = consenting.give(account, Purpose.TAKE_PART, WORDS, at=at, subject="contest:a")
    second = consenting.give(account, Purpose.TAKE_PART, WORDS, at=at, subject="contest:a")

    assert (first.id, first.wording, first.given_at) == (second.id, WORDS, at)


def test_what_nobody_can_do_without_must_be_ticked(app, at):
    account = factories.account()

    with pytest.raises(ConsentMissing):
        consenting.give_all(account, {Purpose.PUBLISH_NAME: "Đăng họ tên"}, at=at)

    assert queries.consents_of(account.id) == []


def test_only_what_was_ticked_is_recorded(app, at):
    account = factories.account()

    consenting.give_all(account, {Purpose.TAKE_PART: WORDS}, at=at)

    assert consenting.has_given(account, Purpose.TAKE_PART)
    assert not consenting.has_given(account, Purpose.PUBLISH_NAME)


def test_withdrawing_tells_who_acts_on_it_once(app, at):
    account, told = factories.account(), []
    consent = consenting.give(account, Purpose.PUBLISH_NAME, "Đăng họ tên", at=at)

    def listen(sender, consent, at):
        told.append(consent.purpose)

    with consent_withdrawn.connected_to(listen):
        consenting.withdraw(account, consent, at=at)
        consenting.withdraw(account, consent, at=at)

    assert (told, consenting.has_given(account, Purpose.PUBLISH_NAME)) == (["publish_name"], False)
