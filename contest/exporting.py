"""Results written out: the table of a round as a workbook or as CSV, with its statistics."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts import auditing
from accounts.models import Account
from accounts.rules import masking
from contest import run_queries
from contest.models import ResultRun, Round, Standing
from contest.rules import participating, ranking, scoring
from contest.rules.participating import BandName
from core import ids, jobs, sheets
from core.db import atomic
from core.jobs import Job
from core.sheets import Leaf, Value
from core.text import N_

DIRECT_ROWS = 5000
JOB = "results.export"
HEADER = (
    "STT",
    "SBD",
    "Họ và tên",
    "Ngày sinh",
    "Đơn vị",
    "Số câu đúng",
    "Điểm",
    "Thời gian",
    "Dự đoán",
    "Chênh lệch",
    "Xếp hạng",
)
PASSED, FAILED = "Đạt", "Không đạt"
# The sheet is an official document: its words are Vietnamese whatever the reader's language.
BANDS = {
    BandName.ALL: "Đúng tất cả",
    BandName.THREE_QUARTERS: "Đúng từ 75 % đến dưới 100 %",
    BandName.QUARTER: "Đúng từ 25 % đến dưới 75 %",
    BandName.FEW: "Đúng dưới 25 %",
    BandName.NONE: "Không đúng câu nào",
}
XLSX, CSV = "xlsx", "csv"
NO_RESULTS = N_("Compute the results before exporting them.")


@dataclass(frozen=True, slots=True)
class Ordered:
    """Which table is wanted: of which run, in which form, with names and birth dates or not."""

    run: ResultRun
    form: str
    in_full: bool


@atomic()
def record(round_: Round, ordered: Ordered, actor: Account) -> None:
    """Write down that somebody takes the results out, and whether with personal data."""
    auditing.record(
        actor,
        "results.exported",
        f"round:{round_.public_id}",
        log=round_.contest.log,
        run=ordered.run.number,
        form=ordered.form,
        personal_data=ordered.in_full,
    )


@atomic()
def order(round_: Round, ordered: Ordered, actor: Account, *, at: datetime) -> Job:
    """Queue the writing of a large table; whoever ordered it may fetch it."""
    record(round_, ordered, actor)
    payload = {
        "run_id": ordered.run.id,
        "form": ordered.form,
        "in_full": ordered.in_full,
        "name": ids.public_id(),
    }
    return jobs.enqueue(JOB, payload, at=at, owner=actor.id)


def header(run: ResultRun) -> tuple[str, ...]:
    """Return the names of the columns; the last says who passed where there is a pass mark."""
    return HEADER if run.rule.get("pass_mark") is None else (*HEADER, "Kết quả")


def rows(run: ResultRun, *, in_full: bool, most: int | None = None) -> Iterator[list[Value]]:
    """Yield the table of a run in order of rank; people who are equal share a place.

    Places in a block are counted among its people.
    """
    stood, mark = run_queries.standings(run, most=most), run.rule.get("pass_mark")
    placed = ranking.placed_apart((one.sort_key, one.block_id, one) for one in stood)
    for number, (place, standing) in enumerate(placed, start=1):
        row = _row(number, place, standing, in_full=in_full)
        yield row if mark is None else [*row, PASSED if standing.score >= mark else FAILED]


def _row(number: int, place: int, standing: Standing, *, in_full: bool) -> list[Value]:
    enrolment = standing.enrolment
    account = enrolment.account
    unit = enrolment.counted_unit or enrolment.unit
    return [
        number,
        enrolment.number,
        account.full_name if in_full else masking.name(account.full_name),
        account.birth_date if in_full else None,
        unit.name if unit else "",
        standing.correct,
        _number(standing.score),
        timedelta(milliseconds=standing.duration_ms),
        _number(standing.attempt.predicted),
        _number(standing.prediction_off),
        place,
    ]


def _number(millionths: int | None) -> Value:
    """Return a stored number without zeros at its end, whole where it is whole."""
    if millionths is None:
        return None
    value = scoring.from_millionths(millionths)
    return int(value) if value == int(value) else value.normalize()


def csv(run: ResultRun, *, in_full: bool) -> Iterator[bytes]:
    """Yield the table as a CSV file that Vietnamese Excel opens."""
    return sheets.write_csv(header(run), rows(run, in_full=in_full))


def workbook(round_: Round, run: ResultRun, *, in_full: bool) -> bytes:
    """Return a workbook: the table, and a second sheet with the statistics."""
    return sheets.write_book(
        [
            Leaf(round_.title or "Kết quả", header(run), rows(run, in_full=in_full)),
            Leaf("Thống kê", ("Nội dung", "Số lượng", "Tỷ lệ (%)"), statistics(run)),
        ]
    )


def statistics(run: ResultRun) -> list[list[Value]]:
    """Return score bands, units and topics as the rows of a sheet, a heading above each part."""
    import pandas  # type: ignore[import-untyped]  # -- it ships no types

    table = pandas.DataFrame(
        [
            (
                (one.enrolment.counted_unit or one.enrolment.unit),
                one.correct,
                one.asked,
                one.duration_ms,
            )
            for one in run_queries.standings(run)
        ],
        columns=["unit", "correct", "asked", "duration"],
    )
    table["unit"] = [unit.name if unit is not None else "(không có đơn vị)" for unit in table.unit]
    return [
        *_totals(table, run_queries.passed_in(run)),
        *_bands(table),
        *_units(table),
        *_topics(run),
    ]


def _totals(table: Any, passed: int | None) -> list[list[Value]]:  # noqa: ANN401 -- pandas is imported late
    if table.empty:
        return [["Số người được xếp hạng", 0, None]]
    lines: list[list[Value]] = [["Số người được xếp hạng", len(table), None]]
    if passed is not None:
        lines.append(["Số người đạt", passed, participating.share(passed, len(table))])
    return [
        *lines,
        ["Số câu đúng trung bình", _mean(table.correct), None],
        ["Số câu đúng trung vị", _rounded(table.correct.median()), None],
        ["Thời gian trung bình (giây)", _mean(table.duration / 1000), None],
    ]


def _mean(column: Any) -> Decimal:  # noqa: ANN401 -- pandas is imported late
    return _rounded(column.mean())


def _rounded(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _bands(table: Any) -> list[list[Value]]:  # noqa: ANN401 -- pandas is imported late
    found = participating.bands(
        (int(correct), int(asked))
        for correct, asked in zip(table.correct, table.asked, strict=True)
    )
    lines: list[list[Value]] = [["", None, None], ["Phổ điểm", None, None]]
    return lines + [[BANDS[band.name], band.count, band.share] for band in found.bands]


def _units(table: Any) -> list[list[Value]]:  # noqa: ANN401 -- pandas is imported late
    lines: list[list[Value]] = [["", None, None], ["Số người theo đơn vị", None, None]]
    for name, people in table.groupby("unit").size().sort_values(ascending=False).items():
        lines.append([str(name), int(people), participating.share(int(people), len(table))])
    return lines


def _topics(run: ResultRun) -> list[list[Value]]:
    lines: list[list[Value]] = [
        ["", None, None],
        ["Tỷ lệ trả lời đúng theo lĩnh vực", None, None],
    ]
    for name, asked, correct in run_queries.by_topic(run):
        lines.append([name or "(chưa xếp lĩnh vực)", asked, participating.share(correct, asked)])
    return lines


def file_name(round_: Round, form: str) -> str:
    """Return the name under which the file is saved."""
    return f"ket-qua-{round_.contest.slug}-vong-{round_.number}.{form}"
