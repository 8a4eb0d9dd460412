"""What the addresses of all boards say alike: who is looked for, and the way to the own row."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts import access as people
from contest.board_finding import Wanted
from core import limits
from core.text import clean_line
from core.web import see_other, whole

# What a form sends that no address needs: empty fields, and what was typed to choose a unit.
_TYPED, _FIND = "don-vi_text", "don-vi_find"


def wanted() -> Wanted:
    """Return which rows the address asks for; who searches for words is counted."""
    words = clean_line(request.args.get("tim", ""))[:100]
    unit = clean_line(request.args.get("don-vi", ""))[:24]
    typed = "" if unit else clean_line(request.args.get(_TYPED, ""))[:100]
    found = Wanted(
        words=f"{words} {typed}".strip()[:100],
        unit=unit,
        block=request.args.get("khoi", type=whole),
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    if found.words:
        limits.count("board", limits.address())
    return found


def is_untidy() -> bool:
    """Say whether the address is a form's, which says more than who is looked for."""
    told = request.args
    return _TYPED in told or _FIND in told or "" in (told.get("tim"), told.get("don-vi"))


def me() -> int | None:
    """Return the account whose row is to be marked."""
    is_asked = "cua-toi" in request.args and people.viewer() is not None
    return people.signed_in().id if is_asked else None


def to_mine(
    board: str, found: tuple[str, int] | None, blocks: Mapping[int, str]
) -> ResponseReturnValue:
    """Lead to the page of a board that holds the own row, or say that there is none."""
    if found is None:
        flash(_("You are not on this board."), "info")
        return see_other(board)
    mark, block = found
    told = {"after": mark, "khoi": block if blocks else "", "cua-toi": 1}
    query = urlencode({name: value for name, value in told.items() if value != ""})
    return see_other(f"{board}?{query}#toi")
