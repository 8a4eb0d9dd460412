"""Alike questions are found, whatever their marks, and unlike ones are not."""

from questions.rules.likening import THRESHOLD, likeness, shingles

STEM = "Cơ quan nào chủ trì Hội thi cải cách hành chính cấp tỉnh năm 2026?"
OPTIONS = ["Sở Nội vụ", "Tỉnh Đoàn Đắk Lắk", "Sở Tư pháp", "Báo Đắk Lắk"]


def test_shingles_when_marks_and_order_of_options_differ_then_they_are_equal():
    bare = "co quan nao chu tri hoi thi cai cach hanh chinh cap tinh nam 2026"

    assert shingles(STEM, OPTIONS) == shingles(bare, [*reversed(OPTIONS)])


def test_likeness_when_one_word_differs_then_it_is_high_but_not_whole():
    other = STEM.replace("2026", "2025")

    assert THRESHOLD < likeness(shingles(STEM, OPTIONS), shingles(other, OPTIONS)) < 1


def test_likeness_when_only_the_options_are_common_then_it_is_low():
    other = "Đơn vị nào tiếp nhận hồ sơ của người dân tại bộ phận Một cửa?"

    assert likeness(shingles(STEM, OPTIONS), shingles(other, OPTIONS)) < THRESHOLD


def test_likeness_when_there_is_no_text_then_it_is_nothing():
    assert likeness(shingles("", []), shingles(STEM, OPTIONS)) == 0
