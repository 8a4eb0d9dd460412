"""The tables of judged rounds: what the database refuses, and what the rules are given."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from accounts import upholding
from contest import forgetting, judged_queries
from contest.models import (
    DeductionLine,
    EntryMember,
    EntryState,
    FileKind,
    JudgedRound,
    PanelRole,
    Recusal,
    Scoresheet,
    Screening,
    ScreeningAppeal,
    SheetState,
    SheetVersion,
)
from contest.rules.judging import combining
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.screening import Verdict
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging
from tests.factories import saved


@pytest.fixture
def contest(app):
    return factories.contest()


@pytest.fixture
def category(contest):
    return judging.category(contest)


@pytest.fixture
def judged(contest):
    return judging.judged_round(contest)


@pytest.fixture
def three(judged):
    """Three judges on one panel."""
    panel = judging.panel(judged)
    return [judging.judge(panel, number=number) for number in (1, 2, 3)]


# --- Entries -----------------------------------------------------------------------------------


def test_entry_submitted_without_its_declaration_is_refused(category):
    with pytest.raises(IntegrityError, match="submitted_is_declared"):
        judging.entry(category, declared_at=None)


def test_entry_in_draft_has_neither_code_nor_declaration(category):
    draft = judging.entry(
        category, state=EntryState.DRAFT, code=None, declared_at=None, submitted_at=None
    )

    assert (draft.code, draft.state) == (None, EntryState.DRAFT)


def test_entry_with_the_code_of_another_is_refused(category):
    judging.entry(category, code="A-001")

    with pytest.raises(IntegrityError):
        judging.entry(category, code="A-001")


def test_entry_withdrawn_or_returned_says_when(category):
    with pytest.raises(IntegrityError, match="withdrawn_when"):
        judging.entry(category, state=EntryState.WITHDRAWN)
    with pytest.raises(IntegrityError, match="returned_until"):
        judging.entry(category, state=EntryState.RETURNED)


def test_member_stands_once_in_an_entry(category):
    entry, person = judging.entry(category), factories.account()
    judging.member(entry, account_id=person.id)

    with pytest.raises(IntegrityError):
        judging.member(entry, position=2, account_id=person.id)
    # People without an account here may be many.
    judging.member(entry, position=2)
    judging.member(entry, position=3)


@pytest.mark.parametrize(
    "fields",
    [
        {"digest": ""},
        {"kind": FileKind.LINK},
        {"kind": FileKind.LINK, "digest": "", "address": ""},
        {"address": "https://youtu.be/abc"},
    ],
)
def test_file_that_is_neither_file_nor_link_is_refused(category, fields):
    with pytest.raises(IntegrityError, match="file_or_link"):
        judging.file(judging.entry(category), **fields)


def test_link_is_kept_by_its_address(category):
    link = judging.file(
        judging.entry(category), kind=FileKind.LINK, digest="", address="https://youtu.be/abc"
    )

    assert link.address == "https://youtu.be/abc"


def test_screener_looks_at_a_version_once_and_refuses_with_a_reason(category):
    version = judging.version(judging.entry(category))
    fields = {"version_id": version.id, "given_at": clock.now()}
    screener = factories.account()
    saved(Screening(screener_id=screener.id, verdict=Verdict.PASS, **fields))

    with pytest.raises(IntegrityError):
        saved(Screening(screener_id=screener.id, verdict=Verdict.PASS, **fields))
    with pytest.raises(IntegrityError, match="refused_with_reason"):
        saved(Screening(screener_id=factories.account().id, verdict=Verdict.FAIL, **fields))


def test_screening_appeal_is_decided_by_somebody_else_and_open_once(category):
    entry = judging.entry(category)
    version = judging.version(entry)
    fields = {"version_id": version.id, "made_by_id": entry.entered_by_id, "reason": "Đủ hồ sơ."}
    saved(ScreeningAppeal(public_id="a" * 24, made_at=clock.now(), **fields))

    with pytest.raises(IntegrityError):
        saved(ScreeningAppeal(public_id="b" * 24, made_at=clock.now(), **fields))
    own = {"decided_by_id": entry.entered_by_id, "decided_at": clock.now()}
    with pytest.raises(IntegrityError, match="two_people"):
        saved(ScreeningAppeal(public_id="c" * 24, made_at=clock.now(), **fields, **own))


def test_erased_person_is_no_longer_named_in_an_entry(app, category):
    person = factories.account(full_name="H’Hen Niê")
    forgetting.listen()
    row = judging.member(judging.entry(category), account_id=person.id, full_name="H’Hen Niê")
    other = judging.member(judging.entry(category, code="A-002"), full_name="Y Bhăm Niê")

    upholding.erase(person, person, at=clock.now())

    db.session.expire_all()
    assert db.session.get_one(EntryMember, row.id).full_name == ""
    assert db.session.get_one(EntryMember, other.id).full_name == "Y Bhăm Niê"


def test_person_who_asks_for_the_data_gets_the_entries(app, category):
    person = factories.account()
    answers = {"f1": "Trả lời người dân cả ngoài giờ làm việc."}
    judging.member(judging.entry(category, answers=answers), account_id=person.id)

    assert forgetting.collect(person)["entries"] == [
        {
            "contest": category.contest.title,
            "code": "A-001",
            "title": "Trợ lý ảo trả lời thủ tục hành chính",
            "role": "leader",
            "name": "H’Hen Niê",
            "answers": answers,
            "files": [],
        }
    ]


# --- Rounds and panels -------------------------------------------------------------------------


def test_protocol_of_a_round_is_read_back_and_its_seal_checked(judged):
    assert judged.declared == judging.PROTOCOL
    assert judged.is_intact


@atomic()
def change_protocol(judged):
    db.session.get_one(JudgedRound, judged.round_id).protocol = (
        judged.protocol | {"chain": []} | {"seed_digest": "khác"}
    )


def test_protocol_changed_after_sealing_is_noticed(judged):
    change_protocol(judged)

    assert not db.session.get_one(JudgedRound, judged.round_id).is_intact


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"digest": ""}, "sealed_with_digest"),
        ({"judges_each": 0}, "judged_by_somebody"),
        ({"carried": 300_000}, "carried_from_somewhere"),
    ],
)
def test_judged_round_that_cannot_be_is_refused(contest, fields, refused):
    with pytest.raises(IntegrityError, match=refused):
        judging.judged_round(contest, **fields)


def test_round_carries_over_no_more_than_all_of_the_one_before(contest, judged):
    fields = {"number": 2, "title": "Chung khảo", "blueprint": None}
    final = factories.round_(contest=contest, **fields)

    with pytest.raises(IntegrityError, match="carried_in_part"):
        judging.judged_round(
            contest, round_id=final.id, before_id=judged.round_id, carried=2_000_000
        )


def test_entry_stands_once_in_a_round_and_at_its_own_turn(category, judged):
    entry = judging.entry(category)
    judging.round_entry(judged, entry, running_order=1)

    with pytest.raises(IntegrityError):
        judging.round_entry(judged, entry, version_id=judging.version(entry, number=2).id)
    with pytest.raises(IntegrityError):
        judging.round_entry(judged, judging.entry(category, code="A-002"), running_order=1)


def test_panel_has_one_chair_and_each_person_once_until_they_leave(judged):
    panel, person = judging.panel(judged), factories.account()
    judging.judge(panel, number=1, role=PanelRole.CHAIR)
    judging.judge(panel, number=2, account_id=person.id, left_at=clock.now())
    judging.judge(panel, number=3, account_id=person.id)

    with pytest.raises(IntegrityError):
        judging.judge(panel, number=4, role=PanelRole.CHAIR)
    with pytest.raises(IntegrityError):
        judging.judge(panel, number=5, account_id=person.id)


# --- Sheets ------------------------------------------------------------------------------------


def test_judge_has_one_sheet_for_an_entry(category, judged, three):
    row = judging.round_entry(judged, judging.entry(category))
    judging.sheet(row, three[0])

    with pytest.raises(IntegrityError):
        judging.sheet(row, three[0])


def test_sheet_unlocked_keeps_both_values(category, judged, three):
    sheet = judging.locked(
        judging.round_entry(judged, judging.entry(category)), three[0], new=8, use=7
    )
    unlock(sheet, for_="Nhầm tiêu chí")
    judging.sheet_version(sheet, number=2, marks={"new": "9", "use": "7"})

    db.session.expire_all()
    kept = db.session.get_one(Scoresheet, sheet.id)
    assert [(one.number, one.points) for one in kept.versions] == [
        (1, Decimal("74.000000000")),
        (2, Decimal("78.000000000")),
    ]
    assert kept.locked.number == 2


@atomic()
def unlock(sheet, for_):
    version = db.session.get_one(SheetVersion, (sheet.id, 1))
    by = version.sheet.member.account_id
    version.unlocked_at, version.unlocked_by_id, version.unlocked_for = clock.now(), by, for_
    db.session.flush()


def test_sheet_counts_in_one_version_at_a_time(category, judged, three):
    sheet = judging.locked(
        judging.round_entry(judged, judging.entry(category)), three[0], new=8, use=7
    )

    with pytest.raises(IntegrityError):
        judging.sheet_version(sheet, number=2)
    with pytest.raises(IntegrityError, match="unlocked_with_reason"):
        unlock(sheet, for_="")


def test_sheet_submitted_says_when_and_paper_is_typed_in_by_two(category, judged, three):
    row = judging.round_entry(judged, judging.entry(category))
    with pytest.raises(IntegrityError, match="submitted_when"):
        judging.sheet(row, three[0], state=SheetState.LOCKED)
    sheet, one = judging.sheet(row, three[0]), factories.account()
    with pytest.raises(IntegrityError, match="entered_twice"):
        judging.sheet_version(sheet, entered_by_id=one.id, compared_by_id=one.id)


def line(round_entry, points, **fields):
    by = factories.account()
    defaults = {"reason": "Quá giờ", "recorded_by_id": by.id, "recorded_at": clock.now()}
    return saved(DeductionLine(round_entry_id=round_entry.id, points=points, **defaults | fields))


def test_deduction_says_something_and_is_taken_back_with_a_reason(category, judged):
    row = judging.round_entry(judged, judging.entry(category))

    with pytest.raises(IntegrityError, match="says_something"):
        line(row, 0)
    with pytest.raises(IntegrityError, match="cancelled_for"):
        line(row, -1_000_000, cancelled_at=clock.now())


# --- What the rules are given ------------------------------------------------------------------


@pytest.fixture
def judging_of(category, judged, three):
    """Two entries that three judges scored: all criteria of the first alike, of the second not."""
    first = judging.round_entry(judged, judging.entry(category, code="A-001"))
    second = judging.round_entry(judged, judging.entry(category, code="A-002"))
    for judge, mark in zip(three, (7, 8, 9), strict=True):
        judging.locked(first, judge, new=mark, use=mark)
        judging.locked(second, judge, new=10, use=5)
    return first, second


def test_outcome_of_locked_sheets_is_that_of_the_declared_rule(judged, judging_of):
    first, second = judging_of

    found = judged_queries.outcome(judged)

    assert found.values == {str(first.entry_id): Decimal(80), str(second.entry_id): Decimal(70)}
    assert found.winners == [str(first.entry_id)]


def test_outcome_waits_for_a_sheet_that_is_open(category, judged, three, judging_of):
    third = judging.round_entry(judged, judging.entry(category, code="A-003"))
    judging.sheet(third, three[0])

    found = judged_queries.outcome(judged)

    assert (found.values, found.refused.values) == ({}, {"count": 1})


def test_judged_leaves_out_who_is_recused(judged, three, judging_of):
    first, _ = judging_of
    by = factories.account()
    saved(
        Recusal(
            entry_id=first.entry_id,
            account_id=three[2].account_id,
            cause=Cause.SAME_UNIT,
            recorded_by_id=by.id,
            recorded_at=clock.now(),
        )
    )

    read = judged_queries.judged(judged)

    assert read.due[str(first.entry_id)] == {str(three[0].id), str(three[1].id)}
    assert (str(first.entry_id), str(three[2].id)) not in read.sheets
    assert judged_queries.outcome(judged).values[str(first.entry_id)] == 75


def test_judged_keeps_what_was_locked_by_who_left(category, judged, three, judging_of):
    first, _ = judging_of
    open_ = judging.round_entry(judged, judging.entry(category, code="A-003"))
    judging.sheet(open_, three[2])
    leave(three[2])

    read = judged_queries.judged(judged)

    assert (str(first.entry_id), str(three[2].id)) in read.sheets
    assert str(open_.entry_id) not in read.due


@atomic()
def leave(judge):
    row = db.session.get_one(type(judge), judge.id)
    row.left_at, row.left_for = clock.now(), "Ốm"


def test_settled_takes_off_lines_that_stand(judged, judging_of):
    first, _ = judging_of
    line(first, -1_500_000)
    line(first, -9_000_000, cancelled_at=clock.now(), cancelled_for="Đồng hồ chạy sai")

    read = judged_queries.judged(judged)

    assert judged_queries.settled(judged_queries.outcome(judged), read)[str(first.entry_id)] == (
        Decimal("78.5")
    )


def test_judged_tells_in_which_order_judges_scored(judged, three, judging_of):
    first, second = judging_of

    read = judged_queries.judged(judged)

    assert read.orders[str(three[0].id)] == (str(first.entry_id), str(second.entry_id))


def test_judged_is_read_in_three_statements_whatever_its_size(category, judged, three, queries):
    for number in range(1, 9):
        row = judging.round_entry(judged, judging.entry(category, code=f"A-{number:03}"))
        for judge in three:
            judging.locked(row, judge, new=5, use=5)
    db.session.commit()
    judged = db.session.get_one(JudgedRound, judged.round_id)
    queries.clear()

    read = judged_queries.judged(judged)

    assert len(read.sheets) == 24
    assert len(queries) == 3
    protocol = judged.declared
    assert combining.usual(combining.table_of_sheets(read.sheets, protocol.rubric, protocol.terms))
