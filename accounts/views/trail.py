"""The audit trail: its entries, found and read one by one, its trees, and whether it is whole."""

import json

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from accounts import access, auditing, queries
from accounts.access import requires
from accounts.rules.acts import name_of
from accounts.rules.authorizing import Permission
from core import i18n
from core.errors import NotFound
from core.saying import Sentence
from core.web import whole

bp = Blueprint("trail", __name__, url_prefix="/quan-tri/nhat-ky")


@bp.get("")
@requires(Permission.READ_AUDIT)
def entries() -> ResponseReturnValue:
    return _entries_page(None)


@bp.post("")
@requires(Permission.READ_AUDIT)
def check() -> ResponseReturnValue:
    """Check every log again from its first entry; nothing is changed."""
    return _entries_page([fault for log in auditing.logs() for fault in auditing.faults(log)])


def _entries_page(faults: list[str] | None) -> ResponseReturnValue:
    log, words = request.args.get("so", ""), request.args.get("q", "")
    page = queries.trail_page(
        log=log, words=words.strip(), before=request.args.get("after", type=whole)
    )
    return render_template(
        "accounts/trail/entries.html",
        page=page,
        act=_act,
        log=log,
        words=words,
        trees=queries.trees(),
        names=_names({row.actor_id for row in page.rows if row.actor_id}),
        waiting=auditing.unsequenced(),
        faults=faults,
    )


@bp.get("/<int:entry_id>")
@requires(Permission.READ_AUDIT)
def entry(entry_id: int) -> ResponseReturnValue:
    row = queries.trail_entry(entry_id)
    if row is None:
        raise NotFound
    record = json.loads(row.record) if row.record else {}
    return render_template(
        "accounts/trail/entry.html",
        row=row,
        act=_act,
        details=record.get("details", {}),
        names=_names({row.actor_id} if row.actor_id else set()),
    )


def _act(key: str) -> str:
    return i18n.say(Sentence(name_of(key)))


def _names(account_ids: set[int]) -> dict[int, str]:
    in_full = access.may(Permission.MANAGE_ACCOUNTS) or access.may(Permission.SEE_PERSONAL_DATA)
    return access.names_shown(account_ids, in_full=in_full)
