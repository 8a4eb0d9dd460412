import pytest

from questions.types import multiple_choice, options, single_choice, true_false

SOUND = options.content(["Gia Lai", "Đắk Lắk", "Cả hai"], [1], last=[2])


def test_content_gives_each_option_an_id_and_names_the_key_by_it():
    assert options.content(["một", "hai"], [1]) == {
        "options": [
            {"id": "a", "text": "một", "pinned": False},
            {"id": "b", "text": "hai", "pinned": False},
        ],
        "key": ["b"],
    }


@pytest.mark.parametrize(
    ("kind", "content", "problems"),
    [
        (single_choice, SOUND, []),
        (multiple_choice, SOUND, []),
        (true_false, options.content(["Đúng", "Sai"], [0]), []),
        (single_choice, options.content(["một", "hai"], [0, 1]), 1),
        (single_choice, options.content(["một"], [0]), 1),
        (single_choice, options.content(["một", " "], [0]), 1),
        (single_choice, options.content(["một", "Một."], [0]), 1),
        (single_choice, SOUND | {"key": ["z"]}, 1),
        (single_choice, {"options": [SOUND["options"][0]] * 2, "key": ["a"]}, 2),
        (multiple_choice, options.content(["một", "hai"], []), 1),
        (true_false, options.content(["một", "hai", "ba"], [0]), 1),
        (true_false, options.content(["Đúng", "Sai"], []), 1),
    ],
)
def test_check_names_each_problem(kind, content, problems):
    found = kind.check(content)

    assert (found if problems == [] else len(found)) == problems


def test_pinned_names_the_options_that_stay_last():
    assert single_choice.pinned(SOUND) == ["c"]
    assert multiple_choice.ids(SOUND) == ["a", "b", "c"]


def test_pinned_of_a_statement_names_both_verdicts():
    assert true_false.pinned(options.content(["Đúng", "Sai"], [0])) == ["a", "b"]


def test_answer_is_written_in_the_order_of_its_ids():
    assert options.answer(["c", "a"]) == "a,c"
