"""Pictures and sounds of items, for whoever reads the bank or was asked about them."""

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from core.errors import NotFound
from questions import access, queries, usage

bp = Blueprint("media", __name__)


@bp.get("/tep/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    account, found = signed_in(), queries.media_with(public_id)
    if found is None:
        raise NotFound
    if not access.may(Permission.READ_BANK) and not usage.may_see(account.id, public_id):
        raise NotFound
    answer = make_response(found.content)
    answer.content_type = found.mime
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
