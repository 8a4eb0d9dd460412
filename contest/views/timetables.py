"""The dry run of a round's timetable: every line with its hours, on a page, printed, as a file."""

from itertools import groupby

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, timetable_sheets, timetabling
from contest.models import Round
from contest.rules import preflight, timetable, timing
from contest.rules.timetable import Finding, Plan, SittingPlan, TimedLine, Times
from contest.timetable_sheets import CSV, XLSX
from core import clock, limits
from core.web import whole_or

bp = Blueprint("timetables", __name__, url_prefix="/quan-ly/vong/<public_id>/lich-thi")
PAGE = 100
MIMES = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("")
def show(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    plan, findings, lines = _looked_over(round_)
    number = whole_or(request.args.get("trang", ""), 1)
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(1, number), pages)
    return render_template(
        "contest/timetables/show.html",
        contest=round_.contest,
        round=round_,
        plan=plan,
        findings=findings,
        sittings=[
            (one, timetable.times(plan.round, one.window, timing.NO_ALLOWANCE))
            for one in plan.sittings
        ],
        lines=lines[PAGE * (page - 1) : PAGE * page],
        count=len(lines),
        first=PAGE * (page - 1) + 1,
        page=page,
        pages=pages,
        at=clock.now(),
    )


def _sittings(plan: Plan) -> list[tuple[SittingPlan, Times]]:
    """Return each sitting with the hours of somebody without any allowance."""
    return [
        (one, timetable.times(plan.round, one.window, timing.NO_ALLOWANCE)) for one in plan.sittings
    ]


@bp.get("/in")
def sheet(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    _plan, findings, lines = _looked_over(round_)
    rooms = [
        (sitting, room, list(people))
        for (sitting, room), people in groupby(lines, key=lambda one: (one.sitting, one.room))
    ]
    return render_template(
        "contest/timetables/sheet.html",
        contest=round_.contest,
        round=round_,
        rooms=rooms,
        findings=findings,
        at=clock.now(),
    )


@bp.post("/xuat")
def export(public_id: str) -> ResponseReturnValue:
    round_ = _found(public_id)
    limits.count("export", signed_in().public_id)
    _plan, _findings, lines = _looked_over(round_)
    form = CSV if request.form.get("form") == CSV else XLSX
    timetable_sheets.record(round_, signed_in(), form=form, in_full=_in_full(round_))
    name = f"lich-thi-{round_.contest.slug}-vong-{round_.number}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if form == CSV:
        body = b"".join(timetable_sheets.csv(lines, round_.minutes))
    else:
        body = timetable_sheets.workbook(lines, round_.minutes)
    return Response(body, mimetype=MIMES[form], headers=headers)


def _looked_over(round_: Round) -> tuple[Plan, list[Finding], list[TimedLine]]:
    plan = timetabling.plan_of(round_, with_paper=True, in_full=_in_full(round_))
    findings = preflight.inspect(plan, clock.now())
    return plan, findings, timetable.lines(plan, findings)


def _in_full(round_: Round) -> bool:
    return access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA)


def _found(public_id: str) -> Round:
    return access.round_managed_by(public_id, Permission.MANAGE_ROUND)
