"""The pages of statistics of a question, and of the health of a bank."""

from datetime import date, timedelta

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role
from core import clock
from core.db import atomic, db
from questions import calibrating, findings, health
from questions.calibrating import Occasion
from questions.health import Group
from questions.models import Blueprint, BlueprintRow, Difficulty, Item, ItemVersion, LegalDocument
from questions.rules import analysing
from questions.rules.tabulating import Answers, Form
from tests import factories

OCCASION = Occasion("vongmot", "Hội thi CCHC: Tuần 1", clock.now(), "contest:x")


@pytest.fixture
def bank(app):
    made = factories.bank()
    for number in range(1, 4):
        factories.item(made, number=number)
    return made


@pytest.fixture
def author(app, client):
    account = factories.account(full_name="Phạm Đức Hùng")
    factories.grant(account, Role.AUTHOR)
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return account


def items_of(bank):
    return db.session.query(Item).filter_by(bank_id=bank.id).order_by(Item.id).all()


def calibrate(bank, *, people=20, occasion=OCCASION):
    """Let everybody answer b to every item; the better half only to the first."""
    answers, forms, papers = Answers(), {}, {}
    for place, item in enumerate(items_of(bank)):
        forms[item.current_id] = Form(tuple("abcd"), frozenset("b"))
        papers[item.current_id] = (people, people)
        for person in range(people):
            right = person >= people // 2 or (place + person) % 3 == 0
            answers.add(person, item.current_id, 1.0, float(right), 2 if right else 4)
    measured = analysing.measure(answers, forms)
    calibrating.store(
        occasion, measured, papers, more={"attempts": people}, actor=None, at=clock.now()
    )


def test_item_shows_its_figures_with_n_and_a_table_beside_the_plot(client, author, bank):
    calibrate(bank)
    item = items_of(bank)[0]

    page = client.get(f"/ngan-hang/cau/{item.public_id}/thong-ke").text

    assert "n = 20" in page
    assert "plot--curves" in page
    assert "Phương án c của câu 1" in page
    assert "Hội thi CCHC: Tuần 1" in page


def test_item_that_few_were_asked_shows_no_figure(client, author, bank):
    calibrate(bank, people=9)

    page = client.get(f"/ngan-hang/cau/{items_of(bank)[0].public_id}/thong-ke").text

    assert "Quá ít câu trả lời" in page
    assert "figure__value" not in page


def test_item_never_asked_says_so(client, author, bank):
    page = client.get(f"/ngan-hang/cau/{items_of(bank)[0].public_id}/thong-ke").text

    assert "Chưa vòng thi nào đã kết thúc hỏi câu này" in page


def test_figures_of_another_round_are_shown_when_asked_for(client, author, bank):
    later = Occasion("vonghai", "Hội thi CCHC: Tuần 2", clock.now() + timedelta(1), "contest:x")
    calibrate(bank)
    calibrate(bank, people=30, occasion=later)
    address = f"/ngan-hang/cau/{items_of(bank)[0].public_id}/thong-ke"

    assert "Tuần 2 · n = 30" in client.get(address).text
    assert "Tuần 1 · n = 20" in client.get(f"{address}?vong=vongmot").text
    assert "Tuần 2 · n = 30" in client.get(f"{address}?vong=khac").text


def test_item_page_names_its_figures(client, author, bank):
    calibrate(bank)

    page = client.get(f"/ngan-hang/cau/{items_of(bank)[0].public_id}").text

    assert "Số lần hỏi" in page
    assert "/thong-ke" in page


def test_item_page_takes_as_many_statements_for_three_rounds_as_for_one(
    client, author, bank, queries
):
    address = f"/ngan-hang/cau/{items_of(bank)[0].public_id}/thong-ke"
    sent = []
    for rounds in (1, 3):
        for number in range(rounds):
            calibrate(bank, occasion=Occasion(f"vong{number}", "Tuần", clock.now(), "contest:x"))
        queries.clear()
        client.get(address)
        sent.append(len(queries))

    assert sent[0] == sent[1]


def of_bank(bank):
    now = clock.now()
    return health.health(bank.id, at=now, today=now.date())


def test_health_counts_each_group(bank):
    first, second, third = items_of(bank)
    ended = factories.saved(
        LegalDocument(code="NĐ-1", number="61/2018", title="Cũ", effective_to=date(2020, 1, 1))
    )
    with atomic():
        db.session.get_one(Item, first.id).exposure = 40
        db.session.get_one(Item, second.id).flags = ",too_easy,miskeyed,"
        db.session.get_one(Item, third.id).difficulty = None
        version = db.session.get_one(ItemVersion, first.current_id)
        version.created_at, version.document_id = clock.now() - timedelta(800), ended.id
        twin = db.session.get_one(ItemVersion, third.current_id)
        twin.stem = db.session.get_one(ItemVersion, second.current_id).stem

    found = of_bank(bank)

    assert {group: count for group, count in found.groups.items() if count} == {
        Group.USABLE: 3,
        Group.TOO_EASY: 1,
        Group.MISKEYED: 1,
        Group.NEVER_ASKED: 2,
        Group.FRESH: 2,
        Group.OLD: 1,
        Group.NO_TOPIC: 3,
        Group.NO_DIFFICULTY: 1,
        Group.NO_BASIS: 2,
        Group.ENDED: 1,
        Group.REPEATED: 2,
    }
    assert (found.mean_exposure, found.keys) == (40.0, (0, 3, 0, 0, 0))


@pytest.mark.parametrize("group", Group)
def test_list_of_a_group_has_as_many_items_as_were_counted(bank, group):
    items = items_of(bank)
    calibrate(bank)
    with atomic():
        db.session.get_one(Item, items[0].id).exposure = 0
    now = clock.now()

    listed = health.items_in(bank.id, group, at=now, today=now.date()).rows

    assert len(listed) == of_bank(bank).groups[group]


def test_empty_cell_that_a_blueprint_draws_from_is_named(client, author, bank):
    topic = factories.topic(name="Cải cách thể chế")
    rows = [BlueprintRow(topic_id=topic.id, difficulty=Difficulty.APPLICATION, count=2)]
    factories.saved(Blueprint(public_id="matran", bank_id=bank.id, rows=rows))

    page = client.get(f"/ngan-hang/{bank.public_id}/suc-khoe").text

    assert [(row.topic.name, level) for row, level in of_bank(bank).empty] == [
        ("Cải cách thể chế", Difficulty.APPLICATION)
    ]
    assert "Cải cách thể chế, mức Vận dụng" in page


def test_health_takes_as_many_statements_for_three_items_as_for_one(client, author, bank, queries):
    one = factories.bank(title="Ngân hàng nhỏ")
    factories.item(one)
    sent = []
    for which in (one, bank):
        queries.clear()
        client.get(f"/ngan-hang/{which.public_id}/suc-khoe")
        sent.append(len(queries))

    assert sent[0] == sent[1]


def test_list_goes_on_from_page_to_page(bank, monkeypatch):
    monkeypatch.setattr(health, "PAGE", 2)
    now = clock.now()

    first = health.items_in(bank.id, Group.USABLE, at=now, today=now.date())
    second = health.items_in(
        bank.id, Group.USABLE, at=now, today=now.date(), after=int(first.after)
    )

    assert [item.code for item in [*first.rows, *second.rows]] == ["C001", "C002", "C003"]
    assert (first.before, second.after) == (None, None)


def test_list_of_a_group_that_does_not_exist_is_missing(client, author, bank):
    assert client.get(f"/ngan-hang/{bank.public_id}/suc-khoe/khac").status_code == 404
    assert client.get(f"/ngan-hang/{bank.public_id}/suc-khoe/qua-de").status_code == 200


def test_sorting_puts_what_has_no_figure_last(bank):
    calibrate(bank)
    lines = findings.lines_of("vongmot")
    with atomic():
        db.session.get_one(type(lines[0].statistic), lines[0].statistic.id).figures = {}
    lines = findings.lines_of("vongmot")

    for sort in ("facility", "-facility"):
        assert findings.sorted_by(lines, sort)[-1].code == "C001"
    assert [line.code for line in findings.sorted_by(lines, "-code")] == ["C003", "C002", "C001"]
    assert [line.code for line in findings.sorted_by(lines, "la")] == ["C001", "C002", "C003"]
