"""The demo's stage contest as its operator left it: lots drawn, clocks run, scores revealed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from accounts.models import Account
from contest import performing, revealing
from contest.models import JudgedRound, RoundEntry, SceneShown
from core.saying import Sentence

# From the beginning of one performance to that of the next.
_TURN = timedelta(minutes=16)


def draw(judged: JudgedRound, officer: Account, *, at: datetime) -> None:
    """Draw the running order as on stage."""
    performing.draw(judged, officer, at=at)


def perform(rows: Sequence[RoundEntry], officer: Account, rng: Random, at: datetime) -> None:
    """Run the clock of each of these teams, and reveal its scores; all sheets of them are locked.

    The last one waits for the reveal: its scores are what the hall sees next.
    """
    for number, row in enumerate(rows):
        begun = at - _TURN * (len(rows) - number)
        took = timedelta(seconds=rng.randint(9 * 60, 12 * 60 + 40))
        performing.begin(row, officer, at=begun)
        performing.stop(row, officer, say=_in_vietnamese, at=begun + took)
        if number < len(rows) - 1:
            revealing.reveal(row, officer, at=begun + _TURN)
    performing.show(rows[0].judged, SceneShown.BOARD)


def _in_vietnamese(sentence: Sentence) -> str:
    """Return why time was taken off, as documents write it."""
    seconds = sentence.values["seconds"]
    is_over = "over" in sentence.message
    return f"Quá giờ {seconds} giây" if is_over else f"Thiếu {seconds} giây"
