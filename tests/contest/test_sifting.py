"""Screening: the checklist, several who have to agree, returns, appeals, redacted copies."""

from datetime import timedelta

import pytest

from contest import entering, entry_files, entry_lists, entry_queries, sifting
from contest.entry_lists import Wanted
from contest.errors import AlreadyDecided, CannotScreen, SamePerson
from contest.models import EntryState, Screening
from contest.rules.judging.screening import Check, Consensus, Verdict
from contest.sifting import Finding
from core import clock
from core.db import db
from tests import factories
from tests.contest import judging
from tests.contest.entering import (
    BAD,
    FAIL,
    GOOD,
    PASS,
    again,
    category,
    entrant,
    handed_in,
    set_on,
    told,
)


@pytest.fixture
def open_(app):
    return category()


@pytest.fixture
def lead(open_):
    return entrant(open_)


@pytest.fixture
def entry(open_, lead):
    return handed_in(open_, lead)


@pytest.fixture
def screeners(app):
    return [factories.account(full_name=name) for name in ("Phan Thị Một", "Lê Văn Hai")]


def back(days=3):
    until = clock.now() + timedelta(days=days)
    return Finding(BAD, Verdict.RETURN, "Gửi lại video", until)


def give(entry, who, found):
    return sifting.give(again(entry), who, found, at=clock.now())


def rejected(entry, screeners):
    for who in screeners:
        give(entry, who, FAIL)
    return again(entry)


@pytest.mark.parametrize(
    ("first", "second", "come_to", "state"),
    [
        (PASS, PASS, Consensus.ADMITTED, EntryState.ADMITTED),
        (FAIL, FAIL, Consensus.REJECTED, EntryState.REJECTED),
        (PASS, back(), Consensus.RETURNED, EntryState.RETURNED),
        (PASS, FAIL, Consensus.DISAGREED, EntryState.SUBMITTED),
    ],
)
def test_two_screeners_come_to_one_state(entry, screeners, first, second, come_to, state):
    alone = give(entry, screeners[0], first)
    both = give(entry, screeners[1], second)

    kept = again(entry)
    assert (alone, both, kept.state) == (Consensus.WAITING, come_to, state)
    assert kept.return_by == (second.return_by if state is EntryState.RETURNED else None)


def test_screeners_who_disagree_say_it_again(entry, screeners):
    give(entry, screeners[0], PASS)
    give(entry, screeners[1], FAIL)

    come_to = give(entry, screeners[1], PASS)

    assert come_to is Consensus.ADMITTED
    assert [one.verdict for one in db.session.query(Screening).order_by(Screening.id)] == [
        Verdict.PASS,
        Verdict.PASS,
    ]


def test_list_of_what_waits_for_a_screener_lacks_what_that_one_has_screened(entry, screeners):
    contest = again(entry).contest

    def waits(who):
        page = entry_lists.entries_page(contest, Wanted(mark="mine", reader=who.id))
        return [one.public_id for one in page.rows]

    before = [waits(who) for who in screeners]
    give(entry, screeners[0], PASS)

    assert before == [[entry.public_id]] * 2
    assert [waits(who) for who in screeners] == [[], [entry.public_id]]


@pytest.mark.parametrize(
    "found",
    [
        Finding({"c1": Check(passes=True)}, Verdict.PASS),
        Finding({"c1": Check(passes=True), "c2": Check(passes=False)}, Verdict.FAIL, "Sai"),
        Finding(BAD, Verdict.PASS),
        Finding(GOOD, Verdict.FAIL, "Không thích"),
        Finding(BAD, Verdict.FAIL),
        Finding(BAD, Verdict.RETURN, "Sửa lại"),
        Finding(BAD, Verdict.RETURN, "Sửa lại", clock.now() - timedelta(minutes=1)),
    ],
)
def test_verdict_that_does_not_fit_the_checklist_is_refused(entry, screeners, found):
    with pytest.raises(CannotScreen):
        give(entry, screeners[0], found)


def test_nobody_screens_an_own_entry(entry, lead):
    with pytest.raises(CannotScreen):
        give(entry, lead.account, PASS)


def test_what_was_not_handed_in_or_is_decided_is_not_screened(entry, screeners):
    for who in screeners:
        give(entry, who, PASS)

    with pytest.raises(CannotScreen):
        give(entry, factories.account(), FAIL)


def test_corrected_entry_is_screened_anew(open_, lead, entry, screeners):
    for who in screeners:
        give(entry, who, back())
    returned = again(entry)
    returned_state = returned.state
    entering.save(returned, lead.account, _told(), at=clock.now())
    entering.hand_in(again(entry), lead.account, at=clock.now())

    come_to = [give(entry, who, PASS) for who in screeners]

    assert returned_state is EntryState.RETURNED
    assert come_to == [Consensus.WAITING, Consensus.ADMITTED]
    assert db.session.query(Screening).count() == 4


def _told():
    return told(title="Trợ lý ảo, đã sửa")


def test_returned_entry_gets_more_time_or_lapses_when_it_is_over(entry, screeners):
    for who in screeners:
        give(entry, who, back())
    later = clock.now() + timedelta(days=9)

    with pytest.raises(CannotScreen):
        sifting.lapse(again(entry), screeners[0], at=clock.now())
    sifting.extend(again(entry), screeners[0], later, at=clock.now())
    extended = again(entry).return_by
    sifting.lapse(again(entry), screeners[0], at=later + timedelta(seconds=1))

    assert extended == later
    assert again(entry).state is EntryState.REJECTED


# --- Appeals -------------------------------------------------------------------------------------


def test_appeal_is_decided_by_who_has_not_screened(entry, lead, screeners):
    refused = rejected(entry, screeners)
    made = sifting.appeal(refused, lead.account, "Video mở được", at=clock.now())
    twice = sifting.appeal(again(entry), lead.account, "Lần hai", at=clock.now())

    for who in (screeners[0], lead.account):
        with pytest.raises(SamePerson):
            sifting.decide(_appeal(made), who, admits=True, reason="Được", at=clock.now())
    third = factories.account()
    sifting.decide(_appeal(made), third, admits=True, reason="Đã mở được", at=clock.now())

    assert twice.public_id == made.public_id
    assert again(entry).state is EntryState.ADMITTED
    with pytest.raises(AlreadyDecided):
        sifting.decide(_appeal(made), third, admits=False, reason="Thôi", at=clock.now())


def _appeal(made):
    db.session.rollback()
    return entry_queries.appeal_with(made.public_id)


def test_refused_appeal_leaves_the_entry_rejected(entry, lead, screeners):
    made = sifting.appeal(rejected(entry, screeners), lead.account, "Xin xét", at=clock.now())

    sifting.decide(_appeal(made), factories.account(), admits=False, reason="Đúng", at=clock.now())

    assert again(entry).state is EntryState.REJECTED


def test_only_the_people_of_a_rejected_entry_appeal(entry, lead, screeners):
    with pytest.raises(CannotScreen):
        sifting.appeal(again(entry), lead.account, "Sớm", at=clock.now())
    rejected(entry, screeners)
    with pytest.raises(CannotScreen):
        sifting.appeal(again(entry), factories.account(), "Của người khác", at=clock.now())


# --- What blind judges read ----------------------------------------------------------------------


def test_blind_judge_reads_the_copy_or_what_names_nobody_and_nothing_else(entry):
    files = entry_queries.live_files(entry)
    second = judging.file(entry, position=2, field="f2", title="H’Hen Niê - phụ lục.pdf")
    third = judging.file(entry, position=3, field="f2", title="ảnh Y Bhăm.pdf", digest="3" * 64)
    copy = judging.file(entry, position=4, redacts_id=files[0].id, title="che.pdf")
    sifting.clear(again(entry), second, factories.account(), is_clear=True)
    content = _content(entry)

    read = entry_files.readable(content, blind=True)

    assert [(one.public_id, one.title, one.is_redacted) for one in read] == [
        (copy.public_id, "Bản thuyết minh 1.pdf", True),
        (second.public_id, "Bản thuyết minh 2.pdf", False),
    ]
    assert third.public_id not in {one.public_id for one in read}
    assert entry_files.withheld(content) == 1


def _content(entry):
    return entering.frozen(again(entry))


def test_judge_who_is_not_blind_reads_the_files_as_they_are(entry):
    read = entry_files.readable(entry.versions[-1].content, blind=False)

    assert [one.title for one in read] == ["thuyet-minh.pdf"]


def test_answers_that_name_people_are_not_for_blind_judges(entry):
    changed = set_on(entry, answers={"f1": "Tóm tắt", "f4": "UBND phường Tân An"})
    content = _content(changed)

    assert entry_files.said(content, blind=True) == [("Tóm tắt giải pháp", "Tóm tắt")]
    assert entry_files.said(content, blind=False)[1] == (
        "Xác nhận của cơ quan",
        "UBND phường Tân An",
    )


def test_version_without_files_reads_as_none(entry):
    assert entry_files.readable({"title": "Bài cũ"}, blind=True) == []


def test_copy_that_is_taken_away_stands_for_nothing(entry):
    original = entry_queries.live_files(entry)[0]
    copy = judging.file(entry, position=4, redacts_id=original.id, title="che.pdf")

    sifting.remove_copy(again(entry), copy, factories.account(), at=clock.now())

    assert entry_files.readable(_content(entry), blind=True) == []


def test_reading_for_a_blind_judge_is_one_statement(entry, queries):
    for number in range(2, 7):
        judging.file(entry, position=number, field="f2", title=f"{number}.pdf")
    content = _content(entry)
    db.session.rollback()
    queries.clear()

    entry_files.readable(content, blind=True)

    assert len(queries) == 1
