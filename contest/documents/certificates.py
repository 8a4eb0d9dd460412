"""How certificates look: fields in millimetres on a sheet of any size, printed by the thousand."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from contest.documents.office import Office
from contest.documents.paper import Letterhead
from core import typesetting
from questions.rules.letterheads import Profile

TEMPLATE = Path(__file__).parent / "print" / "certificate.typ"
# So many sheets are set at once, a ream of paper: more take too much memory.
MOST_SHEETS = 500
PICTURE = "background"


class Background(StrEnum):
    """What a certificate is printed on."""

    DRAWN = "drawn"
    PICTURE = "picture"
    STOCK = "stock"


class Align(StrEnum):
    """How the lines of a field stand."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Key(StrEnum):
    """What stands in a field."""

    ISSUER = "issuer"
    COUNTRY = "country"
    TITLE = "title"
    GIVER = "giver"
    NAME = "name"
    UNIT = "unit"
    HONOUR = "honour"
    CONTEST = "contest"
    DATED = "dated"
    SIGNING = "signing"
    SIGNER = "signer"
    NUMBER = "number"
    CHECK = "check"
    QR = "qr"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a field stands: millimetres from the upper left corner, its width, points, lines."""

    x: float
    y: float
    width: float
    size: float = 13
    align: Align = Align.CENTER
    is_shown: bool = True


_USUAL: Mapping[Key, Spot] = {
    Key.ISSUER: Spot(24, 21, 100, 13),
    Key.COUNTRY: Spot(155, 21, 118, 13),
    Key.TITLE: Spot(24, 50, 249, 40),
    Key.GIVER: Spot(24, 74, 249, 16),
    Key.NAME: Spot(24, 86, 249, 32),
    Key.UNIT: Spot(24, 104, 249, 16),
    Key.HONOUR: Spot(24, 115, 249, 20),
    Key.CONTEST: Spot(34, 127, 229, 16),
    Key.DATED: Spot(165, 146, 108, 13),
    Key.SIGNING: Spot(165, 153, 108, 13),
    Key.SIGNER: Spot(165, 186, 108, 13),
    Key.NUMBER: Spot(52, 168, 100, 12, Align.LEFT),
    Key.CHECK: Spot(52, 176, 100, 9, Align.LEFT),
    Key.QR: Spot(24, 166, 25, 9, Align.LEFT),
}
# On stock that is printed already, only what differs from sheet to sheet.
_ON_STOCK = frozenset({Key.NAME, Key.UNIT, Key.HONOUR, Key.CONTEST, Key.DATED, Key.NUMBER, Key.QR})


@dataclass(frozen=True, slots=True)
class Design:
    """A certificate: its sheet, what it is printed on, its words, and where they stand."""

    width: float = 297
    height: float = 210
    background: Background = Background.DRAWN
    title: str = "GIẤY CHỨNG NHẬN"
    giver: str = "Ban Tổ chức Cuộc thi chứng nhận"
    letters: str = "CN-BTC"
    spots: Mapping[Key, Spot] = field(default_factory=lambda: dict(_USUAL))

    def written(self) -> dict[str, Any]:
        """Return it as it is stored."""
        spots = {key.value: asdict(spot) for key, spot in self.spots.items()}
        return {
            "width": self.width,
            "height": self.height,
            "background": self.background.value,
            "title": self.title,
            "giver": self.giver,
            "letters": self.letters,
            "spots": spots,
        }

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Design":
        """Return what `written` made; a field that it lacks stands where it usually does."""
        told = dict(written)
        spots = dict(_USUAL)
        for key, spot in told.pop("spots", {}).items():
            spots[Key(key)] = Spot(**spot | {"align": Align(spot["align"])})
        background = Background(told.pop("background", Background.DRAWN))
        return cls(**told, background=background, spots=spots)

    def on_stock(self) -> "Design":
        """Return the design as it is printed on stock: only what the stock leaves open."""
        spots = {
            key: replace(spot, is_shown=spot.is_shown and key in _ON_STOCK)
            for key, spot in self.spots.items()
        }
        return replace(self, background=Background.STOCK, spots=spots)


@dataclass(frozen=True, slots=True)
class Awardee:
    """What one sheet says: whom it is for, for what, its number, and where it can be checked."""

    name: str
    unit: str
    honour: str
    contest: str
    number: int
    on: date
    address: str
    code: str


def sign(design: Design, number: int) -> str:
    """Return the number of a certificate as it is written: 147/CN-BTC."""
    return f"{number:02}/{design.letters}" if design.letters else f"{number:02}"


def pdf(
    design: Design, office: Office, people: Sequence[Awardee], picture: bytes | None = None
) -> bytes:
    """Return the certificates of these people as one PDF file, a sheet each."""
    values = _values(design, office, people, picture)
    return typesetting.pdf(TEMPLATE, values, _pictures(people, picture))


def preview(design: Design, office: Office, one: Awardee, picture: bytes | None = None) -> bytes:
    """Return one sheet as a picture."""
    values = _values(design, office, [one], picture)
    return typesetting.pages(TEMPLATE, values, _pictures([one], picture))[0]


def _pictures(people: Iterable[Awardee], picture: bytes | None) -> dict[str, bytes]:
    """Return the QR codes as files, by the names under which the template asks for them."""
    found = {_qr_name(one): _qr(f"{one.address}/{one.code}") for one in people}
    return found | ({PICTURE: picture} if picture else {})


def _qr_name(one: Awardee) -> str:
    return f"qr-{one.code}.png"


def _qr(address: str) -> bytes:
    """Return a QR code, a point for each of its squares."""
    import segno

    target = io.BytesIO()
    # Any mask can be read; weighing all eight would take five times as long.
    segno.make(address, error="m", mask=2).save(target, kind="png", scale=1, border=0)
    return target.getvalue()


def _values(
    design: Design, office: Office, people: Iterable[Awardee], picture: bytes | None
) -> dict[str, Any]:
    shown = {key: spot for key, spot in design.spots.items() if spot.is_shown}
    has_picture = design.background is Background.PICTURE and picture is not None
    return {
        "title": design.title,
        "width": design.width,
        "height": design.height,
        "is_drawn": design.background is Background.DRAWN,
        "picture": PICTURE if has_picture else "",
        "spots": [asdict(spot) | {"key": key.value} for key, spot in shown.items()],
        "sheets": [_sheet(design, office, one) for one in people],
    }


def _sheet(design: Design, office: Office, one: Awardee) -> dict[str, Any]:
    head = Letterhead(office.profile, office.parent, office.body, place=office.place, on=one.on)
    stars = ("***",) if office.profile is Profile.UNION else ()
    signature = office.signature()
    lines = {
        Key.ISSUER: (*head.left, *stars),
        Key.COUNTRY: head.right,
        Key.TITLE: (design.title,),
        Key.GIVER: (design.giver,),
        Key.NAME: (one.name,),
        Key.UNIT: (one.unit,),
        Key.HONOUR: (one.honour,),
        Key.CONTEST: (one.contest,),
        Key.DATED: (head.dated,),
        Key.SIGNING: signature.posts,
        Key.SIGNER: (signature.name,),
        Key.NUMBER: (f"Số: {sign(design, one.number)}",),
        Key.CHECK: ("Quét mã để kiểm tra", one.address),
    }
    told: dict[str, Any] = {
        key.value: [line for line in said if line] for key, said in lines.items()
    }
    return told | {"qr": _qr_name(one)}
