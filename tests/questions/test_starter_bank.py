"""The starter bank holds what a hostile examiner asks of it."""

import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import combinations

import pytest

from core.text import search_key
from questions.rules import starting

PLAN_NAME = "Kế hoạch tuyên truyền CCHC năm 2017 của Đắk Lắk"
PLAN_DOCUMENTS = ("KH-2017", "QD-3180-2016")
DOMAINS = ("THECHE", "TTHC", "BOMAY", "CONGVU", "TAICHINH", "HIENDAI")
BANNED = (
    "tất cả các phương án", "tất cả đều", "tất cả phương án", "các phương án trên", "cả A và",
    "cả B và", "cả hai phương án", "không phương án nào", "đáp án khác", "vui lòng", "!",
)  # fmt: skip
# Numbers and dates on which the source contradicts itself, or is believed to be wrong.
INCONSISTENT = ("3180", "3780", "21/12/2016", "27/12/2016", "21 tháng 12", "30/11/2011", "Đắc Lắ")
# Names of bodies differ in length by nature, and stand in many stems without hinting at anything.
BODY = re.compile(
    r"Sở |UBND|HĐND|Tỉnh Đoàn|Báo |Đài |Bộ |Chính phủ|Văn phòng|Ủy ban|Hội |Thông tấn xã|"
    r"Cổng thông tin|Chánh |Giám đốc |Bí thư |(?:Các )?[Đđ]ơn vị sự nghiệp|"
    r"Các cơ quan hành chính"
)


@pytest.fixture(scope="module")
def items():
    return starting.items()


@cache
def plain(text):
    return " ".join(re.findall(r"[a-z0-9]+", search_key(text)))


def spaced(text):
    return " ".join(text.split())


def shingles(text):
    letters = plain(text)
    return {letters[start : start + 7] for start in range(len(letters) - 6)}


def of_type(items, *types):
    return [item for item in items if item.type in types]


def own_words(item):
    return plain(item.stem.replace(PLAN_NAME, " "))


def is_body(option):
    return BODY.match(option) is not None


def is_telling(key):
    """Whether finding these words elsewhere tells a reader something: no body, no common word."""
    return len(plain(key)) > len("thuong xuyen") and not is_body(key)


def sections(plan):
    """Split the plan at its headings: decision, I.1 … IV.2, each the text below its heading."""
    parts, chapter, label = {"Quyết định": ""}, "", "Quyết định"
    for line in plan.splitlines():
        words = re.sub(r"[#*]", "", line).strip()
        if roman := re.match(r"(I{1,3}|IV)\. [A-ZĐ]", words):
            chapter = label = roman[1]
        elif chapter and (number := re.match(r"(\d)\. ", words)):
            label = f"{chapter}.{number[1]}"
        elif words.startswith("Trong quá trình tổ chức thực hiện"):
            label = "IV, đoạn kết"
        parts[label] = parts.get(label, "") + " " + line
    return {name: spaced(text) for name, text in parts.items()}


def test_the_bank_is_large_enough_for_papers_of_twenty(items):
    official = Counter(item.topic for item in items if item.official)

    assert len(items) >= 180
    assert sum(official.values()) >= 160
    assert {topic: count for topic, count in official.items() if count < 12} == {}


def test_each_domain_has_eighteen_items_but_the_one_the_plan_only_names(items):
    total = Counter(item.topic for item in items)

    assert [domain for domain in DOMAINS if total[domain] < 18] == ["TAICHINH"]
    assert total["TAICHINH"] >= 16


def test_codes_are_unique_and_name_the_topic(items):
    assert [code for code, count in Counter(i.code for i in items).items() if count > 1] == []
    assert [i.code for i in items if not re.fullmatch(rf"{i.topic}-\d{{3}}", i.code)] == []


def test_every_quote_of_the_plan_stands_in_it_where_the_clause_says(items):
    parts = sections(starting.plan())

    def where(item):
        if item.document == "QD-3180-2016":
            return "Quyết định"
        found = re.match(r"Kế hoạch 2017, mục (IV, đoạn kết|I{1,3}\.\d|IV\.\d)", item.clause)
        return found[1] if found else "?"

    cited = [item for item in items if item.document in PLAN_DOCUMENTS]

    assert len(cited) >= 180
    assert [i.code for i in cited if spaced(i.quote) not in parts.get(where(i), "")] == []


def test_quotes_of_unchecked_documents_stand_in_the_note_of_the_document(items):
    notes = {document.code: document.note for document in starting.documents()}
    unchecked = [item for item in items if item.document not in PLAN_DOCUMENTS]

    assert len(unchecked) == 11
    assert [item.code for item in unchecked if item.quote not in notes[item.document]] == []
    assert [item.code for item in unchecked if item.official or item.practice] == []


def test_every_topic_and_every_document_is_known(items):
    topics = {topic.code for topic in starting.topics()}
    documents = {document.code for document in starting.documents()}

    assert [item.code for item in items if item.topic not in topics] == []
    assert [item.code for item in items if item.document not in documents] == []


def test_topics_form_two_eras_and_every_domain_has_its_successor():
    topics = {topic.code: topic for topic in starting.topics()}

    assert [t.code for t in topics.values() if t.parent and t.parent not in topics] == []
    assert {topics[code].era for code in DOMAINS} == {"2011-2020"}
    assert {topics[topics[code].successor].era for code in DOMAINS} == {"2021-2030"}
    assert [topics[code].parent for code in ("MUCTIEU", "HINHTHUC", "TOCHUC", "CUOCTHI")] == [
        "KH2017"
    ] * 4
    assert [t.order for t in topics.values()] == list(range(1, len(topics) + 1))


def test_successors_of_documents_are_documents():
    documents = {document.code: document for document in starting.documents()}

    assert len(documents) == len(starting.documents())
    assert [d.code for d in documents.values() if d.successor not in {"", *documents}] == []


def test_no_official_item_rests_on_a_document_that_is_replaced(items):
    replaced = {d.code for d in starting.documents() if d.successor or d.effective_to}

    assert [item.code for item in items if item.official and item.document in replaced] == []


def test_keys_of_single_items_are_balanced_and_without_long_runs(items):
    single = of_type(items, "single")
    shares = {
        letter: count / len(single) for (letter,), count in Counter(i.key for i in single).items()
    }
    runs = [
        [item.code for item in five]
        for five in zip(*(items[start:] for start in range(5)), strict=False)
        if len({item.key for item in five}) == 1
    ]

    assert sorted(shares) == ["A", "B", "C", "D"]
    assert [letter for letter, share in shares.items() if not 0.22 <= share <= 0.28] == []
    assert runs == []


def test_every_type_has_the_options_and_keys_it_needs(items):
    sizes = {"single": (4, 1), "multiple": (4, 2), "true_false": (2, 1)}

    assert [i.code for i in items if (len(i.options), len(i.key)) != sizes[i.type]] == []
    assert {i.options for i in of_type(items, "true_false")} == {("Đúng", "Sai")}
    assert [i.code for i in of_type(items, "multiple") if "Chọn hai phương án" not in i.stem] == []
    assert [i.code for i in of_type(items, "true_false") if "Đúng hay sai: " not in i.stem] == []
    assert len(of_type(items, "multiple")) >= 8
    assert len(of_type(items, "true_false")) >= 8


def test_options_are_of_like_length(items):
    uneven = [
        item.code
        for item in of_type(items, "single", "multiple")
        if max(map(len, item.options)) > 2.2 * min(map(len, item.options))
        and not all(map(is_body, item.options))
    ]

    assert uneven == []


def test_the_key_is_seldom_the_longest_option(items):
    single = of_type(items, "single")
    longest = [
        item
        for item in single
        if len(item.right_options[0])
        > max(len(o) for o in set(item.options) - {*item.right_options})
    ]

    assert len(longest) / len(single) <= 0.30


def test_options_of_an_item_differ_after_folding(items):
    same = [i.code for i in items if len({plain(option) for option in i.options}) < len(i.options)]

    assert same == []


def test_no_two_items_are_nearly_the_same(items):
    words = {item.code: shingles(" ".join((item.stem, *item.options))) for item in items}
    alike = [
        (one, other)
        for one, other in combinations(words, 2)
        if len(words[one] & words[other]) >= 0.7 * len(words[one] | words[other])
    ]

    assert alike == []


def test_no_item_uses_a_banned_phrase_or_an_inconsistent_number(items):
    texts = {i.code: "\n".join((i.stem, *i.options, i.explanation)) for i in items}

    def using(phrases):
        return [
            (code, phrase)
            for code, text in texts.items()
            for phrase in phrases
            if phrase.casefold() in text.casefold()
        ]

    assert using(BANNED) == []
    assert using(INCONSISTENT) == []


def test_a_negative_question_shouts_its_negation_and_has_only_one(items):
    asks = re.compile(r"\bkhông (?:được|phải|thuộc|nằm|có trong|gồm)\b", re.IGNORECASE)
    negative = [item for item in items if asks.search(item.stem)]

    assert [i.code for i in negative if len(re.findall(r"\bKHÔNG\b", i.stem)) != 1] == []
    assert [i.code for i in negative if any(o.startswith("Không ") for o in i.options)] == []
    assert len(negative) >= 4


def test_every_item_of_the_plan_says_which_plan_it_asks_about(items):
    cited = [item for item in items if item.document in PLAN_DOCUMENTS]

    assert [item.code for item in cited if item.stem.count(PLAN_NAME) != 1] == []


def test_text_is_nfc_trimmed_and_single_spaced():
    names = ("starter-bank.csv", "topics.csv", "legal-documents.csv", "plan-2017.txt")
    texts = {name: (starting.FOLDER / name).read_text(encoding="utf-8") for name in names}

    assert [n for n, text in texts.items() if not unicodedata.is_normalized("NFC", text)] == []
    assert [n for n in names[:3] if re.search(r"[ \u00a0\u200b]{2}|\u00a0|\u200b", texts[n])] == []


def test_explanations_teach(items):
    short = [item.code for item in items if len(item.explanation) < 30]
    parrots = [i.code for i in items if plain(i.explanation) in map(plain, i.right_options)]

    assert short + parrots == []
    assert [i.code for i in items if not i.explanation.endswith(".")] == []


def test_difficulties_have_the_shares_of_a_usual_blueprint(items):
    count = Counter(item.difficulty for item in items)
    shares = {level: count[level] / len(items) for level in starting.DIFFICULTIES}

    assert 0.40 <= shares["NB"] <= 0.50
    assert 0.30 <= shares["TH"] <= 0.40
    assert 0.15 <= shares["VD"] <= 0.25


def test_rivals_come_in_groups(items):
    groups = Counter(item.rivals for item in items if item.rivals)

    assert [code for code, count in groups.items() if count < 2] == []
    assert [code for code in groups if not re.fullmatch(r"[A-Z0-9]+", code)] == []


def test_no_stem_gives_away_the_key_of_an_item_outside_its_group(items):
    drawn = [item for item in items if item.official or item.practice]
    given = [
        (item.code, other.code)
        for item in of_type(drawn, "single", "multiple")
        for other in drawn
        if item is not other and not (item.rivals and item.rivals == other.rivals)
        for key in item.right_options
        if is_telling(key) and plain(key) in own_words(other)
    ]

    assert given == []


def test_every_topic_can_fill_its_share_of_a_paper_without_rivals(items):
    room = {
        topic: len({i.rivals or i.code for i in items if i.official and i.topic == topic})
        for topic in {item.topic for item in items}
    }

    assert {topic: count for topic, count in room.items() if count < 5} == {}
    assert len({i.rivals or i.code for i in items if i.official}) >= 60


def test_practice_items_stay_apart_from_official_ones(items):
    practice = [item for item in items if item.practice]
    official_groups = {item.rivals for item in items if item.official and item.rivals}

    assert 25 <= len(practice) <= 35
    assert [item.code for item in practice if item.official] == []
    assert [item.code for item in practice if item.rivals in official_groups] == []
    assert {item.topic for item in practice} == {item.topic for item in items}


def test_practice_explanations_do_not_give_away_an_official_key(items):
    given = [
        (item.code, other.code)
        for item in of_type(items, "single", "multiple")
        if item.official
        for other in items
        if other.practice
        for key in item.right_options
        if is_telling(key) and plain(key) in plain(other.explanation)
    ]

    assert given == []
