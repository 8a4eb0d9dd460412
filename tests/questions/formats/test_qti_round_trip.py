"""What is written as QTI comes back: every type, every version, Vietnamese and odd signs."""

import base64
import io
import zipfile

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.saying import Sentence
from core.text import clean, clean_line
from questions.formats import qti, qti3_writer, qti12_writer, qti_writer
from questions.rules import drafting, marking
from questions.rules.drafting import Draft
from questions.types import matching, ordering
from tests.questions.contents import CONTENTS, SOUND, STEMS

WRITERS = {"2.2": qti_writer, "3.0": qti3_writer, "1.2": qti12_writer}
KEPT = (
    "type", "stem", "options", "key", "topic", "difficulty", "legal_basis", "explanation",
    "passage", "media",
)  # fmt: skip
PICTURE = {
    "name": "ban-do.png",
    "at": "stem",
    "alt": "Bản đồ tỉnh Đắk Lắk",
    "data": base64.b64encode(b"\x89PNG picture").decode(),
}


def draft(kind, content, stem=None, **fields):
    listed = content.get("options", ())
    ids = [one["id"] for one in listed]
    return Draft(
        type=kind,
        stem=STEMS[kind] if stem is None else stem,
        options=tuple(one["text"] for one in listed),
        key=tuple(sorted(ids.index(one) for one in content.get("key", ()))),
        number=1,
        place=Sentence("câu 1"),
        content=content,
        **fields,
    )


def read_back(writer, *drafts):
    """The drafts that come back, and nothing but remarks that lose nothing."""
    reading = qti.read(writer.write(list(drafts), "Ngân hàng câu hỏi").content)
    assert [message for message in reading.messages if message.level == "error"] == []
    return reading.drafts()


def kept(one):
    return {name: getattr(one, name) for name in KEPT} | {"content": drafting.content(one)}


def tidied(kind, content):
    """The content as the bank keeps it: every text clean, ids of their texts."""
    if kind == "matching":
        words = {one["id"]: one["text"] for one in content["choices"]}
        rows = [(row["text"], words[content["pairs"][row["id"]]]) for row in content["rows"]]
        used = set(content["pairs"].values())
        spare = [text for ident, text in words.items() if ident not in used]
        pairs = [(clean_line(row), clean_line(choice)) for row, choice in rows]
        return matching.content(pairs, list(map(clean_line, spare)), content["scoring"])
    if kind == "ordering":
        parts = [clean_line(one["text"]) for one in content["parts"]]
        return ordering.content(parts, content["scoring"])
    return _clean(content)


def _clean(value):
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return clean_line(value) if isinstance(value, str) else value


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("kind", SOUND)
def test_a_question_of_each_type_comes_back_whole(version, kind):
    written = draft(
        kind,
        SOUND[kind],
        topic="CĐ02 – Thủ tục hành chính & “một cửa”",
        difficulty="VD",
        legal_basis="61/2018/NĐ-CP · Điều 3, khoản 1",
        explanation="Vì Điều 3 nói rõ.\nXem thêm <Điều 4> & Điều 5.",
        passage="Đọc đoạn sau:\n\nXã Ea Kar có 3 thôn.",
        media=(PICTURE,),
    )

    (found,) = read_back(WRITERS[version], written)

    assert kept(found) == kept(written)


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("kind", CONTENTS)
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(given_data=st.data())
def test_any_sound_content_comes_back(version, kind, given_data):
    content = tidied(kind, given_data.draw(CONTENTS[kind]))
    gaps = " và ".join(f"[[{gap['id']}]]" for gap in content.get("gaps", ()))
    stem = f"Điền: {gaps}." if gaps else STEMS[kind]
    assume(marking.check(kind, stem, content) == [])
    written = draft(kind, content, stem)

    (found,) = read_back(WRITERS[version], written)

    assert kept(found) == kept(written)


odd = st.text("aăđếữ <>&\"'[]{}|\\/=~#%$*_-\u2013“”²√\n", min_size=1, max_size=40).map(clean)


@pytest.mark.parametrize("version", WRITERS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(stem=odd, options=st.lists(odd.map(clean_line), min_size=2, max_size=4), passage=odd)
def test_odd_signs_come_back(version, stem, options, passage):
    content = drafting.options.content(options, [0], drafting.pinned(options))
    assume(stem and not marking.check("single_choice", stem, content))
    assume(not drafting.is_true_false(options))
    written = draft("single_choice", content, stem, passage=passage)

    (found,) = read_back(WRITERS[version], written)

    assert kept(found) == kept(written)


@pytest.mark.parametrize("version", WRITERS)
def test_feedback_weights_and_pinned_options_come_back(version):
    content = drafting.options.content(["Pa nô", "Tờ gấp", "Đa cấp", "Cả A và B"], [0, 1])
    content["scoring"] = "weights"
    for option, weight in zip(content["options"], ("0.75", "0.25", "-1", "0"), strict=True):
        option |= {"weight": weight, "feedback": f"Về “{option['text']}”", "pinned": False}
    content["options"][3]["pinned"] = True
    written = draft("multiple_choice", content)

    (found,) = read_back(WRITERS[version], written)

    assert kept(found) == kept(written)


@pytest.mark.parametrize("version", WRITERS)
def test_media_of_an_option_come_back_at_their_option(version):
    sound = {"name": "loa.mp3", "at": "b", "alt": "", "data": base64.b64encode(b"ID3").decode()}
    picture = PICTURE | {"at": "a"}
    written = draft("single_choice", SOUND["single_choice"], media=(picture, sound))

    (found,) = read_back(WRITERS[version], written)

    assert [(one["name"], one["at"], one["data"]) for one in found.media] == [
        ("ban-do.png", "a", picture["data"]),
        ("loa.mp3", "b", sound["data"]),
    ]


@pytest.mark.parametrize("version", WRITERS)
def test_questions_keep_their_order_and_share_their_passage(version):
    drafts = [
        draft(kind, content, f"{STEMS[kind]} ({n})", passage="Đoạn chung", topic=f"T{n % 2}")
        if kind != "cloze"
        else draft(kind, content, passage="Đoạn chung", topic=f"T{n % 2}")
        for n, (kind, content) in enumerate(SOUND.items())
    ]

    found = read_back(WRITERS[version], *drafts)

    assert [one.stem for one in found] == [one.stem for one in drafts]
    assert {one.passage for one in found} == {"Đoạn chung"}


@pytest.mark.parametrize("version", ["2.2", "3.0"])
def test_a_package_lists_each_of_its_files(version):
    drafts = [draft(kind, content, media=(PICTURE,)) for kind, content in SOUND.items()]

    content = WRITERS[version].write(drafts, "Ngân hàng").content

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        manifest = archive.read("imsmanifest.xml").decode()
    assert names[0] == "imsmanifest.xml"
    assert [name for name in names[1:] if f'href="{name}"' not in manifest] == []


def test_the_same_drafts_make_the_same_bytes():
    drafts = [draft(kind, content) for kind, content in SOUND.items()]

    assert qti_writer.write(drafts, "T").content == qti_writer.write(drafts, "T").content


def test_what_other_systems_do_not_know_is_said_beforehand():
    content = SOUND["statements"] | {"scoring": "steps"}

    assert [one.message for one in qti_writer.lost(draft("statements", content))] == [
        "other systems do not know all of it: %(what)s."
    ]
    assert qti_writer.lost(draft("single_choice", SOUND["single_choice"])) == []


@pytest.mark.parametrize("version", WRITERS)
def test_what_cannot_be_written_is_named_and_the_rest_is_written(version):
    broken = draft("matching", {"rows": [], "choices": [], "pairs": {}})
    keyless = draft("single_choice", drafting.options.content(["Pa nô", "Tờ gấp"], []))

    written = WRITERS[version].write([broken, keyless], "T")

    assert [(one.question, one.code) for one in written.messages] == [(1, "left-out")]
    assert [one.stem for one in qti.read(written.content).drafts()] == [keyless.stem]
