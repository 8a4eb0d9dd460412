"""What an import proposes, before and after a person has looked at it."""

import pytest

from core.saying import Sentence
from questions.rules import proposing
from questions.rules.drafting import ERROR, WARNING, Draft, Message, Reading
from questions.rules.proposing import EntryState
from tests.questions import contents

PLACE = Sentence("Question %(number)s", {"number": 1})


def entry(**fields):
    defaults = {
        "type": "single_choice",
        "stem": "Ai chủ trì Hội thi?",
        "options": ("Sở Nội vụ", "Tỉnh Đoàn"),
        "key": (1,),
        "number": 1,
        "place": PLACE,
    }
    return proposing.entries(Reading((Draft(**defaults | fields),)))[0]


def remark(level):
    return Message(1, level, "doubt", Sentence("a doubt"))


@pytest.mark.parametrize(
    ("fields", "levels", "state"),
    [
        ({}, [], EntryState.READY),
        ({}, [WARNING], EntryState.LOOK),
        ({}, [ERROR], EntryState.WRONG),
        ({"key": ()}, [WARNING], EntryState.WRONG),
        ({"stem": " "}, [], EntryState.WRONG),
        ({"stem": "x" * 5001}, [], EntryState.WRONG),
    ],
)
def test_state_when_the_file_was_doubted_then_it_says_so(fields, levels, state):
    assert proposing.state(entry(**fields), [remark(level) for level in levels]) is state


def test_state_when_a_person_has_seen_it_then_only_what_it_says_counts():
    told = {
        "stem": "Ai chủ trì?",
        "options": ["Đúng", "Sai", ""],
        "key": [0, 7],
        "explanation": "",
        "topic_id": None,
        "level": "NB",
    }

    seen = proposing.corrected(entry(key=()), told)

    assert (seen["type"], seen["options"], seen["key"]) == ("true_false", ["Đúng", "Sai"], [0])
    assert proposing.state(seen, [remark(ERROR), remark(WARNING)]) is EntryState.READY


TOLD = {
    "stem": "Nối cơ quan với việc của cơ quan đó.",
    "options": [],
    "key": [],
    "explanation": "Theo Kế hoạch năm 2017.",
    "topic_id": None,
    "level": None,
}


def test_corrected_when_the_type_has_no_options_then_it_keeps_what_it_holds():
    read = entry(type="matching", options=(), key=(), content=contents.SOUND["matching"])

    seen = proposing.corrected(read, TOLD)

    assert (seen["type"], seen["content"]) == ("matching", read["content"])
    assert (seen["stem"], seen["explanation"]) == (TOLD["stem"], TOLD["explanation"])


def with_shares():
    content = contents.SOUND["multiple_choice"]
    texts = tuple(one["text"] for one in content["options"])
    key = tuple(n for n, one in enumerate(content["options"]) if one["id"] in content["key"])
    return entry(type="multiple_choice", options=texts, key=key, content=content)


def test_corrected_when_an_option_is_reworded_then_its_share_stays():
    read = with_shares()
    texts = ["Sở Nội vụ tỉnh Đắk Lắk", *read["options"][1:]]

    seen = proposing.corrected(read, TOLD | {"options": texts, "key": list(read["key"])})

    first, *others = seen["content"]["options"]
    assert first == read["content"]["options"][0] | {"text": texts[0]}
    assert others == read["content"]["options"][1:]


def test_corrected_when_another_option_is_right_then_the_shares_of_the_file_go():
    read = with_shares()
    key = [n for n in range(len(read["options"])) if n not in read["key"]]

    seen = proposing.corrected(read, TOLD | {"options": list(read["options"]), "key": key})

    assert (seen["content"], seen["key"]) == (None, key)


def test_place_lines_when_stems_stand_in_the_file_then_each_entry_has_its_own():
    first, second = entry(), entry(number=2, stem="Ai phối hợp?")
    lines = [
        [["Đề cương", True]],
        [["Câu 1. ", True], ["Ai chủ trì Hội thi?", False]],
        [["A. Sở Nội vụ", False]],
        [["Câu 2. Ai phối hợp?", False]],
    ]

    proposing.place_lines([first, second], lines)

    assert [first["lines"], second["lines"]] == [[1, 3], [3, 4]]


def test_content_when_an_option_means_all_of_them_then_it_is_pinned():
    options = ("Sở Nội vụ", "Tỉnh Đoàn", "Tất cả các phương án trên")

    assert [one["pinned"] for one in proposing.content(entry(options=options))["options"]] == [
        False,
        False,
        True,
    ]
