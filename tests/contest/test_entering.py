"""Entries: begun, filled in, frozen when handed in, late, withdrawn; and their categories."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from contest import categorizing, entering, entry_lists, entry_queries
from contest.categorizing import Settings
from contest.entering import Member
from contest.entry_lists import Wanted
from contest.errors import EntryIncomplete, EntryShut, NameTaken
from contest.models import Contest, EntryCategory, EntryFile, EntryState, EntryVersion, MemberRole
from contest.rules.judging import sealing
from core import clock
from core.db import atomic, db
from tests import factories
from tests.contest import judging
from tests.contest.entering import (
    FORM,
    again,
    begun,
    category,
    entrant,
    handed_in,
    move_close,
    passed,
    set_on,
    told,
    whole,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def open_(app):
    return category()


@pytest.fixture
def lead(open_):
    return entrant(open_)


def test_entry_begins_with_its_leader_and_the_unit_of_the_enrolment(open_, lead):
    entry = again(begun(open_, lead))

    people = [(one.full_name, one.role, one.account_id, one.unit_id) for one in entry.members]
    assert people == [("H’Hen Niê", MemberRole.LEADER, lead.account_id, lead.unit_id)]
    assert (entry.state, entry.code, entry.unit_id) == (EntryState.DRAFT, None, lead.unit_id)


def test_saving_keeps_answers_links_and_people_and_the_leaders_account(open_, lead):
    entry = begun(open_, lead)
    answers = {"f1": "Tóm tắt", "f3": "https://motcua.example/thu", "f9": "không ai hỏi"}

    entering.save(entry, lead.account, told(answers=answers), at=clock.now())

    kept = again(entry)
    assert kept.answers == {"f1": "Tóm tắt"}
    links = [(one.field, one.address) for one in entry_queries.live_files(kept)]
    assert links == [("f3", "https://motcua.example/thu")]
    people = [(one.full_name, one.role.value, one.account_id) for one in kept.members]
    assert people == [
        ("H’Hen Niê", "leader", lead.account_id),
        ("Y Bhăm Niê", "member", None),
        ("Trần Văn Bình", "mentor", None),
    ]


def test_changed_link_takes_the_place_of_the_one_before(open_, lead):
    entry = begun(open_, lead)
    for address in ("https://a.example", "https://b.example", "https://b.example"):
        entering.save(again(entry), lead.account, told(answers={"f3": address}), at=clock.now())

    rows = db.session.query(EntryFile).order_by(EntryFile.id).all()
    assert [(one.address, one.removed_at is None) for one in rows] == [
        ("https://a.example", False),
        ("https://b.example", True),
    ]


def test_handing_in_freezes_a_version_under_its_seal_and_gives_a_code(open_, lead):
    entry = whole(open_, lead)

    version = entering.hand_in(entry, lead.account, at=clock.now())

    kept = again(entry)
    assert (kept.state, kept.is_late, kept.code[:2]) == (EntryState.SUBMITTED, False, "A-")
    assert version.digest == sealing.digest(version.content)
    assert [one["title"] for one in version.content["files"]] == ["thuyet-minh.pdf"]
    assert version.content["answers"] == {"f1": "Trả lời hồ sơ của dân cả ngoài giờ."}


def test_frozen_version_names_nobody(open_, lead):
    version = handed_in(open_, lead).versions[-1]

    assert not [name for name in ("Hen", "Bhăm", "Bình") if name in str(version.content)]


def test_handing_in_twice_makes_one_version(open_, lead):
    entry = handed_in(open_, lead)

    entering.hand_in(entry, lead.account, at=clock.now())

    assert db.session.query(EntryVersion).count() == 1


def test_later_changes_make_another_version_and_never_that_one(open_, lead):
    entry = handed_in(open_, lead)
    before = entry.versions[-1].content
    entering.save(entry, lead.account, told(title="Trợ lý ảo, bản 2"), at=clock.now())
    changed = again(entry)

    is_as_before = entering.is_as_handed_in(changed)
    entering.hand_in(changed, lead.account, at=clock.now())

    versions = again(entry).versions
    assert is_as_before is False
    assert [one.number for one in versions] == [1, 2]
    assert versions[0].content == before
    assert versions[1].content["title"] == "Trợ lý ảo, bản 2"


@pytest.mark.parametrize(
    ("lacks", "said"),
    [
        ({"answers": {}}, "is still empty"),
        ({"people": [Member("H’Hen Niê", MemberRole.LEADER)]}, "People are missing"),
        ({"title": " "}, "no title"),
    ],
)
def test_what_is_missing_keeps_an_entry_from_being_handed_in(open_, lead, lacks, said):
    entry = whole(open_, lead)
    entering.save(entry, lead.account, told(**lacks), at=clock.now())

    with pytest.raises(EntryIncomplete, match=said):
        entering.hand_in(again(entry), lead.account, at=clock.now())


def test_mentor_does_not_count_among_those_who_enter(open_, lead):
    entry = whole(open_, lead)
    people = [Member("H’Hen Niê", MemberRole.LEADER), Member("Bình", MemberRole.MENTOR)]
    entering.save(entry, lead.account, told(people=people), at=clock.now())

    with pytest.raises(EntryIncomplete, match="People are missing"):
        entering.hand_in(again(entry), lead.account, at=clock.now())


def test_closed_category_takes_no_change_and_nothing_new(open_, lead):
    entry = whole(open_, lead)
    closed = passed(open_)

    for act in (
        lambda: entering.hand_in(again(entry), lead.account, at=clock.now()),
        lambda: entering.save(again(entry), lead.account, told(), at=clock.now()),
        lambda: entering.begin(closed, lead, "Muộn", at=clock.now()),
    ):
        with pytest.raises(EntryShut):
            act()


def test_late_entry_is_taken_while_late_ones_are_and_is_marked(open_, lead):
    entry = whole(open_, lead)
    move_close(open_, clock.now() - HOUR, late_until=clock.now() + HOUR)

    entering.hand_in(again(entry), lead.account, at=clock.now())

    assert again(entry).is_late is True


def test_what_was_handed_in_in_time_is_not_changed_in_the_late_hours(open_, lead):
    entry = handed_in(open_, lead)
    move_close(open_, clock.now() - HOUR, late_until=clock.now() + HOUR)

    with pytest.raises(EntryShut):
        entering.save(again(entry), lead.account, told(title="Muộn"), at=clock.now())


def test_returned_entry_is_corrected_until_its_moment_and_is_not_late(open_, lead):
    entry = handed_in(open_, lead)
    passed(open_)
    until = clock.now() + HOUR
    returned = set_on(entry, state=EntryState.RETURNED, return_by=until)

    entering.save(returned, lead.account, told(title="Đã sửa"), at=until)
    entering.hand_in(again(entry), lead.account, at=until)

    kept = again(entry)
    assert (kept.state, kept.is_late, kept.return_by) == (EntryState.SUBMITTED, False, None)
    assert [one.number for one in kept.versions] == [1, 2]


def test_returned_entry_is_shut_after_its_moment(open_, lead):
    entry = handed_in(open_, lead)
    until = clock.now() + HOUR
    returned = set_on(entry, state=EntryState.RETURNED, return_by=until)

    with pytest.raises(EntryShut):
        entering.hand_in(returned, lead.account, at=until + timedelta(seconds=1))


def test_nobody_else_changes_an_entry(open_, lead):
    entry, stranger = whole(open_, lead), entrant(open_, full_name="Lê Thị Mai")

    with pytest.raises(EntryShut):
        entering.save(entry, stranger.account, told(title="Của tôi"), at=clock.now())


def test_file_taken_out_stays_in_the_version_that_holds_it(open_, lead):
    entry = handed_in(open_, lead)
    file = entry_queries.live_files(entry)[0]

    entering.remove_file(entry, file, lead.account, at=clock.now())

    kept = again(entry)
    assert entry_queries.live_files(kept) == []
    assert kept.versions[-1].content["files"][0]["id"] == file.public_id


def test_entry_is_withdrawn_once_and_not_by_its_people_once_it_is_judged(open_, lead):
    entry = handed_in(open_, lead)
    other = handed_in(open_, entrant(open_, full_name="Lê Thị Mai"))
    judged = judging.judged_round(open_.contest)
    judging.round_entry(judged, other, version_id=other.versions[-1].id)

    entering.withdraw(entry, lead.account, reason="Không tham gia được", at=clock.now())
    entering.withdraw(again(entry), lead.account, reason="Lần nữa", at=clock.now())

    kept = again(entry)
    assert (kept.state, kept.withdrawn_for) == (EntryState.WITHDRAWN, "Không tham gia được")
    with pytest.raises(EntryShut):
        entering.withdraw(again(other), other.entered_by, reason="Thôi", at=clock.now())
    staff = entering.withdraw(again(other), factories.account(), reason="Đề nghị", at=clock.now())
    assert staff.state is EntryState.WITHDRAWN


def test_each_act_is_in_the_trail_once(open_, lead):
    entry = handed_in(open_, lead)
    entering.hand_in(entry, lead.account, at=clock.now())

    acts = [row.action for row in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [one for one in acts if one.startswith("entry.")] == [
        "entry.begun",
        "entry.saved",
        "entry.file_added",
        "entry.submitted",
    ]


def test_codes_of_a_contest_are_all_different_and_say_nothing_of_the_order(open_):
    entries = [handed_in(open_, entrant(open_, full_name=f"Người {n}")) for n in range(12)]

    codes = [again(one).code for one in entries]
    assert len(set(codes)) == 12
    assert codes != sorted(codes)


# --- What is like another ------------------------------------------------------------------------


def test_duplicates_are_found_in_other_contests_by_file_and_by_title(open_, lead):
    mine = handed_in(open_, lead)
    old = category(factories.contest(title="Hội thi năm 2025"))
    same_file = handed_in(old, entrant(old, full_name="Năm ngoái"))
    same_file = set_on(same_file, title="Tên khác", search_text="ten khac")
    same_title = handed_in(old, entrant(old, full_name="Trùng tên"))
    for row in db.session.query(EntryFile).filter_by(entry_id=same_title.id):
        db.session.rollback()
        _set_digest(row.id, "f" * 64)

    found = entry_queries.duplicates(again(mine))

    told = {one.entry.public_id: (one.files, one.same_title) for one in found}
    assert told == {
        same_file.public_id: (("thuyet-minh.pdf",), False),
        same_title.public_id: ((), True),
    }


def _set_digest(file_id, digest):
    with atomic():
        db.session.get_one(EntryFile, file_id).digest = digest


# --- The staff's list ----------------------------------------------------------------------------


def test_list_is_narrowed_by_state_category_mark_and_words(open_, lead):
    mine = handed_in(open_, lead)
    draft = begun(open_, entrant(open_, full_name="Lê Thị Mai"), title="Bản đồ số")
    late = set_on(handed_in(open_, entrant(open_, full_name="Muộn")), is_late=True)

    def titles(**wanted):
        page = entry_lists.entries_page(open_.contest, Wanted(**wanted))
        return {one.public_id for one in page.rows}

    assert titles() == {mine.public_id, draft.public_id, late.public_id}
    assert titles(state="draft") == {draft.public_id}
    assert titles(mark="late") == {late.public_id}
    assert titles(words="ban do") == {draft.public_id}
    assert titles(words="tan an", state="submitted") == {mine.public_id, late.public_id}
    assert titles(words=again(mine).code.lower()) == {mine.public_id}
    assert titles(category="khong-co") == set()


def test_list_costs_the_same_however_many_there_are(open_, lead, queries):
    contest_id, category_id = open_.contest_id, open_.id

    def cost():
        db.session.rollback()
        db.session.expunge_all()
        contest = db.session.get_one(Contest, contest_id)
        queries.clear()
        page = entry_lists.entries_page(contest, Wanted())
        shown = [(one.category.title, one.unit.name, len(one.members)) for one in page.rows]
        return len(shown), len(queries)

    handed_in(open_, lead)
    few = cost()
    for number in range(5):
        row = db.session.get_one(EntryCategory, category_id)
        handed_in(row, entrant(row, full_name=f"Người {number}"))

    assert (few, cost()) == ((1, 2), (6, 2))


# --- Categories ----------------------------------------------------------------------------------


def settings(**fields):
    defaults = {
        "title": "Bảng B: sáng kiến",
        "prefix": "B",
        "form": FORM,
        "checklist": ["Đúng đối tượng", "Đúng đối tượng", "Có xác nhận"],
        "least_members": 1,
        "most_members": 3,
        "screeners": 2,
        "closes_at": clock.now() + HOUR,
    }
    return Settings(**defaults | fields)


def test_category_is_added_and_its_checklist_keeps_the_ids_of_lines_that_stay(open_):
    organizer = factories.account()
    made = categorizing.add(open_.contest, settings(), organizer)
    before = made.checklist

    categorizing.edit(made, settings(checklist=["Có xác nhận", "Chưa được giải"]), organizer)

    assert before == [{"id": "c1", "text": "Đúng đối tượng"}, {"id": "c2", "text": "Có xác nhận"}]
    assert made.checklist == [
        {"id": "c2", "text": "Có xác nhận"},
        {"id": "c3", "text": "Chưa được giải"},
    ]
    assert made.position == 2


def test_two_categories_of_a_contest_do_not_share_letters(open_):
    with pytest.raises(NameTaken):
        categorizing.add(open_.contest, settings(prefix="A"), factories.account())


def test_letters_stay_once_codes_begin_with_them(open_, lead):
    handed_in(open_, lead)
    row = entry_queries.category_with(open_.public_id)

    with pytest.raises(EntryShut):
        categorizing.edit(row, settings(prefix="Z"), factories.account())


def test_category_with_entries_is_not_taken_away(open_, lead):
    empty = categorizing.add(open_.contest, settings(), factories.account())
    begun(open_, lead)

    categorizing.remove(empty, factories.account())

    with pytest.raises(EntryShut):
        categorizing.remove(entry_queries.category_with(open_.public_id), factories.account())
    assert [one.prefix for one in entry_queries.categories_of(open_.contest)] == ["A"]
