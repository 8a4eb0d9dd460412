"""Rows of a form that are added, taken away and moved: what the forms of all types share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from flask_babel import lazy_gettext as _
from wtforms import Field, FieldList, Form, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # -- newer than its stubs
from wtforms.validators import Length

from core.text import clean, clean_line
from core.web import whole_or

Row = dict[str, Any]
# Where each row went: by its place before, None for one taken away.
Moves = Mapping[int, int | None]

_ACT = re.compile(r"(add|remove|up|down)(?:\.([a-z]+))?(?:-(\d{1,2}))?")


def line(typed: str | None) -> str:
    """Return what was typed, on one line, in normal form."""
    return clean_line(typed or "")


def block(typed: str | None) -> str:
    """Return what was typed, in normal form, its lines kept."""
    return clean(typed or "")


def at_most(longest: int) -> Length:
    """Return the check that a text is not longer."""
    return Length(max=longest, message=_("At most %(max)d characters fit here."))


def choices(*offered: tuple[str, Any]) -> list[SelectChoice]:
    """Return what is to be chosen from, by value and words."""
    return [SelectChoice(value, words) for value, words in offered]


def texts(name: str, longest: int = 1000) -> "FieldList[StringField]":
    """Return a list of one-line texts, one for each row."""
    field = StringField(name, filters=[line], validators=[at_most(longest)])
    return FieldList(field, label=name)


class PlacesField(Field):
    """The places of rows that were chosen, counted from 0."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what is a number; what is not was not sent by our form."""
        self.data = sorted({whole_or(value, -1) for value in valuelist} - {-1})

    def process_data(self, value: Sequence[int] | None) -> None:
        """Take the places that the item has."""
        self.data = list(value or [])


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that go together: the lists side by side in them, the places chosen among them."""

    lists: tuple[str, ...]
    places: tuple[str, ...] = ()
    first: int = 1
    most: int = 8


class TypeForm(Form):
    """What a type asks and what is right, as an author writes it."""

    groups: ClassVar[Mapping[str, Group]] = {}
    # The list of the content whose entries pictures may stand at.
    shown_rows: ClassVar[str] = ""

    def lay(self) -> None:
        """Give a new form the rows that its type begins with."""
        for name, group in self.groups.items():
            if not self.rows(name):
                self.put(name, [{}] * group.first)

    def fill(self, content: Mapping[str, Any]) -> None:
        """Show what the content of an item says."""
        raise NotImplementedError

    def content(self) -> dict[str, Any]:
        """Return the content as the author says it, sound or not."""
        raise NotImplementedError

    def find_faults(self, stem: str) -> None:
        """Name at their fields the faults that one field shows."""

    def all_errors(self) -> list[str]:
        """Return every fault at a field, in the order of the fields."""
        return [str(error) for field in self for error in _flat(field.errors)]

    # --- Rows ---

    def listed(self, name: str) -> "FieldList[StringField]":
        """Return the list of that name."""
        return cast("FieldList[StringField]", self[name])

    def rows(self, name: str = "") -> list[Row]:
        """Return the rows of a group by the names of their lists and places."""
        group = self.groups[name]
        size = max(len(self.listed(one).entries) for one in group.lists)
        found: list[Row] = []
        for n in range(size):
            row: Row = {one: _text(self.listed(one), n) for one in group.lists}
            found.append(row | {one: n in self[one].data for one in group.places})
        return found

    def told(self, name: str = "") -> list[Row]:
        """Return the rows of a group without those left empty at its end."""
        group, rows = self.groups[name], self.rows(name)
        while rows and not any(rows[-1][one] for one in group.lists[:1]):
            rows.pop()
        return rows[: group.most]

    def put(self, name: str, rows: Sequence[Row]) -> None:
        """Let the group have these rows."""
        group = self.groups[name]
        for one in group.lists:
            field = self.listed(one)
            field.entries, field.last_index = [], -1
            for row in rows:
                field.append_entry(row.get(one, ""))
        for one in group.places:
            self[one].data = [n for n, row in enumerate(rows) if row.get(one)]

    def act(self, asked: str) -> Moves | None:
        """Add, take away or move a row if that is asked for; say where the rows went, or None."""
        found = _ACT.fullmatch(asked)
        if found is None or (found[2] or "") not in self.groups:
            return None
        name = found[2] or ""
        rows, place = self.rows(name), int(found[3] or 0)
        order = _order(found[1], len(rows), place)
        if found[1] == "add" and len(rows) < self.groups[name].most:
            self.put(name, [*rows, {}])
        elif order is not None:
            self.put(name, [rows[old] for old in order])
            gone: dict[int, int | None] = dict.fromkeys(range(len(rows)))
            return {} if name else gone | {old: new for new, old in enumerate(order)}
        return {}

    def blame(self, field: str, place: int, message: str) -> None:
        """Name a fault at one row of a list."""
        entries = self.listed(field).entries
        if place < len(entries):
            entries[place].errors = [*entries[place].errors, message]

    def blame_empty(self, field: str, name: str = "") -> None:
        """Name the rows that are empty though others follow them."""
        for n, row in enumerate(self.told(name)):
            if not row[field]:
                self.blame(field, n, str(_("Write something here, or take this line away.")))

    def errors_at(self, field: str, place: int) -> list[str]:
        """Return the faults at one row of a list."""
        entries = self.listed(field).entries
        return list(entries[place].errors) if place < len(entries) else []


def _text(field: "FieldList[StringField]", place: int) -> str:
    return str(field.entries[place].data or "") if place < len(field.entries) else ""


def _order(verb: str, size: int, place: int) -> list[int] | None:
    order = list(range(size))
    if verb == "remove" and place < size:
        order.remove(place)
        return order
    other = place - 1 if verb == "up" else place + 1
    if verb in ("up", "down") and 0 <= other < size and place < size:
        order[place], order[other] = order[other], order[place]
        return order
    return None


def _flat(errors: Any) -> list[str]:  # noqa: ANN401 -- WTForms nests them as the fields are nested
    if isinstance(errors, Mapping):
        return [one for inner in errors.values() for one in _flat(inner)]
    if isinstance(errors, list | tuple):
        return [one for inner in errors for one in _flat(inner)]
    return [str(errors)]
