from questions.formats import splitting, text
from tests.bench.paper import paper


def stems(content):
    return [draft.stem for draft in text.read(content).drafts()]


def test_parts_of_a_short_text_are_the_text(monkeypatch):
    content = paper(30).encode()

    assert splitting.parts("de.txt", content) == [content]


def test_parts_of_a_long_text_hold_every_question_once_in_order(monkeypatch):
    monkeypatch.setattr(splitting, "PART", 20)
    monkeypatch.setattr(splitting, "_FEWEST_BYTES", 10)
    content = ("ĐỀ CƯƠNG ÔN TẬP\n\n" + paper(90)).encode()

    parts = splitting.parts("de.txt", content)

    assert len(parts) == 5
    assert [stem for part in parts for stem in stems(part)] == stems(content)


def test_parts_when_the_keys_stand_at_the_end_then_every_part_has_them(monkeypatch):
    monkeypatch.setattr(splitting, "PART", 20)
    monkeypatch.setattr(splitting, "_FEWEST_BYTES", 10)
    lines = [line for line in paper(60).splitlines() if not line.startswith("Đáp án")]
    keys = " ".join(f"{n}-{'ABCD'[n % 4]}" for n in range(1, 61))
    content = "\n".join([*lines, "BẢNG ĐÁP ÁN", keys]).encode()

    parts = splitting.parts("de.txt", content)

    found = [draft.key for part in parts for draft in text.read(part).drafts()]
    assert found == [(n % 4,) for n in range(1, 61)]


def test_remarks_when_the_encoding_was_guessed_then_it_is_said_of_the_whole_file():
    old = "C¶i c¸ch hµnh chÝnh nhµ n\u00adíc giai ®o¹n".encode("latin-1")

    assert [said["code"] for said in splitting.remarks(old)] == ["encoding"]
    assert splitting.remarks("Cải cách hành chính".encode()) == []
