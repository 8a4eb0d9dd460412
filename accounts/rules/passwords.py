"""Passwords: which are accepted, and how they are hashed."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from core.saying import Sentence
from core.text import N_, fold, nfc, search_key

SHORTEST = 8
SHORTEST_FOR_STAFF = 15
LONGEST = 128
# What anybody who knows the contest would try first.
CONTEXT = ("daklak", "daclak", "thanhnien", "tinhdoan", "chungtay", "cchc", "matkhau", "password")
_LIST = Path(__file__).parent.parent / "data" / "common-passwords.txt"
_FEWEST_SIGNS = 4
_OWN_PART = 4

# As strong as 19 MiB and two passes by OWASP's table, and half the work (decision 15).
_PASSES, _MEMORY = 5, 7168 * 1024


def check(
    password: str, *, is_staff: bool = False, has_totp: bool = False, context: Iterable[str] = ()
) -> tuple[Sentence, ...]:
    """Return why the password is not accepted: nothing if it is.

    `context` is what others know of the person: the unit's name, the own name, the phone. No kind
    of character is demanded and none is forbidden.
    """
    password = nfc(password)
    shortest = SHORTEST_FOR_STAFF if is_staff and not has_totp else SHORTEST
    if len(password) < shortest:
        counts = {"shortest": shortest, "length": len(password)}
        return (
            Sentence(
                N_("The password needs at least %(shortest)s characters; this has %(length)s."),
                counts,
            ),
        )
    if len(password) > LONGEST:
        return (
            Sentence(
                N_("The password may have at most %(longest)s characters."), {"longest": LONGEST}
            ),
        )
    if _is_common(password):
        return (Sentence(N_("This password is among the first that are tried. Choose another.")),)
    if _is_guessable(password, [*CONTEXT, *context]):
        return (
            Sentence(
                N_("The password is little more than a name, a place or a year. Choose another.")
            ),
        )
    return ()


def _is_common(password: str) -> bool:
    plain = "".join(fold(password).split())
    return plain in _common() or len(set(plain)) < _FEWEST_SIGNS


@cache
def _common() -> frozenset[str]:
    lines = _LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _is_guessable(password: str, context: list[str]) -> bool:
    """Say whether hardly anything is left when known words and years are taken out."""
    words = {search_key(known).replace(" ", "") for known in context}
    words |= {word for known in context for word in search_key(known).split()}
    left = search_key(password).replace(" ", "")
    for word in sorted((word for word in words if len(word) > 2), key=len, reverse=True):
        left = left.replace(word, "")
    left = re.sub(r"(?:19|20)\d\d|123\d*", "", left)
    return len(left) < _OWN_PART


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store; it takes some 10 ms and 7 MiB."""
    hashed: bytes = argon2id.str(_sent(password), opslimit=_PASSES, memlimit=_MEMORY)
    return hashed.decode("ascii")


def verify(stored: str | None, password: str) -> bool:
    """Say whether the password is the one that was stored, with whatever settings.

    Without a stored hash the work of one made today is done, so that the time taken does not tell
    whether there is such an account. One made with earlier settings takes longer.
    """
    try:
        argon2id.verify((stored or _nobodys_hash()).encode(), _sent(password))
    except CryptoError:
        return False
    return stored is not None


def _sent(password: str) -> bytes:
    return nfc(password)[:LONGEST].encode()


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")
