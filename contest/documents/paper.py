"""What an official document is made of, as plain values that every writer takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import vietnam, writing
from questions.rules.letterheads import COUNTRY, MOTTO, UNION, Profile

Value = str | int | Decimal | date | timedelta | None


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `look` has “b” for bold and “i” for italic; `lead` stands bold before it."""

    text: str
    look: str = ""
    lead: str = ""
    is_centred: bool = False
    is_indented: bool = True


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short lines, each with a hyphen before it."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, its share of the width, and how its cells stand."""

    title: str
    width: float = 1
    is_centred: bool = False
    # Names and the like stay on one line where they fit.
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its values are numbers, days and text, written out by `shown`."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on a page of its own: what stands above its blocks."""

    title: str
    note: str = ""
    heading: str = "Phụ lục"


Block = Text | Items | Table | Annex


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: the lines above the room for the signature, and the name below it."""

    posts: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands at the head of a document beside its name."""

    profile: Profile = Profile.COMMITTEE
    parent: str = ""
    body: str = ""
    # The number and the letters after it: “05” and “TB-BTC”; the number may be open.
    number: str = ""
    letters: str = ""
    place: str = ""
    on: date | None = None

    @property
    def sign(self) -> str:
        """The number and the letters as they are written; room where the number is open."""
        if not self.letters:
            return ""
        open_room = " " * 8
        between = "-" if self.is_union else "/"
        return f"Số: {self.number or open_room}{between}{self.letters}"

    @property
    def is_union(self) -> bool:
        """Whether it is the Youth Union's."""
        return self.profile is Profile.UNION

    @property
    def dated(self) -> str:
        """Place and date as they are written; room where the day is open."""
        if self.on is None:
            said = "ngày      tháng      năm      "
        else:
            said = writing.document_date(self.on)
        return f"{self.place}, {said}" if self.place else said

    @property
    def left(self) -> tuple[str, ...]:
        """The lines on the left: what is above, and who issues it."""
        return tuple(line.upper() for line in (self.parent, self.body) if line)

    @property
    def right(self) -> tuple[str, ...]:
        """The prescribed lines on the right."""
        return (UNION,) if self.is_union else (COUNTRY, MOTTO)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document.

    `about` is the subject of a letter, printed under the sign instead of a name. `origin` says
    which run of the results it was made from.
    """

    head: Letterhead
    name: str
    subject: str = ""
    about: str = ""
    bases: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    origin: str = ""
    is_wide: bool = False
    tables: tuple[Table, ...] = field(default=())

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Its tables, for a workbook: those named for it, or those of its blocks."""
        return self.tables or tuple(one for one in self.blocks if isinstance(one, Table))


def shown(value: Value) -> str:
    """Write a value as offices write it: 25.980 and 23,48, 05/02/1999, 07:41."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, timedelta):
        return writing.countdown(int(value.total_seconds()))
    if isinstance(value, datetime):
        return vietnam.say_moment(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return writing.number(value)


def bases(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the legal bases as they end: each with a semicolon, the last with a full stop."""
    plain = [line.strip().rstrip(";.,") for line in lines if line.strip()]
    return tuple(f"{line}{'.' if at == len(plain) - 1 else ';'}" for at, line in enumerate(plain))


def recipients(lines: Sequence[str]) -> tuple[str, ...]:
    """Return who gets it, as the list ends: each with a semicolon, the last with a full stop."""
    plain = [line.strip().lstrip("-– ").rstrip(";.,") for line in lines if line.strip()]
    return tuple(f"- {line}{'.' if at == len(plain) - 1 else ';'}" for at, line in enumerate(plain))
