import pytest

from questions.rules import drafting


@pytest.mark.parametrize(
    ("texts", "pinned"),
    [
        (["Gia Lai", "Đắk Lắk", "Tất cả các phương án trên"], (2,)),
        (["Gia Lai", "Đắk Lắk", "Cả A và B"], (2,)),
        (["một", "hai", "ba", "Cả A, B và C đều đúng"], (3,)),
        (["một", "hai", "ba", "Cả ba phương án trên"], (3,)),
        (["một", "hai", "ba", "Không có phương án nào đúng"], (3,)),
        (["một", "hai", "A và B đúng", "Đáp án khác"], (2, 3)),
        (["một", "hai", "ba", "A và C"], (0, 1, 2, 3)),
        (["Chỉ a", "Chỉ b", "Cả a và b", "Không yêu cầu nào"], ()),
        (["Tất cả cán bộ", "Công chức", "Viên chức"], ()),
    ],
)
def test_pinned_options_are_those_that_speak_of_the_others(texts, pinned):
    assert drafting.pinned(texts) == pinned


@pytest.mark.parametrize(
    ("stem", "asks"),
    [
        ("Chọn tất cả các hình thức tuyên truyền:", True),
        ("Chọn hai phương án đúng.", True),
        ("Những đáp án nào đúng?", True),
        ("Chọn phương án đúng nhất:", False),
        ("Đối tượng tuyên truyền gồm những ai?", False),
    ],
)
def test_stem_says_whether_it_asks_for_several(stem, asks):
    assert drafting.asks_for_several(stem) is asks
