"""Pictures and sounds of question files: encoded anew, or left out by name."""

import base64

from core import pictures
from core.saying import Sentence
from questions.formats import illustrated
from questions.rules.drafting import Draft, Reading
from tests import factories
from tests.core.test_pictures import SVG, bomb


def data(content):
    return base64.b64encode(content).decode()


def draft(number, *media):
    place = Sentence("Câu %(n)s", {"n": number})
    return Draft("single_choice", "Hỏi?", ("A", "B"), (0,), number, place, media=media)


def medium(content, name="bản đồ.png"):
    return {"name": name, "at": "stem", "alt": "Bản đồ", "data": data(content)}


def test_a_picture_of_a_file_is_encoded_anew():
    made = illustrated.encode_all(Reading((draft(1, medium(factories.DOT)),)))

    one = made.questions[0].media[0]
    assert (one["name"], one["kind"], one["mime"], one["width"]) == (
        "bản đồ.png",
        "picture",
        "image/png",
        1,
    )
    assert made.messages == ()


def test_what_cannot_be_encoded_is_left_out_and_named_at_its_question():
    hostile = [medium(SVG, "a.svg"), medium(bomb(30_000, 30_000), "b.png")]
    broken = {"name": "c.png", "at": "stem", "alt": "", "data": "không phải base64"}

    made = illustrated.encode_all(Reading((draft(1), draft(2, *hostile, broken))))

    assert [one.media for one in made.questions] == [(), ()]
    assert [(one.question, one.level, one.text.values["file"]) for one in made.messages] == [
        (2, "warning", "a.svg"),
        (2, "warning", "b.png"),
        (2, "warning", "c.png"),
    ]


def test_a_file_of_too_many_pictures_keeps_what_fits_and_names_the_rest(monkeypatch):
    monkeypatch.setattr(illustrated, "MOST_PIXELS", 2)
    four = [medium(factories.DOT + bytes([n]), f"{n}.png") for n in range(4)]

    made = illustrated.encode_all(Reading((draft(1, *four),)))

    assert [one["name"] for one in made.questions[0].media] == ["0.png", "1.png"]
    assert [one.text.values["why"].message for one in made.messages] == [illustrated.TOO_MUCH] * 2


def test_a_picture_that_comes_again_is_encoded_once(monkeypatch):
    seen = []
    encode = pictures.encode
    monkeypatch.setattr(pictures, "encode", lambda content: seen.append(1) or encode(content))
    twice = medium(factories.DOT)

    made = illustrated.encode_all(Reading((draft(1, twice), draft(2, twice))))

    assert len(seen) == 1
    assert all(one.media for one in made.questions)
