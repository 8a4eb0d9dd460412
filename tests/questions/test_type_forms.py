"""What an author may send about each type: form to content to form, rows, faults."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from core.text import clean_line
from questions.forms.types import FORMS, figures
from questions.models import ItemType
from questions.rules import marking
from tests.questions.contents import CONTENTS, SOUND, STEMS
from tests.questions.sending import plain, sent


@pytest.mark.parametrize("kind", sorted(CONTENTS))
@settings(suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_content_that_is_shown_and_sent_back_is_the_same(app, kind, data):
    content = data.draw(CONTENTS[kind])
    with app.test_request_context():
        once = through(kind, content)

        again = through(kind, once)

    assert again == once
    if kind in ("ordering", "matching"):
        # Their ids follow from the texts, and white space in these is put in order first.
        assert set(map(clean_line, marking.texts(kind, content))) == set(marking.texts(kind, once))
    else:
        assert plain(once) == plain(content)


def through(kind, content):
    """Return the content after it was shown in a form and sent back unchanged."""
    shown = FORMS[ItemType(kind)](None)
    shown.fill(content)
    return FORMS[ItemType(kind)](sent(shown)).content()


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_a_sound_content_has_no_fault_at_any_field(app, kind):
    with app.test_request_context():
        shown = FORMS[ItemType(kind)](None)
        shown.fill(SOUND[kind])
        form = FORMS[ItemType(kind)](sent(shown))

        form.validate()
        form.find_faults(STEMS[kind])

        assert form.all_errors() == []
        assert marking.check(kind, STEMS[kind], form.content()) == []


@pytest.mark.parametrize("kind", sorted(SOUND))
def test_an_empty_form_names_a_fault_or_is_sound(app, kind):
    with app.test_request_context():
        form = FORMS[ItemType(kind)](MultiDict())
        form.lay()

        form.find_faults("")

        faults = form.all_errors() or marking.check(kind, "Hỏi?", form.content())
        assert bool(faults) == (kind != "essay")


def test_rows_are_added_taken_away_and_moved_with_their_marks(app):
    with app.test_request_context():
        form = FORMS[ItemType.SINGLE_CHOICE](
            MultiDict({"option-0": "Sở Nội vụ", "option-1": "Tỉnh Đoàn", "key": "1"})
        )

        moved = form.act("up-1")
        form.act("add")
        gone = form.act("remove-1")

        assert moved == {0: 1, 1: 0}
        assert gone == {0: 0, 1: None, 2: 1}
        assert [(row["option"], row["key"]) for row in form.rows()] == [
            ("Tỉnh Đoàn", True),
            ("", False),
        ]


@pytest.mark.parametrize("asked", ["", "save", "add.nothing", "remove-99", "up-0", "down-1"])
def test_an_act_that_fits_nothing_changes_nothing(app, asked):
    with app.test_request_context():
        form = FORMS[ItemType.ORDERING](MultiDict({"part-0": "Một", "part-1": "Hai"}))

        form.act(asked)

        assert [row["part"] for row in form.rows()] == ["Một", "Hai"]


def test_a_gap_is_added_and_taken_away(app):
    with app.test_request_context():
        form = FORMS[ItemType.CLOZE](MultiDict({"add_kind": "numeric"}))

        form.act("add-gap")
        form.act("gap-1:add")
        kinds, rows = [gap.kind for gap in form.gaps], len(form.gaps[0].form.rows())
        form.act("remove-gap-1")

        assert (kinds, rows, form.gaps) == (["numeric"], 2, [])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("3,5", "3.5"),
        ("1.350", "1350"),
        ("1.350,25", "1350.25"),
        ("1.5", "1.5"),
        ("\u22122", "-2"),
        ("hai", "hai"),
        ("0.125", "0.125"),
    ],
)
def test_a_number_is_kept_with_a_decimal_point(typed, kept):
    assert figures.stored(typed) == kept


def test_faults_stand_at_their_fields(app):
    with app.test_request_context():
        form = FORMS[ItemType.NUMERIC](
            MultiDict({"value-0": "hai", "tolerance-0": "-1", "share-0": "200"})
        )

        form.find_faults("")

        assert form.errors_at("value", 0) == ["Viết một số, ví dụ 1250 hoặc 3,5."]
        assert form.errors_at("tolerance", 0) == ["Viết một số từ 0 trở lên."]
        assert form.errors_at("share", 0) == ["Viết một số từ 0 đến 100."]
