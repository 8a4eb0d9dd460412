"""The report of a unit, for its own officer: how it looks, and taken out as a file."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import fresh, signed_in
from contest import drafting, prize_access
from contest.documents import typeset
from contest.documents.kinds import Kind
from contest.documents.paper import Paper
from contest.drafting import About, FileForm
from contest.forms.documents import TakeForm
from contest.prize_access import Progress
from contest.views.documents import in_vietnamese
from core import clock, limits
from core.errors import NotFound
from core.keeping import Kept

bp = Blueprint("unit_reports", __name__, url_prefix="/quan-ly")
ONE = "/cuoc-thi/<public_id>/chi-tieu/don-vi/<unit_id>/bao-cao"
_pages: Kept[list[bytes]] = Kept(120, most=8)


@bp.get(ONE)
def show(public_id: str, unit_id: str) -> ResponseReturnValue:
    seen = prize_access.unit_progress(public_id, unit_id)
    paper = _paper(seen)
    return render_template(
        "contest/unit_reports/show.html",
        contest=seen.contest if not seen.with_names else None,
        of=seen.contest,
        unit=seen.unit,
        pages=len(_pictures(paper)),
        files=drafting.forms_of(paper),
        with_names=seen.with_names,
        back=url_for("quotas.unit", public_id=public_id, unit_id=unit_id),
    )


def _paper(seen: Progress) -> Paper:
    return drafting.own_report(seen.contest, seen.unit, in_vietnamese, with_names=seen.with_names)


def _pictures(paper: Paper) -> list[bytes]:
    return _pages.get(repr(paper), lambda: typeset.pages(paper), at=clock.now())


@bp.get(f"{ONE}/trang-<int:number>.png")
def page(public_id: str, unit_id: str, number: int) -> ResponseReturnValue:
    pages = _pictures(_paper(prize_access.unit_progress(public_id, unit_id)))
    if not 1 <= number <= len(pages):
        raise NotFound
    return Response(pages[number - 1], mimetype="image/png")


@bp.post(f"{ONE}/tai-ve")
@fresh
def take(public_id: str, unit_id: str) -> ResponseReturnValue:
    seen, form = prize_access.unit_progress(public_id, unit_id), TakeForm()
    limits.count("print", signed_in().public_id)
    written = FileForm(form.form.data if form.validate() else "docx")
    about = About(Kind.UNIT_REPORT, unit=seen.unit.code)
    content = drafting.write(_paper(seen), written)
    told = {"form": written.value, "in_full": seen.with_names}
    drafting.record(seen.contest, about, signed_in(), **told)
    name = drafting.file_name(seen.contest, about, written)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=written.mime, headers=headers)
