"""How the demo's finished judged contest ended: closed by two people, promoted, given prizes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Account
from contest import concluding, deliberating, honouring, judged_results, promoting
from contest.deliberating import Decided
from contest.honouring import Plan
from contest.models import EntryPrizeList, JudgedRound
from contest.rules.judging.deviating import Way
from contest.rules.judging.promoting import PromotionRule
from contest.rules.prizes import Level

HOUR = timedelta(hours=1)
PLAN = Plan(
    (
        Level("Giải Nhất", 1, 10_000_000),
        Level("Giải Nhì", 2, 7_000_000),
        Level("Giải Ba", 3, 5_000_000),
        Level("Giải Khuyến khích", 4, 2_000_000),
    ),
    (Level("Giải phụ: sản phẩm dễ dùng nhất", 1, 1_000_000),),
)


@dataclass(frozen=True, slots=True)
class Two:
    """Who proposes and who agrees."""

    first: Account
    second: Account


def close(judged: JudgedRound, two: Two, chair: Account, *, at: datetime) -> None:
    """Close a round; scores that lie too far apart stand, as the panel talked them over."""
    for deviation in judged_results.results(judged).open_deviations:
        decided = Decided(Way.KEEP, "Hội đồng đã trao đổi; hai giám khảo giữ nguyên điểm.")
        deliberating.decide(judged, deviation.entry, deviation.criteria, decided, chair, at=at)
    run = concluding.propose(judged, two.first, reason="Đã đủ phiếu", at=at + HOUR)
    concluding.agree(run, two.second, reason="Đã đối chiếu phiếu chấm", at=at + 2 * HOUR)


def promote(judged: JudgedRound, target: JudgedRound, count: int, two: Two, at: datetime) -> None:
    """Send the best on to the next round."""
    lines = promoting.listed(judged, PromotionRule(count=count), by_unit=False)
    promoting.promote(target, lines, two.first, at=at)


def honour(judged: JudgedRound, two: Two, *, at: datetime) -> None:
    """Give the prizes of a closed round, the side prize among them, and show the results."""
    made = honouring.draft(judged, PLAN, two.first, at=at)
    for prize in made.prizes:
        if prize.entry_id is None and prize.proposed:
            honouring.give(prize, prize.proposed[0], two.first, reason="Hội đồng biểu quyết")
    _give_side(made, two.first)
    honouring.propose(made, two.first, reason="Họp Hội đồng giám khảo", at=at + HOUR)
    honouring.agree(made, two.second, reason="Nhất trí", at=at + 2 * HOUR)
    shown = at + 3 * HOUR
    concluding.set_moments(judged, two.first, entrants=shown, public=shown)


def _give_side(made: EntryPrizeList, actor: Account) -> None:
    """Give the side prize to the best entry that has no prize yet."""
    held = {prize.entry_id for prize in made.prizes}
    free = [row["code"] for row in made.run.rows if row["place"] and row["entry_id"] not in held]
    for prize, code in zip([one for one in made.prizes if one.is_side], free, strict=False):
        honouring.give(prize, code, actor, reason="Hội đồng biểu quyết: dễ dùng nhất")
