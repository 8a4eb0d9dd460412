"""Ids cannot be guessed, and a slip in a code is found."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import ids

BODIES = st.text(alphabet=ids.CODE_SIGNS, min_size=11, max_size=11)


def issued(body):
    """Return the code with that body, found as a person would: by trying the last sign."""
    tried = (ids.normalise_code(body + sign) for sign in ids.CODE_SIGNS)
    return next(code for code in tried if code)


def test_public_id_is_twenty_signs_that_differ_each_time():
    drawn = {ids.public_id() for _ in range(500)}

    assert len(drawn) == 500
    assert {re.fullmatch("[0-9a-hjkmnp-tv-z]{20}", one) is not None for one in drawn} == {True}


@pytest.mark.parametrize("groups", [1, 2, 3, 4])
def test_code_is_read_back_as_it_was_issued(groups):
    codes = [ids.code(groups) for _ in range(100)]

    assert [ids.normalise_code(code) for code in codes] == codes
    assert {len(code.split("-")) for code in codes} == {groups}


@given(BODIES)
def test_exactly_one_check_sign_fits(body):
    fitting = [s for s in ids.CODE_SIGNS if ids.normalise_code(body + s) is not None]

    assert len(fitting) == 1


@given(BODIES, st.integers(0, 11), st.sampled_from(ids.CODE_SIGNS))
def test_one_wrong_sign_is_found(body, place, sign):
    signs = issued(body).replace("-", "")
    slipped = signs[:place] + sign + signs[place + 1 :]

    assert (ids.normalise_code(slipped) is None) == (slipped != signs)


@given(BODIES, st.integers(0, 10))
def test_two_swapped_signs_are_found(body, place):
    signs = issued(body).replace("-", "")
    swapped = signs[:place] + signs[place + 1] + signs[place] + signs[place + 2 :]

    assert (ids.normalise_code(swapped) is None) == (swapped != signs)


@given(BODIES)
def test_normalise_code_forgives_the_way_of_typing(body):
    code = issued(body)

    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('v', 'u')} "

    assert ids.normalise_code(typed) == code


@pytest.mark.parametrize(
    ("pressed", "shown"), [("DD", "đ"), ("AA", "â"), ("AW", "ă"), ("AS", "á"), ("EEX", "ễ")]
)
def test_normalise_code_undoes_the_vietnamese_keyboard(pressed, shown):
    code = issued((pressed + "7F2K92QDM4X")[:11])

    assert ids.normalise_code(code.replace("-", "").replace(pressed, shown)) == code


@pytest.mark.parametrize("typed", ["", "7F2", "7F2K-92Q", "1111-1111", "câu hỏi"])
def test_normalise_code_of_something_else_is_none(typed):
    assert ids.normalise_code(typed) is None


def test_receipt_prefix_is_short_enough_to_read_out():
    assert ids.receipt_prefix("3f2a91c7d05be864") == "3F2A-91C7"
