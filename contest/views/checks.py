"""Anybody checks a certificate: what it certifies, for whom as far as the public may know."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.rules import masking
from contest import certificate_queries
from contest.documents import certificates
from contest.documents.certificates import Design
from core import limits
from core.web import see_other

bp = Blueprint("checks", __name__, url_prefix="/kiem-tra-chung-nhan")


@bp.get("")
def ask() -> ResponseReturnValue:
    code = request.args.get("ma", "").strip().lower().replace(" ", "")
    if code:
        return see_other(url_for(".show", code=code))
    return render_template("contest/checks/show.html", code="", certificate=None)


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    # 100 random bits cannot be guessed; the limit keeps people from trying.
    limits.count("lookup", limits.address())
    one = certificate_queries.certificate_with(code.lower())
    page = render_template(
        "contest/checks/show.html",
        code=code,
        certificate=one,
        # The consent to publish is about winning; who holds the sheet compares what is left.
        name=masking.name(one.name) if one else "",
        sign=certificates.sign(Design.read(one.design.written), one.number) if one else "",
    )
    return page, 200 if one else 404
