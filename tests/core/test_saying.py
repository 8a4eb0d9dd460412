"""Sentences put into words."""

from core.saying import Sentence, one_after_another, told

WORDS = {
    "%(one)s, then %(rest)s": "%(one)s, rồi %(rest)s",
    "Places go by %(keys)s.": "Xếp hạng theo %(keys)s.",
    "more correct answers": "đúng nhiều hơn",
    "less time": "làm nhanh hơn",
    "the earlier hand-in": "nộp sớm hơn",
    "%(count)s people": "%(count)s người",
}


def test_told_puts_sentences_inside_sentences_into_words():
    keys = [Sentence(key) for key in ("more correct answers", "less time", "the earlier hand-in")]
    sentence = Sentence("Places go by %(keys)s.", {"keys": one_after_another(keys)})

    said = told(sentence, WORDS.__getitem__, str)

    assert said == "Xếp hạng theo đúng nhiều hơn, rồi làm nhanh hơn, rồi nộp sớm hơn."


def test_told_writes_values_as_the_reader_expects():
    sentence = Sentence("%(count)s people", {"count": 25980})

    said = told(sentence, WORDS.__getitem__, lambda value: f"{value:,}".replace(",", "."))

    assert said == "25.980 người"


def test_one_after_another_of_one_is_itself():
    assert one_after_another([Sentence("less time")]) == Sentence("less time")
