"""Unguessable public ids, join codes and verification codes."""

import re
import secrets
import unicodedata

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LENGTH = 20

# 31 signs, a prime: the weighted sum finds every wrong sign and every swapped pair. Without
# I, L and 1, without O and U beside 0 and V.
CODE_SIGNS = "023456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
_SAME = str.maketrans("OU", "0V")
# What a Vietnamese keyboard makes of two letters: the code is read back as it was typed.
_CIRCUMFLEX = "\u0302"
_TELEX = {
    "\u0306": "W",
    "\u031b": "W",
    "\u0300": "F",
    "\u0309": "R",
    "\u0303": "X",
    "\u0301": "S",
    "\u0323": "J",
}


def public_id() -> str:
    """Return 20 signs of base 32 drawn at random: 100 bits, safe in an address."""
    return public_id_from(secrets.randbits(5 * _ID_LENGTH))


def public_id_from(number: int) -> str:
    """Return the id that stands for 100 bits, for ids that must follow from a seed."""
    return "".join(_CROCKFORD[(number >> 5 * place) & 31] for place in range(_ID_LENGTH))


def code(groups: int = 3) -> str:
    """Return a random code for people to type, such as 7F2K-92QD-M4XC.

    The last sign checks the others. Two groups are for joining a room (34 bits), three for
    signing in (54 bits).
    """
    signs = "".join(secrets.choice(CODE_SIGNS) for _ in range(groups * _GROUP - 1))
    return _grouped(signs + _check_sign(signs))


def code_from(number: int) -> str:
    """Return the three groups that stand for a number, for codes that must follow from a seed."""
    base = len(CODE_SIGNS)
    signs = "".join(CODE_SIGNS[number // base**place % base] for place in range(3 * _GROUP - 1))
    return _grouped(signs + _check_sign(signs))


def normalise_code(typed: str) -> str | None:
    """Return the code a person typed as it was issued, or None if there is a slip in it.

    Small letters, spaces, O for 0 and U for V are forgiven, and so are the marks that a
    Vietnamese keyboard sets by itself.
    """
    signs = re.sub(r"[^0-9A-Z]", "", _without_marks(typed.upper())).translate(_SAME)
    if len(signs) < _GROUP or len(signs) % _GROUP or not set(signs) <= set(CODE_SIGNS):
        return None
    return _grouped(signs) if _check_sign(signs[:-1]) == signs[-1] else None


def receipt_prefix(receipt: str) -> str:
    """Return the first eight signs of a receipt in hexadecimal, as people read them out."""
    return _grouped(receipt[: 2 * _GROUP].upper())


def _check_sign(signs: str) -> str:
    weighed = sum(weight * CODE_SIGNS.index(sign) for weight, sign in enumerate(signs, start=2))
    return CODE_SIGNS[-weighed % len(CODE_SIGNS)]


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))


def _without_marks(typed: str) -> str:
    """Return the keys that were pressed: Đ was DD, Â was AA, Ư was UW, Á was AS."""
    pressed = ""
    for character in unicodedata.normalize("NFD", typed.replace("Đ", "DD")):
        pressed += (
            (_TELEX.get(character, "") or pressed[-1:]) if ord(character) > 127 else character
        )
    return pressed
