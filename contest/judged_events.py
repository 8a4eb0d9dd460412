"""What was done again while a round was judged, in the words of its minutes; Vietnamese only."""

from collections.abc import Iterator
from datetime import datetime

from contest import stage_queries
from contest.documents.judged_facts import moment, points
from contest.judged_results import Results
from contest.models import HourMove, JudgedRound, Performance, Reveal
from contest.rules.judging import table
from core import vietnam

_MINUTE_S, _SECOND_MS = 60, 1000


def told(results: Results) -> list[str]:
    """Return, in order of time, reveals taken back, clocks set back, sheets opened, ends moved.

    Five statements. Sheets that a decision about scores too far apart opened stand with it.
    """
    judged = results.read.judged
    found = [*_on_stage(judged), *_ends(judged), *_sheets(results)]
    return [words for _at, words in sorted(found, key=lambda one: one[0])]


def _on_stage(judged: JudgedRound) -> Iterator[tuple[datetime, str]]:
    for reveal in stage_queries.undone_in(judged):
        if reveal.undone_at is not None:
            yield reveal.undone_at, _undone(reveal)
    for clock in stage_queries.set_back_in(judged):
        if clock.void_at is not None:
            yield clock.void_at, _set_back(clock)


def _undone(one: Reveal) -> str:
    by = one.undone_by.full_name if one.undone_by is not None else ""
    shown = None if one.total is None else table.from_billionths(one.total)
    total = f"{points(shown)} điểm, " if shown is not None else ""
    return (
        f"{one.round_entry.entry.code}: rút lại điểm đã công bố ({total}công bố lúc"
        f" {moment(one.revealed_at)}) lúc {moment(one.undone_at)}, lý do: {one.undone_for}"
        f" ({by} thực hiện);"
    )


def _set_back(one: Performance) -> str:
    by = one.void_by.full_name if one.void_by is not None else ""
    minutes, seconds = divmod(one.kept_ms // _SECOND_MS, _MINUTE_S)
    return (
        f"{one.round_entry.entry.code}: đặt lại đồng hồ (đã chạy {minutes} phút {seconds:02} giây)"
        f" lúc {moment(one.void_at)}, lý do: {one.void_for} ({by} thực hiện);"
    )


def _ends(judged: JudgedRound) -> Iterator[tuple[datetime, str]]:
    for move in stage_queries.moves_in(judged):
        yield move.moved_at, _moved(move)


def _moved(one: HourMove) -> str:
    what = f"giờ đóng bình chọn “{one.part.title}”" if one.part is not None else "giờ hết hạn chấm"
    way = "lùi" if one.until > one.was else "đưa sớm"
    return (
        f"{way} {what} từ {vietnam.say_end(one.was)} đến {vietnam.say_end(one.until)},"
        f" lý do: {one.reason} ({one.moved_by.full_name} quyết định lúc {moment(one.moved_at)});"
    )


def _sheets(results: Results) -> Iterator[tuple[datetime, str]]:
    """Tell of each opened sheet what it said before, and what counts now."""
    read = results.read
    sheets = {cell.sheet_id: pair for pair, cell in read.cells.items()}
    decided = {one.decided_at for rows in read.decisions.values() for one in rows}
    for version in stage_queries.reopened_in(read.judged):
        pair, at = sheets.get(version.sheet_id), version.unlocked_at
        if pair is None or at is None or at in decided:
            continue
        entry, judge = pair
        by = version.unlocked_by.full_name if version.unlocked_by is not None else ""
        now = points(results.scored.scores.get(entry, {}).get(judge))
        yield (
            at,
            f"{entry}: mở lại phiếu của {judge} lúc {moment(at)}, lý do: {version.unlocked_for}."
            f" Điểm trước: {points(version.points)}. Điểm sau: {now} ({by} thực hiện);",
        )
