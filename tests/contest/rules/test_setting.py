"""What organisers set, as whole values."""

from contest.rules import setting
from contest.rules.setting import ContestSettings


def test_slug_of_a_long_title_ends_with_a_whole_word():
    slug = setting.slug_of("Cuộc thi trực tuyến tìm hiểu cải cách hành chính tỉnh Đắk Lắk năm 2026")

    assert slug == "cuoc-thi-truc-tuyen-tim-hieu-cai-cach-hanh-chinh-tinh-dak-lak-nam-2026"[:70]
    assert setting.slug_of("xin " * 40).endswith("-xin")
    assert setting.slug_of("!!!") == "cuoc-thi"


def test_spread_gives_each_topic_its_turn_and_never_more_than_it_has():
    assert setting.spread({1: 8, 2: 4, 3: 1}, 10) == {1: 5, 2: 4, 3: 1}
    assert setting.spread({1: 2}, 10) == {1: 2}
    assert setting.spread({}, 10) == {}


def test_changed_names_only_what_differs():
    before, after = ContestSettings("Một", "a"), ContestSettings("Một", "b", min_age=16)

    assert setting.changed(before, after) == {"slug": ("a", "b"), "min_age": (None, 16)}


def test_commitment_is_the_digest_of_the_seed():
    assert setting.commitment("00") == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
