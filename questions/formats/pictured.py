"""The pictures of a question: which go along with it, where they stand, which cannot."""

import base64
from collections.abc import Iterator, Mapping, Sequence

from core import word_pictures
from core.saying import Sentence
from core.text import N_
from core.word_pictures import Picture
from questions.formats.asking import Choice, Open
from questions.rules.drafting import INFO, WARNING
from questions.rules.settling import Found, Note
from questions.types import options

STEM = "stem"
_LACKS: Mapping[str, str] = {
    word_pictures.OUTSIDE: N_("a picture stands outside the file and was not fetched."),
    word_pictures.VECTOR: N_("the picture “%(name)s” is a drawing of Windows and was not taken."),
    word_pictures.OBJECT: N_("an object of another program was not taken over: “%(name)s”."),
    word_pictures.CHART: N_("a chart was not taken over; put it in as a picture."),
    word_pictures.TOO_MUCH: N_(
        "a picture was not taken over: the pictures are too large together."
    ),
    word_pictures.MISSING: N_("a picture is missing in the file."),
}
_FORMULA = N_("a formula of another program (“%(name)s”) was not taken over; type it again.")
_FORMULAS = ("equation", "mathtype")


def put(found: Found, one: Open, choices: Sequence[Choice], pictures: Sequence[Picture]) -> None:
    """Put the pictures of a question beside it, and name those that are lost."""
    places = dict(_places(choices))
    shown: set[str] = set()
    for number in dict.fromkeys(one.pictures):
        picture = pictures[number - 1] if number <= len(pictures) else Picture("")
        if picture.lack or not picture.content:
            found.notes.append((WARNING, "pictures", _lack(picture)))
            continue
        at = places.get(number, STEM)
        data = base64.b64encode(picture.content).decode("ascii")
        found.media.append({"name": picture.name, "at": at, "alt": picture.alt, "data": data})
        shown.add(at)
    for place, text in enumerate(found.options):
        if not text and place < options.MOST and options.IDS[place] in shown:
            found.options[place] = _name(found, options.IDS[place], place)
            found.notes.append(_unnamed(options.letter(place)))


def _places(choices: Sequence[Choice]) -> Iterator[tuple[int, str]]:
    for place, choice in enumerate(choices[: options.MOST]):
        for number in (*choice.label.pictures, *choice.text.pictures):
            yield number, options.IDS[place]


def _lack(picture: Picture) -> Sentence:
    is_formula = picture.name.lower().startswith(_FORMULAS)
    text = _LACKS.get(picture.lack, _LACKS[word_pictures.MISSING])
    return Sentence(_FORMULA if is_formula else text, {"name": picture.name or "?"})


def _name(found: Found, at: str, place: int) -> str:
    described = next(one["alt"] for one in found.media if one["at"] == at)
    return described or f"Hình {place + 1}"


def _unnamed(letter: str) -> Note:
    text = Sentence(N_("option %(letter)s is a picture alone; say in words what it shows."),
                    {"letter": letter})  # fmt: skip
    return INFO, "picture-option", text
