"""The Merkle tree of the audit trail (RFC 6962): leaves, growth and roots.

Hashes are 64 hexadecimal digits. A frontier is the list of the roots of the perfect subtrees
of a tree, largest first: all that is needed to grow it.
"""

import hashlib
import json
from collections.abc import Sequence


def canonical(record: dict[str, object]) -> str:
    """Return the one way to write a record down, so that the same record hashes the same."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def leaf(salt: str, record: str) -> str:
    """Return the leaf of a record: the salt (hexadecimal) keeps it from being guessed."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(salt) + record.encode()).hexdigest()


def node(left: str, right: str) -> str:
    """Return the hash of two subtrees joined."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def grow(frontier: Sequence[str], size: int, new: str) -> list[str]:
    """Return the frontier after one more leaf on a tree of `size` leaves."""
    grown = [*frontier, new]
    while size & 1:
        right, left = grown.pop(), grown.pop()
        grown.append(node(left, right))
        size >>= 1
    return grown


def root(frontier: Sequence[str]) -> str:
    """Return the root of the tree with this frontier; the empty tree has the hash of nothing."""
    if not frontier:
        return hashlib.sha256(b"").hexdigest()
    *rest, found = frontier
    for left in reversed(rest):
        found = node(left, found)
    return found
