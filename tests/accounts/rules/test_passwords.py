"""Passwords that anybody would guess are refused; the others are hashed with Argon2id."""

import unicodedata

import pytest

from accounts.rules import passwords
from core.saying import Sentence

COMMON = "This password is among the first that are tried. Choose another."
GUESSABLE = "The password is little more than a name, a place or a year. Choose another."


@pytest.mark.parametrize(
    "password", ["suối đá rừng khộp", "bò gặm cỏ khô", "xK7 9q!c", "lá cà phê rơi tháng ba"]
)
def test_check_accepts_what_is_hard_to_guess(password):
    assert passwords.check(password) == ()


@pytest.mark.parametrize(
    ("manner", "shortest"),
    [
        ({}, 8),
        ({"is_staff": True, "has_totp": True}, 8),
        ({"is_staff": True}, 15),
        ({"has_totp": True}, 8),
    ],
)
def test_check_wants_a_length(manner, shortest):
    fits = "chuồn kim đậu bờ ao"[:shortest]

    refused = passwords.check(fits[:-1], **manner)

    assert refused == (
        Sentence(
            "The password needs at least %(shortest)s characters; this has %(length)s.",
            {"shortest": shortest, "length": shortest - 1},
        ),
    )
    assert passwords.check(fits, **manner) == ()


def test_check_counts_composed_characters():
    typed = unicodedata.normalize("NFD", "ế ồ ẫ ữ")

    assert passwords.check(typed)[0].values == {"shortest": 8, "length": 7}


def test_check_takes_128_characters_and_no_more():
    long = "chuồn chuồn kim đậu bờ ao nhà ai " * 4

    assert passwords.check(long[:128]) == ()
    assert [s.message for s in passwords.check(long[:129])] == [
        "The password may have at most %(longest)s characters."
    ]


@pytest.mark.parametrize(
    "password",
    ["12345678", "Matkhau123", "Mật khẩu 123", "ĐắkLắk2026", "P@ssw0rd", "aaaaaaaaaa", "iloveyou"],
)
def test_check_refuses_common_passwords(password):
    assert [sentence.message for sentence in passwords.check(password)] == [COMMON]


@pytest.mark.parametrize(
    ("password", "context"),
    [
        ("thanhnien-daklak-cchc", []),
        ("SoYTe@2026", ["Sở Y tế"]),
        ("phường Ea Kao 2025", ["Phường Ea Kao"]),
        ("LeThiHanh1999", ["Lê Thị Hạnh"]),
        ("0905123456xy", ["0905123456"]),
    ],
)
def test_check_refuses_what_others_know(password, context):
    refused = passwords.check(password, context=context)

    assert [sentence.message for sentence in refused] == [GUESSABLE]


def test_the_list_is_long_sorted_and_of_lower_case():
    common = passwords._LIST.read_text("utf-8").splitlines()[1:]

    assert len(common) == len(set(common)) == 5046
    assert common == sorted(word.lower() for word in common)
    assert min(map(len, common)) == 8


def test_verify_takes_the_password_however_it_was_typed():
    stored = passwords.hash_password("chuồn chuồn kim")

    assert stored.startswith("$argon2id$v=19$m=7168,t=5,p=1$")
    assert passwords.verify(stored, unicodedata.normalize("NFD", "chuồn chuồn kim"))
    assert not passwords.verify(stored, "chuon chuon kim")


def test_verify_without_or_with_a_broken_hash_is_false():
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("not a hash", "chuồn chuồn kim")


# Made by argon2-cffi 25.1, as hashes were until November 2026.
OLD = (
    "$argon2id$v=19$m=19456,t=2,p=1$"
    "QS3XJ0AeiVUOQp71qLuYJg$97IEPUWkJqN9s1oMJPN+OG5CiJm7rilHJsimutdjPJQ"
)


def test_hash_of_earlier_settings_and_another_library_is_read():
    assert passwords.verify(OLD, "chuồn chuồn kim")
    assert not passwords.verify(OLD, "chuồn chuồn")
