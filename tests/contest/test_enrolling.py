"""Who takes part: registration, entering with an account, and who may not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts.errors import ConsentMissing, PhoneTaken
from accounts.models import Account, AuditEntry, Consent, UnitPlace
from accounts.registering import Applicant
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.consents import Purpose
from accounts.rules.staff import StaffCategory
from accounts.rules.units import Tree
from contest import enrolling
from contest.enrolling import Entry
from contest.errors import CannotEnter, EntryClosed, Excluded, TooYoung
from contest.models import Block, ContestState, ContestUnit, Enrolment, RoundState
from core import clock
from core.db import atomic, db
from questions.models import Item, Review
from questions.rules.reviewing import Step, Verdict
from tests import factories

AGREED = {Purpose.TAKE_PART: "Dùng họ tên, đơn vị để chấm thi và xếp giải"}
BOTH = AGREED | {Purpose.PUBLISH_NAME: "Đăng họ tên đầy đủ nếu được giải"}


@pytest.fixture
def contest(app):
    return factories.contest()


def enrol(contest, account, at, **said):
    return enrolling.enrol(contest, account, Entry(**{"consents": AGREED} | said), at=at)


def applicant(**fields):
    return Applicant(**{"full_name": "H’Linh Mlô", "phone": "+84905000123"} | fields)


def test_register_makes_account_enrolment_and_consents_in_one(contest, noon):
    unit = factories.unit(name="Xã Cư M’gar")
    said = Entry(unit=unit, category=StaffCategory.CIVIL_SERVANT, one_stop=True, consents=BOTH)

    made = enrolling.register(contest, applicant(), said, at=noon)

    consents = db.session.execute(
        select(Consent.purpose, Consent.wording, Consent.subject).order_by(Consent.id)
    ).all()
    assert (made.number, made.unit_id, made.category, made.one_stop, made.publishes_name) == (
        1, unit.id, "civil_servant", True, True,
    )  # fmt: skip
    assert (made.account.full_name, made.account.phone) == ("H’Linh Mlô", "+84905000123")
    assert [tuple(row) for row in consents] == [
        (purpose.value, words, contest.log) for purpose, words in BOTH.items()
    ]


def test_register_without_the_needed_consent_leaves_no_account(contest, noon):
    only_publish = Entry(consents={Purpose.PUBLISH_NAME: "Đăng họ tên"})

    with pytest.raises(ConsentMissing):
        enrolling.register(contest, applicant(), only_publish, at=noon)

    assert db.session.scalars(select(Account)).all() == []


def test_register_with_a_number_that_has_an_account_is_refused(contest, noon):
    factories.account(phone="+84905000123")

    with pytest.raises(PhoneTaken):
        enrolling.register(contest, applicant(), Entry(consents=AGREED), at=noon)

    assert db.session.scalars(select(Enrolment)).all() == []


def test_register_with_a_unit_not_found_keeps_what_was_written(contest, noon):
    said = Entry(unit_claim="Chi đoàn buôn Akô Dhông", consents=AGREED)

    made = enrolling.register(contest, applicant(), said, at=noon)

    assert (made.unit_id, made.account.unit_claim) == (None, "Chi đoàn buôn Akô Dhông")


def test_enrol_counts_numbers_within_the_contest(contest, noon):
    other = factories.contest()
    people = [factories.account() for _ in range(3)]

    numbers = [enrol(contest, person, noon).number for person in people]

    assert numbers == [1, 2, 3]
    assert enrol(other, people[2], noon).number == 1


def test_enrol_twice_returns_the_same_enrolment(contest, noon):
    person = factories.account()
    first = enrol(contest, person, noon)

    second = enrol(contest, person, noon + timedelta(hours=1))

    entered = select(AuditEntry).where(AuditEntry.action == "enrolment.entered")
    assert second.id == first.id
    assert len(db.session.scalars(entered).all()) == 1


def test_enrol_counts_a_person_for_the_nearest_unit_of_the_contest(contest, noon):
    province, ward, school = (
        factories.unit(name=name)
        for name in ("Tỉnh Đắk Lắk", "Phường Ea Kao", "Trường THCS Ea Kao")
    )
    factories.saved(UnitPlace(unit_id=ward.id, parent_id=province.id, tree=Tree.TERRITORY))
    factories.saved(UnitPlace(unit_id=school.id, parent_id=ward.id, tree=Tree.TERRITORY))
    for taking in (province, ward):
        factories.saved(ContestUnit(contest_id=contest.id, unit_id=taking.id))

    made = enrol(contest, factories.account(), noon, unit=school)

    assert (made.unit_id, made.counted_unit_id) == (school.id, ward.id)


def test_enrol_keeps_unit_and_category_that_the_account_has(contest, noon):
    own, other = factories.unit(name="Sở Y tế"), factories.unit(name="Sở Tư pháp")
    person = factories.account(unit_id=own.id, category=StaffCategory.LEADER)

    made = enrol(contest, person, noon, unit=other, category=StaffCategory.CITIZEN)

    assert (made.unit_id, made.category) == (own.id, StaffCategory.LEADER)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SECRETARY, Role.AUTHOR, Role.REVIEWER])
def test_enrol_of_who_has_a_role_everywhere_is_refused(contest, role):
    person = factories.account()
    factories.grant(person, role)

    with pytest.raises(Excluded):
        enrol(contest, person, clock.now())


def test_enrol_of_a_judge_of_its_round_is_refused_and_of_another_is_not(contest):
    own, other = factories.round_(contest=contest), factories.round_()
    here, elsewhere = factories.account(), factories.account()
    factories.grant(here, Role.JUDGE, ScopeKind.ROUND, own.id)
    factories.grant(elsewhere, Role.JUDGE, ScopeKind.ROUND, other.id)

    with pytest.raises(Excluded):
        enrol(contest, here, clock.now())

    assert enrol(contest, elsewhere, clock.now()).number == 1


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.REVIEWER, Role.APPROVER, Role.BANK_OWNER])
def test_enrol_of_who_works_in_its_bank_is_refused_and_in_another_is_not(contest, role):
    bank = factories.round_(contest=contest).blueprint.bank
    here, elsewhere = factories.account(), factories.account()
    factories.grant(here, role, ScopeKind.BANK, bank.id)
    factories.grant(elsewhere, role, ScopeKind.BANK, factories.bank(title="Khác").id)

    with pytest.raises(Excluded):
        enrol(contest, here, clock.now())

    assert enrol(contest, elsewhere, clock.now()).number == 1


def test_enrol_of_who_works_in_a_contest_that_shares_the_bank_is_refused(contest):
    blueprint = factories.round_(contest=contest).blueprint
    sharing, apart = factories.round_(blueprint=blueprint), factories.round_()
    here, elsewhere = factories.account(), factories.account()
    factories.grant(here, Role.AUTHOR, ScopeKind.CONTEST, sharing.contest_id)
    factories.grant(elsewhere, Role.AUTHOR, ScopeKind.CONTEST, apart.contest_id)

    with pytest.raises(Excluded):
        enrol(contest, here, clock.now())

    assert enrol(contest, elsewhere, clock.now()).number == 1


def test_enrol_of_who_reviewed_a_question_of_its_bank_is_refused(contest, noon):
    reviewer = factories.account()
    bank = factories.round_(contest=contest).blueprint.bank
    item = db.session.scalars(select(Item).where(Item.bank_id == bank.id)).first()
    factories.saved(
        Review(
            version_id=item.current_id,
            step=Step.REVIEW,
            verdict=Verdict.PASSED,
            account_id=reviewer.id,
            at=noon,
        )
    )

    with pytest.raises(Excluded):
        enrol(contest, reviewer, noon)


def test_enrol_of_who_wrote_a_question_of_its_bank_is_refused(contest, noon):
    writer = factories.account()
    round_ = factories.round_(contest=contest)
    with atomic():
        items = db.session.scalars(select(Item).where(Item.bank_id == round_.blueprint.bank_id))
        items.first().author_id = writer.id

    with pytest.raises(Excluded):
        enrol(contest, writer, noon)


def test_enrol_of_an_officer_of_a_unit_is_allowed(contest, noon):
    person = factories.account()
    factories.grant(person, Role.UNIT_OFFICER, ScopeKind.UNIT, 1)

    assert enrol(contest, person, noon).number == 1


def test_enrol_on_the_birthday_that_the_rules_ask_for_is_allowed(app, noon):
    contest = factories.contest(min_age=16)
    today, tomorrow = date(2010, 11, 18), date(2010, 11, 19)

    with pytest.raises(TooYoung):
        enrol(contest, factories.account(), noon, birth_date=tomorrow)

    assert enrol(contest, factories.account(), noon, birth_date=today).number == 1


def test_enrol_without_a_birth_date_where_an_age_is_set_is_refused(app, noon):
    contest = factories.contest(min_age=16)

    with pytest.raises(CannotEnter):
        enrol(contest, factories.account(), noon)


@pytest.mark.parametrize(("born", "years"), [
    (date(2008, 2, 29), 18), (date(2008, 2, 28), 18), (date(2008, 3, 2), 17),
])  # fmt: skip
def test_age_of_a_leap_day_comes_with_the_first_of_march(born, years):
    assert enrolling.age(born, date(2026, 3, 1)) == years


@pytest.mark.parametrize("state", [ContestState.DRAFT, ContestState.ARCHIVED])
def test_enrol_in_a_contest_that_is_not_public_is_refused(app, noon, state):
    with pytest.raises(EntryClosed):
        enrol(factories.contest(state=state), factories.account(), noon)


def test_enrol_after_the_last_round_is_refused(contest, noon):
    factories.round_(contest=contest, opens_at=noon - timedelta(days=8))

    with pytest.raises(EntryClosed):
        enrol(contest, factories.account(), noon)


def test_enrol_while_another_round_is_prepared_is_allowed(contest, noon):
    factories.round_(contest=contest, opens_at=noon - timedelta(days=8))
    factories.round_(contest=contest, opens_at=noon, number=2, state=RoundState.DRAFT)

    assert enrol(contest, factories.account(), noon).number == 1


def test_enrol_in_a_block_of_another_contest_is_refused(contest, noon):
    foreign = factories.saved(Block(contest_id=factories.contest().id, title="Khối CBCCVC"))

    with pytest.raises(CannotEnter):
        enrol(contest, factories.account(), noon, block=foreign)
