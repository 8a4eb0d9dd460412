"""What else than the jury gives points on the demo's stage: counted views, a public vote."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from accounts.models import Account
from contest import apportioning, balloting
from contest.apportioning import Counted
from contest.balloting import Source
from contest.models import JudgedRound, Part, RoundEntry
from contest.rules.judging.measured import MeasureRule, Scale
from contest.rules.judging.parts import PartKind
from contest.rules.scoring import to_millionths
from core import ids
from core.config import ROOT
from core.db import db
from core.vietnam import DAY, civil_day, start_of_day

SKIT, GREETING, VOTED = Decimal(70), Decimal(20), Decimal(10)
CARDS, CAST = 150, 84
_FONT = ROOT / "core" / "fonts" / "tinos-regular.ttf"
_WEIGHTS = {"views": Decimal(1), "likes": Decimal(5), "shares": Decimal(10)}
_NAMES = {"views": "Lượt xem", "likes": "Lượt thích", "shares": "Lượt chia sẻ"}


def declare(judged: JudgedRound, at: datetime) -> tuple[Part, Part]:
    """Declare the parts as they were before the round was sealed; return what is counted, voted."""
    today = start_of_day(civil_day(at))
    skit = _part(judged, 1, PartKind.JUDGED, "Tiểu phẩm", SKIT)
    greeting = _part(judged, 2, PartKind.MEASURED, "Màn chào hỏi: video giới thiệu đội", GREETING)
    greeting.terms = MeasureRule(GREETING, Scale.LOG, weights=_WEIGHTS).written()
    greeting.closes_at = today - timedelta(hours=7)
    vote = _part(judged, 3, PartKind.VOTED, "Khán giả bình chọn", VOTED)
    vote.terms = {"roster": False, "per_device": 1, "per_network": None}
    since = (at - timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    vote.opens_at = min(today + timedelta(hours=7), since)
    vote.closes_at = today + 2 * DAY + timedelta(hours=22)
    db.session.add_all([skit, greeting, vote])
    db.session.flush()
    return greeting, vote


def _part(judged: JudgedRound, position: int, kind: PartKind, title: str, most: Decimal) -> Part:
    return Part(
        public_id=ids.public_id(),
        judged=judged,
        position=position,
        kind=kind,
        title=title,
        most=to_millionths(most),
    )


def count(part: Part, rows: Sequence[RoundEntry], officer: Account, rng: Random) -> None:
    """Write down the figures of every entry as they stood at the hour, each with its picture."""
    hour = part.closes_at or part.judged.round.opens_at
    for number, row in enumerate(rows):
        views = round(rng.lognormvariate(8.2, 0.7))
        figures = {"views": views, "likes": views // rng.randint(9, 16), "shares": views // 90}
        read = hour - timedelta(minutes=2 * (len(rows) - number))
        address = f"https://video.example/chao-hoi/{(row.entry.code or '').lower()}"
        picture = _picture(row, figures)
        apportioning.count(
            part, row, Counted(figures, read, address, picture), officer, at=read + timedelta(0, 50)
        )


def _picture(row: RoundEntry, figures: Mapping[str, int]) -> bytes:
    """Draw the page of a video as it stood, with its figures."""
    from PIL import Image, ImageDraw, ImageFont

    title, small = ImageFont.truetype(_FONT, 30), ImageFont.truetype(_FONT, 24)
    page = Image.new("RGB", (720, 240), "white")
    pen = ImageDraw.Draw(page)
    unit = row.entry.unit.name if row.entry.unit is not None else row.entry.code
    pen.text((24, 20), f"Màn chào hỏi – đội {unit}", fill="#1b2a38", font=title)
    for line, (name, value) in enumerate(figures.items()):
        said = f"{_NAMES[name]}: {value:,}".replace(",", ".")
        pen.text((24, 80 + 40 * line), said, fill="#1b2a38", font=small)
    kept = io.BytesIO()
    page.save(kept, "PNG")
    return kept.getvalue()


def vote(
    part: Part, rows: Sequence[RoundEntry], officer: Account, rng: Random, at: datetime
) -> None:
    """Make seat cards, and let a part of the hall vote with them; the counts stay sealed."""
    begun = part.opens_at or at
    cards = balloting.issue(part, officer, count=CARDS, at=begun - timedelta(hours=1))
    weights = [rng.random() ** 2 for _ in rows]
    moments = sorted(begun + (at - begun) * rng.random() for _ in range(CAST))
    for card, moment in zip(cards, moments, strict=False):
        choice = rng.choices(rows, weights)[0]
        source = Source(network="san-nha-van-hoa", device=f"dien-thoai-{card.number}")
        balloting.cast(part, choice, card.code, source, at=moment)
