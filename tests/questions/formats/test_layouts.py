import pytest

from questions.formats import docx as word
from tests.questions.formats import papers
from tests.questions.formats.layouts import LAYOUTS


def told(draft):
    """A draft the way layouts expect it."""
    if draft.type == "statements":
        signs = [one["is_true"] for one in draft.content["statements"]]
        return draft.type, draft.stem, "".join({True: "T", False: "F"}.get(s, "?") for s in signs)
    if draft.type in ("short_answer", "numeric"):
        listed = [one.get("value", one.get("text")) for one in draft.content["answers"]]
        return draft.type, draft.stem, "|".join(listed)
    if draft.type == "essay":
        return draft.type, draft.stem, draft.content["sample"]
    return draft.stem, draft.options, "".join("ABCDEFGH"[place] for place in draft.key)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_read_layout_gives_its_questions_and_no_fault(name):
    blocks, expected = LAYOUTS[name]

    found = word.read(papers.docx(blocks))

    assert [told(draft) for draft in found.drafts()] == expected
    assert found.faulty == ()


def test_layouts_are_many():
    assert len(LAYOUTS) >= 60
