"""Blueprints laid over a bank: totals, equal points, and the empty cell in words."""

from hypothesis import given
from hypothesis import strategies as st

from core.saying import told
from questions.rules import filling
from questions.rules.drawing import Candidate
from questions.rules.excluding import Sifted
from questions.rules.filling import MILLION, Cell, Spec, Sum

NAMES = {1: "Thủ tục hành chính", 2: "Chuyển đổi số"}
TOPICS = {1: frozenset({"tt"}), 2: frozenset({"cds"})}

cells = st.lists(
    st.builds(
        Cell,
        st.sampled_from([None, 1, 2]),
        st.sampled_from([None, "NB", "VD"]),
        st.sampled_from([None, "single_choice"]),
        st.integers(1, 20),
        st.integers(0, 5 * MILLION),
    ),
    max_size=8,
)


def pool(count, topic="tt", difficulty="NB", kind="single_choice"):
    return [Candidate(f"{topic}{difficulty}{n}", n, topic, difficulty, kind) for n in range(count)]


def say(sentence):
    return told(sentence, lambda message: message, str)


def look(spec, have, everything=None):
    return filling.look(spec, Sifted(have, everything or have), TOPICS, NAMES.get)


@given(cells)
def test_matrix_adds_up_down_and_across(cells):
    table, spec = filling.matrix(cells), Spec("", tuple(cells))

    assert table.total == Sum(spec.count, spec.points)
    lines = [table.of_topic(one) for one in table.topics]
    columns = [table.of_difficulty(one) for one in table.difficulties]
    assert sum(one.count for one in lines) == sum(one.count for one in columns) == spec.count
    assert sum(one.points for one in lines) == sum(one.points for one in columns) == spec.points


@given(cells, st.integers(1, 1000))
def test_equal_points_come_to_the_target_as_it_is_shown(cells, target):
    even = filling.equal_points(cells, target * MILLION)

    assert len({cell.points for cell in even}) <= 1
    assert not cells or filling.is_met(Spec("", even).points, target * MILLION)


def test_sixty_questions_are_worth_a_hundred_points():
    even = filling.equal_points([Cell(None, None, None, 60)], 100 * MILLION)

    assert even == (Cell(None, None, None, 60, 1_666_667),)


def test_empty_cell_is_named_by_topic_difficulty_and_type():
    spec = Spec("", (Cell(1, "VD", "single_choice", 5),))

    found = look(spec, pool(3, difficulty="VD") + pool(9))

    assert [say(one) for one in found.lacks] == [
        "Needs 5 questions of Thủ tục hành chính · Application · One key; the bank has 3."
    ]
    assert (found.fits, found.available) == (False, (3,))


def test_empty_cell_says_what_was_kept_out():
    spec = Spec("", (Cell(1, None, None, 5),))

    found = look(spec, pool(3), pool(7))

    assert [say(one) for one in found.lacks] == [
        "Needs 5 questions of Thủ tục hành chính; the bank has 3, and 4 more that are kept out."
    ]


def test_cells_that_want_the_same_questions_are_named_together():
    spec = Spec("", (Cell(None, "NB", None, 2), Cell(1, None, None, 2)))

    found = look(spec, pool(3))

    assert [say(one) for one in found.lacks] == [
        "Needs 4 questions of Any topic · Recall + Thủ tục hành chính; the bank has 3."
    ]


def test_blueprint_of_nothing_does_not_fit():
    assert [say(one) for one in look(Spec(""), pool(3)).lacks] == [
        "The blueprint asks for no questions yet."
    ]


def test_aims_that_are_missed_are_said():
    spec = Spec("", (Cell(None, None, None, 3),), target_count=4, target_points=10 * MILLION)

    assert [say(one) for one in look(spec, pool(5)).remarks] == [
        "The blueprint has 3 questions; 4 are aimed at.",
        "The questions are worth 3 points; 10 are aimed at.",
    ]


@given(cells)
def test_what_is_written_is_read_again(cells):
    spec = Spec("Ma trận vòng tỉnh", tuple(cells))

    assert Spec.read(spec.written()) == spec
