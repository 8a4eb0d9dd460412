"""What may be sent about the pictures and sounds of an item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, StringField

from questions.forms.types.rows import Group, Moves, PlacesField, TypeForm, at_most, line, texts

STEM = "stem"
MOST = 12
PREFIX = "media:"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, with its words and its place."""

    file_name: str
    content: bytes
    alt: str
    at: str


class MediaForm(TypeForm):
    """Pictures and sounds that the item has, and a file that may join them.

    `at` is "stem", or the place of the row that the picture stands at, counted from 0.
    """

    groups = {"": Group(("medium", "alt", "at"), ("plain",), first=0, most=MOST)}

    medium = texts(_("Picture or sound"), 24)
    alt = texts(_("Words for those who cannot see or hear it"), 500)
    at = texts(_("Stands at"), 4)
    plain = PlacesField(_("Only decorates"))
    file = FileField(_("Picture or sound"))
    file_alt = StringField(
        _("Words for those who cannot see or hear it"), filters=[line], validators=[at_most(500)]
    )
    file_at = StringField(_("Stands at"), default=STEM)
    file_plain = BooleanField(_("Only decorates, and needs no words"))

    def show(self, listed: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> None:
        """Show what an item has; `ids` are those of its rows, in order."""
        places = {row: str(place) for place, row in enumerate(ids)}
        self.put(
            "",
            [
                {
                    "medium": one["id"],
                    "alt": one.get("alt") or "",
                    "at": places.get(str(one.get("at")), STEM),
                    "plain": one["kind"] == "picture" and not one.get("alt"),
                }
                for one in listed
            ],
        )

    def chosen(self) -> Upload | None:
        """Return the file that was sent, or None."""
        stored = self.file.data
        if not isinstance(stored, FileStorage) or not stored.filename:
            return None
        alt = "" if self.file_plain.data else self.file_alt.data or ""
        return Upload(stored.filename, stored.read(), alt, self.file_at.data or STEM)

    def lacks_words(self) -> bool:
        """Say whether the file to come has neither words nor the mark that it needs none."""
        return not self.file_plain.data and not self.file_alt.data

    def take(self, public_id: str, upload: Upload) -> None:
        """Show one more, and empty the fields of the file."""
        row = {
            "medium": public_id,
            "alt": upload.alt,
            "at": upload.at,
            "plain": not upload.alt,
        }
        self.put("", [*self.rows(), row])
        self.file_alt.data, self.file_plain.data = "", False

    def follow(self, moves: Moves) -> None:
        """Let pictures go where their rows went; one whose row is gone stands at the stem."""
        rows = self.rows()
        for row in rows:
            place = int(row["at"]) if row["at"].isdecimal() else None
            if place is not None and place in moves:
                new = moves[place]
                row["at"] = STEM if new is None else str(new)
        self.put("", rows)

    def entries_of(self, kinds: Mapping[str, str], ids: Sequence[str]) -> list[dict[str, str]]:
        """Return the `media` of a content; `kinds` are those of the files that exist."""
        places = {str(place): row for place, row in enumerate(ids)} | {STEM: STEM}
        return [
            {
                "id": row["medium"],
                "kind": kinds[row["medium"]],
                "alt": "" if row["plain"] else row["alt"],
                "at": places.get(row["at"], STEM),
            }
            for row in self.rows()
            if row["medium"] in kinds
        ]

    def fill(self, content: Mapping[str, Any]) -> None:
        self.show(content.get("media") or [], [])

    def content(self) -> dict[str, Any]:
        return {}

    def find_faults(self, stem: str) -> None:
        for n, row in enumerate(self.rows()):
            if not row["plain"] and not row["alt"]:
                self.blame("alt", n, str(_("Say what it shows, or that it only decorates.")))
