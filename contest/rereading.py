"""What `verify` asks of boards: the pages all read, against places counted from the answers."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.models import Account
from accounts.rules import masking
from contest import board_lines, boards, total_queries
from contest.board_finding import Wanted
from contest.board_lines import Line
from contest.boards import Head
from contest.models import (
    Attempt,
    Audience,
    Contest,
    Enrolment,
    OverallStanding,
    OverallTable,
    ResultRun,
    Round,
    Standing,
)
from contest.rules import participating
from contest.rules.standing import Stood
from core.db import db

Person = tuple[int, str]


def faults(round_: Round, run: ResultRun, stood: Mapping[Person, Stood]) -> list[str]:
    """Return where the public's board of a round says anything but what was recomputed.

    `stood` is recomputed from the raw responses. A board that is frozen stands still: of that
    only what cannot move is checked.
    """
    if round_.frozen_run_id is not None:
        return list(_frozen_faults(round_))
    shown = boards.head(round_.contest.slug, round_.number, at=_when_shown(round_, run))
    if shown is None or shown.run is None or shown.run_id != run.id:
        return []
    name = f"board of round {round_.public_id}"
    people = _people(round_.contest_id)
    found = list(_board_faults(name, shown, stood, people))
    for block, title in shown.blocks.items():
        there = {who: one for who, one in stood.items() if one.block == block}
        head = boards.in_block(shown, block)
        found += _board_faults(f"{name}, {title}", head, there, people, block)
    return found


def _when_shown(round_: Round, run: ResultRun) -> datetime:
    """Return a moment at which everything of the run is shown that ever will be."""
    moments = (run.made_at, round_.closes_at, round_.public_results_at)
    return max(one for one in moments if one is not None)


def _people(contest_id: int) -> Mapping[int, tuple[int, str, bool]]:
    """Return account, name and consent of everybody in a contest by the enrolment's id."""
    rows = db.session.execute(
        select(Enrolment.id, Account.id, Account.full_name, Enrolment.publishes_name)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.contest_id == contest_id)
    )
    return {enrolment: (account, name, agreed) for enrolment, account, name, agreed in rows}


def _board_faults(
    name: str,
    head: Head,
    stood: Mapping[Person, Stood],
    people: Mapping[int, tuple[int, str, bool]],
    block: int | None = None,
) -> Iterator[str]:
    wanted = [_said(one, place, people[who], head) for place, who, one in _placed_by_hand(stood)]
    read = [_read(line) for line in _all_lines(head, block)]
    if len(read) != len(wanted):
        yield f"{name}: {len(wanted)} people should stand there, not {len(read)}"
    for at, (mine, other) in enumerate(zip(wanted, read, strict=False), start=1):
        if mine != other:
            yield f"{name}: row {at} differs in {', '.join(_differing(mine, other))}"
    bands = Counter(
        participating.band(one.attempt.correct, one.attempt.asked) for one in stood.values()
    )
    counted = {one.name: one.count for one in head.bands if one.count}
    attempts = sum(one.attempts for one in stood.values())
    if (head.people, head.attempts, counted) != (len(stood), attempts, dict(bands)):
        yield f"{name}: it counts other people, attempts or score bands"


def _placed_by_hand(stood: Mapping[Person, Stood]) -> Iterator[tuple[int, int, Stood]]:
    """Yield place and enrolment of everybody in order: equals share a place."""
    ordered = sorted((one.sort_key, person[0], one) for person, one in stood.items())
    place = 0
    for at, (key, who, one) in enumerate(ordered):
        if at == 0 or key != ordered[at - 1][0]:
            place = at + 1
        yield place, who, one


def _said(one: Stood, place: int, person: tuple[int, str, bool], head: Head) -> dict[str, Any]:
    account, name, agreed = person
    in_full = head.shows_names and agreed and place <= board_lines.PRIZES
    return {
        "place": place,
        "person": account,
        "name": name if in_full else masking.name(name),
        "right": (one.attempt.correct, one.attempt.asked),
        "score": one.attempt.score,
        "prediction": one.off,
        "time": one.attempt.duration_ms,
        "moments": (one.attempt.started_at, one.attempt.submitted_at),
    }


def _read(line: Line) -> dict[str, Any]:
    return {
        "place": line.place,
        "person": line.account_id,
        "name": line.name,
        "right": (line.correct, line.asked),
        "score": line.score,
        "prediction": line.off,
        "time": line.duration_ms,
        "moments": (line.started_at, line.submitted_at),
    }


def _differing(mine: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return [key for key, value in mine.items() if other[key] != value]


def _all_lines(head: Head, block: int | None) -> Iterator[Line]:
    """Yield every row of a board, page by page, as people turn them."""
    after = None
    while True:
        page = board_lines.lines(head, Wanted(block=block, after=after))
        yield from page.rows
        after = page.after
        if after is None:
            return


def _frozen_faults(round_: Round) -> Iterator[str]:
    """Yield the rows of a frozen board that rest on no attempt handed in before it was frozen."""
    rows = db.session.execute(
        select(Standing, Attempt, Enrolment.public_id)
        .join(Attempt, Attempt.id == Standing.attempt_id)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(Standing.run_id == round_.frozen_run_id, Standing.audience == Audience.PUBLIC)
    )
    for row, attempt, who in rows:
        told = (row.enrolment_id, row.started_at, row.submitted_at, row.duration_ms)
        own = (attempt.enrolment_id, attempt.started_at, attempt.submitted_at, attempt.duration_ms)
        is_earlier = round_.frozen_at is not None and row.submitted_at <= round_.frozen_at
        if told != own or attempt.round_id != round_.id or not is_earlier:
            yield f"frozen board of round {round_.public_id}: enrolment {who} differs"


def table_faults(contest: Contest) -> list[str]:
    """Return where the public's pages of overall tables give other places than counting does."""
    return [
        fault for table in total_queries.tables_of(contest.id) for fault in _pages_faults(table)
    ]


def _pages_faults(table: OverallTable) -> Iterator[str]:
    run = total_queries.newest_run(table.id)
    if run is None:
        return
    keys = db.session.execute(
        select(OverallStanding.sort_key, Enrolment.account_id)
        .join(Enrolment, Enrolment.id == OverallStanding.enrolment_id)
        .where(OverallStanding.run_id == run.id)
    ).all()
    smaller = sorted(key for key, _ in keys)
    wanted = {account: 1 + bisect_left(smaller, key) for key, account in keys}
    read: dict[int, int] = {}
    after = None
    while True:
        page = total_queries.lines(run.id, Wanted(after=after))
        read |= {line.account_id: line.place for line in page.rows}
        after = page.after
        if after is None:
            break
    if read != wanted:
        yield f"board of overall table {table.public_id}: places are not those of its run"
