import base64
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.saying import Sentence
from questions.formats import docx as word
from questions.formats import docx_writer
from questions.rules import marking
from questions.rules.drafting import Draft
from questions.types import matching
from tests.questions.contents import SOUND, STEMS, any_item, words
from tests.questions.formats.test_docx import DOT

PLACE = Sentence("here")


def draft_of(kind, content, stem=None, number=1, **fields):
    listed = content.get("options") or []
    return Draft(
        type=kind,
        stem=STEMS[kind] if stem is None else stem,
        options=tuple(one["text"] for one in listed),
        key=tuple(n for n, one in enumerate(listed) if one["id"] in content["key"]),
        number=number,
        place=PLACE,
        content=content,
        **fields,
    )


def told(draft):
    return docx_writer.told(draft) | {"passage": draft.passage}


def read(written):
    return [told(draft) for draft in word.read(written.content).drafts()]


def test_write_an_item_of_every_type_is_read_back_the_same():
    drafts = [
        draft_of(kind, content, explanation="Theo Kế hoạch.\nA. Không phải phương án.",
                 topic="Cải cách hành chính", difficulty="Thông hiểu",
                 legal_basis="Điều 3 Quyết định số 3780/QĐ-UBND")
        for kind, content in SOUND.items()
    ]  # fmt: skip

    written = docx_writer.write(drafts, "Ngân hàng cải cách hành chính")

    assert read(written) == [told(draft) for draft in drafts]
    assert written.messages == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_item, min_size=1, max_size=4), words)
def test_write_any_sound_items_are_read_back_the_same(items, explanation):
    drafts = [
        draft_of(kind, content, stem="Câu dẫn [[1]]" if kind == "cloze" else None,
                 explanation=" ".join(explanation.split()))
        for kind, content in items
        if marking.check(kind, STEMS[kind], content) == []
    ]  # fmt: skip

    written = docx_writer.write(drafts, "Đề")

    assert written.messages == ()
    assert read(written) == [told(draft) for draft in drafts]


@pytest.mark.parametrize(
    "stem",
    [
        "Câu nào đúng?\nA. Không phải phương án\nB. Cũng không",
        "Đọc:\nĐáp án: B\nCâu 2. Không phải câu hỏi",
        "1-A 2-B 3-C",
        "PHẦN I",
        "HẾT",
        "a) Một\nb) Hai",
    ],
)
def test_write_stem_that_looks_like_something_else_is_read_back(stem):
    draft = draft_of("single_choice", SOUND["single_choice"], stem=stem)

    written = docx_writer.write([draft, replace(draft, stem="Câu sau?", number=2)], "Đề")

    assert read(written) == [told(draft), told(replace(draft, stem="Câu sau?"))]


def test_write_passage_stands_once_and_comes_back_with_each_question():
    one = draft_of("single_choice", SOUND["single_choice"], passage="Buôn Đôn.\nCó voi.")
    drafts = [one, replace(one, stem="Còn gì?"), replace(one, stem="Riêng?", passage="")]

    written = docx_writer.write(drafts, "Đề")

    assert read(written) == [told(draft) for draft in drafts]


def test_write_pictures_come_back_in_their_places_with_what_they_show():
    media = (
        {"name": "image1.png", "at": "stem", "alt": "Bản đồ", "data": DOT},
        {"name": "image1.png", "at": "b", "alt": "", "data": DOT},
    )
    draft = draft_of("single_choice", SOUND["single_choice"], media=media)

    (found,) = word.read(docx_writer.write([draft], "Đề").content).drafts()

    assert [(m["at"], m["alt"], m["data"]) for m in found.media] == [
        ("stem", "Bản đồ", DOT),
        ("b", "", DOT),
    ]


def test_lost_names_sounds_and_what_would_be_read_differently():
    sound = {"name": "doc.ogg", "at": "stem", "alt": "", "data": base64.b64encode(b"OggS").decode()}
    heard = draft_of("single_choice", SOUND["single_choice"], media=(sound,))
    pairs = matching.content([("Vào ↔ ra", "Một cửa"), ("Trả", "Hồ sơ")])
    arrows = draft_of("matching", pairs)

    assert [len(docx_writer.lost(draft)) for draft in (heard, arrows)] == [1, 1]
