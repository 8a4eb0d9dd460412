"""Papers of a judged round: what there is, taken out, numbered; the marks as files."""

from flask import Blueprint, Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import drafting, judge_access, judged_files, judged_papers, panel_access
from contest.documents import typeset
from contest.drafting import FileForm
from contest.forms.documents import TakeForm
from contest.judged_papers import FORMS, JudgedKind
from contest.models import JudgedRound
from contest.views.documents import in_vietnamese
from core import clock, i18n, limits
from core.errors import Forbidden, NotFound
from core.keeping import Kept
from core.web import see_other

bp = Blueprint("judged_papers", __name__, url_prefix="/quan-ly/vong/<public_id>/giay-to-cham")
_KINDS = ",".join(f'"{kind}"' for kind in JudgedKind)
ONE = f"/<any({_KINDS}):kind>"
MARKS = "du-lieu-cham"
_PICTURE_SECONDS = 120
_pages: Kept[list[bytes]] = Kept(_PICTURE_SECONDS, most=4)


@bp.get("")
def index(public_id: str) -> ResponseReturnValue:
    judged = _exported(public_id)
    return render_template(
        "contest/judged_papers/index.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        seat=panel_access.seat_in(judged),
        lines=_lines(judged),
        lacks=[i18n.say(one) for one in drafting.office_of(judged.round.contest).lacks()],
        forms=list(FileForm),
    )


def _exported(public_id: str) -> JudgedRound:
    """Return the round; who judges in it reads neither marks nor names before the end."""
    judged = judge_access.judged_round(public_id, Permission.EXPORT_RESULTS)
    seat = panel_access.seat_in(judged)
    if seat.judges and not seat.is_final:
        raise Forbidden
    return judged


def _lines(judged: JudgedRound) -> list[dict[str, str]]:
    return [
        {
            "kind": one.kind.value,
            "title": i18n.translated(FORMS[one.kind].title),
            "letters": FORMS[one.kind].letters,
            "number": one.number,
            "missing": i18n.say(one.missing) if one.missing is not None else "",
        }
        for one in judged_papers.listed(judged, in_vietnamese)
    ]


@bp.get(ONE)
def show(public_id: str, kind: str) -> ResponseReturnValue:
    judged = _exported(public_id)
    return render_template(
        "contest/judged_papers/show.html",
        contest=judged.round.contest,
        round=judged.round,
        seat=panel_access.seat_in(judged),
        line=next(one for one in _lines(judged) if one["kind"] == kind),
        pages=len(_pictures(judged, JudgedKind(kind))),
        most=judged_papers.SEEN_ENTRIES,
        forms=list(FileForm),
    )


def _pictures(judged: JudgedRound, kind: JudgedKind) -> list[bytes]:
    """Return the pages of a paper as it would be now; a browser asks for them one by one."""
    paper = judged_papers.preview(judged, kind, in_vietnamese)
    if paper is None:
        return []
    return _pages.get(repr(paper), lambda: typeset.pages(paper), at=clock.now())


@bp.get(f"{ONE}/trang-<int:number>.png")
def page(public_id: str, kind: str, number: int) -> ResponseReturnValue:
    judged = _exported(public_id)
    pages = _pictures(judged, JudgedKind(kind))
    if not 1 <= number <= len(pages):
        raise NotFound
    return Response(pages[number - 1], mimetype="image/png")


@bp.post(f"{ONE}/tai-ve")
@fresh
def take(public_id: str, kind: str) -> ResponseReturnValue:
    judged = _exported(public_id)
    limits.count("print", signed_in().public_id)
    form = TakeForm()
    written = FileForm(form.form.data if form.validate() else "docx")
    content = judged_papers.write(judged, JudgedKind(kind), written, in_vietnamese)
    judged_papers.record(judged, kind, signed_in(), form=written.value)
    name = judged_papers.file_name(judged, kind, written.value)
    return _sent(content, name, written.mime)


@bp.post(f"{ONE}/lay-so")
def number(public_id: str, kind: str) -> ResponseReturnValue:
    judged = _exported(public_id)
    if not FORMS[JudgedKind(kind)].letters:
        raise NotFound
    given = judged_papers.give_number(judged, JudgedKind(kind), signed_in(), at=clock.now())
    flash(_("The document has the number %(number)s.", number=given), "success")
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/du-lieu")
@fresh
def export(public_id: str) -> ResponseReturnValue:
    judged = _exported(public_id)
    limits.count("export", signed_in().public_id)
    content = judged_files.bundle(judged)
    judged_papers.record(judged, MARKS, signed_in(), form="zip")
    return _sent(content, judged_papers.file_name(judged, MARKS, "zip"), "application/zip")


def _sent(content: bytes, name: str, mime: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=mime, headers=headers)
