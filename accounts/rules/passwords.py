"""Passwords: which are accepted, and how they are hashed."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

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

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


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
    """Return the Argon2id hash to store; it takes some 20 ms and 19 MiB."""
    return _hasher.hash(nfc(password))


def verify(stored: str | None, password: str) -> bool:
    """Say whether the password is the one that was stored.

    Without a stored hash the same work is done, so that the time taken does not tell whether
    there is such an account.
    """
    try:
        _hasher.verify(stored or _nobodys_hash(), nfc(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobodys_hash() -> str:
    return hash_password("nobody has this password")


def needs_rehash(stored: str) -> bool:
    """Say whether the hash was made with other settings than today's."""
    return _hasher.check_needs_rehash(stored)
