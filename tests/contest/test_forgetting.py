"""What becomes of a contest's rows when a person goes, asks, or takes a consent back."""

from accounts import consenting, upholding
from accounts.rules.consents import Purpose
from contest.models import Enrolment
from core.db import db
from tests import factories


def enrolled(**fields):
    person = factories.account(full_name="Nguyễn Thị Hạnh")
    return factories.enrolment(factories.contest(), person, publishes_name=True, **fields)


def again(row):
    db.session.rollback()
    return db.session.get_one(Enrolment, row.id)


def test_erase_keeps_the_enrolment_under_a_masked_name(app, noon):
    enrolment = enrolled()

    upholding.erase(enrolment.account, enrolment.account, at=noon)

    kept = again(enrolment)
    assert (kept.publishes_name, kept.account.full_name) == (False, "Nguyễn Thị H***")


def test_withdraw_of_publication_hides_the_name_in_that_contest_only(app, noon):
    enrolment = enrolled()
    other = factories.enrolment(
        factories.contest(), enrolment.account, publishes_name=True, number=7
    )
    consent = consenting.give(
        enrolment.account, Purpose.PUBLISH_NAME, "Đăng họ tên", at=noon,
        subject=enrolment.contest.log,
    )  # fmt: skip

    consenting.withdraw(enrolment.account, consent, at=noon)

    assert [again(row).publishes_name for row in (enrolment, other)] == [False, True]


def test_withdraw_of_another_consent_leaves_the_name(app, noon):
    enrolment = enrolled()
    consent = consenting.give(
        enrolment.account, Purpose.REMIND, "Nhắc lịch thi", at=noon, subject=enrolment.contest.log
    )

    consenting.withdraw(enrolment.account, consent, at=noon)

    assert again(enrolment).publishes_name is True


def test_collect_gives_enrolments_and_attempts(app, noon):
    enrolment = enrolled(number=12)

    about = upholding.collect(enrolment.account)

    assert [(one["contest"], one["number"]) for one in about["enrolments"]] == [
        (enrolment.contest.title, 12)
    ]
    assert about["attempts"] == []
