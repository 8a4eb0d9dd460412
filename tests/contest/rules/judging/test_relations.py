"""Conflicts that names and the organiser's list show, and those that somebody dismissed."""

import pytest

from contest.rules.judging import conflicts, relations
from contest.rules.judging.conflicts import Cause, Entrant, Person
from contest.rules.judging.relations import Relation
from core.saying import Unreadable

JUDGES = {"nguyen thi hoa": "hoa", "y wang bkrong": "wang"}
TEAM = Entrant(
    "BT-07",
    "ea-kar",
    (
        Person("", "ea-kar", "tran", "ubnd xa ea kar", "tran van nam"),
        Person("lan", "ea-kar", "le", "ubnd xa ea kar", "le thi lan"),
    ),
    frozenset({"binh"}),
    frozenset({"nguyen thi hoa"}),
)


def found(judge, dismissed=()):
    return [one.cause for one in conflicts.conflicts([judge], [TEAM], {}, dismissed=dismissed)]


@pytest.mark.parametrize(
    ("judge", "cause"),
    [
        (Person("hoa", name="nguyen thi hoa"), Cause.SAME_NAME),
        (Person("nam", name="tran van nam"), Cause.SAME_NAME),
        (Person("hoa", near=frozenset({"le thi lan"})), Cause.NEAR),
        (Person("hoa", homes=frozenset({("tran", "ubnd xa ea kar")})), Cause.NAME_AND_ADDRESS),
    ],
)
def test_names_and_the_list_propose_a_conflict_and_bar_nobody(judge, cause):
    assert found(judge) == [cause]
    assert cause not in conflicts.BARRING


def test_member_whose_account_is_known_is_not_the_judge_of_that_name():
    assert found(Person("other", name="le thi lan")) == []


def test_dismissed_cause_makes_room_for_the_next_and_a_barring_one_is_not_dismissed():
    judge = Person("hoa", name="nguyen thi hoa", near=frozenset({"le thi lan"}))
    near, named = ("BT-07", "hoa", Cause.NEAR), ("BT-07", "hoa", Cause.SAME_NAME)
    mentor = Person("binh")

    assert found(judge) == [Cause.NEAR]
    assert found(judge, [near]) == [Cause.SAME_NAME]
    assert found(judge, [near, named]) == []
    assert found(mentor, [("BT-07", "binh", Cause.MENTOR)]) == [Cause.MENTOR]


def test_list_is_read_whatever_the_spelling_and_written_as_it_is_read():
    text = "Nguyễn Thị Hoa; Lê Thị Lan\n\nNGUYỄN THỊ HOA ;; Xã Ea Kar\n"
    text += "Y Wang Bkrông; H’Hen Niê; Ea Súp"

    rows = relations.read(text, JUDGES)

    assert rows == [
        Relation("hoa", "Lê Thị Lan"),
        Relation("hoa", "", "Xã Ea Kar"),
        Relation("wang", "H’Hen Niê", "Ea Súp"),
    ]
    names = {"hoa": "Nguyễn Thị Hoa", "wang": "Y Wang Bkrông"}
    again = "\n".join(relations.written(names, one) for one in rows)
    assert relations.read(again, JUDGES) == rows


@pytest.mark.parametrize(
    "text", ["Nguyễn Thị Hoa", "Nguyễn Thị Hoa;;", "Lê Văn Tám; A", "Nguyễn Thị Hoa; a; b; c"]
)
def test_line_that_cannot_be_read_is_named(text):
    with pytest.raises(Unreadable) as refused:
        relations.read(f"Nguyễn Thị Hoa; Lê Thị Lan\n{text}", JUDGES)

    assert refused.value.sentence.values == {"line": 2}


def test_family_name_is_the_first_word_and_the_clan_of_highland_names():
    names = ["Nguyễn Thị Hoa", "H’Hen Niê", "Y Wang Bkrông", ""]

    assert [relations.family(one) for one in names] == ["nguyen", "nie", "bkrong", ""]
