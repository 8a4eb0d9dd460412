"""Pictures and sounds of items, for whoever reads the bank or was asked about them."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from core.errors import NotFound
from questions import access, queries, usage

bp = Blueprint("media", __name__)

# Should a browser open one as a page, nothing in it can act.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
CACHE = "private, max-age=31536000, immutable"


@bp.get("/tep/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    account, found = signed_in(), queries.media_with(public_id)
    if found is None:
        raise NotFound
    reads = access.may_in(found.bank_id, Permission.READ_BANK)
    if not reads and not usage.may_see(account.id, public_id):
        raise NotFound
    answer = Response(found.content, mimetype=found.mime)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = CACHE
    answer.headers["Content-Disposition"] = "inline"
    answer.set_etag(found.digest)
    return answer.make_conditional(request, accept_ranges=True, complete_length=found.size)
