"""Fields that the organisers' forms share: moments, small numbers, the chain of the ranking."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from contest.rules import ranking
from contest.rules.ranking import Key, RankingRule
from core import i18n, vietnam
from core.saying import Unreadable
from core.text import clean
from questions.forms import blueprints


def lines(typed: str | None) -> str:
    """Return what was typed, in normal form, with its line breaks."""
    return clean(typed or "")


# As the bank's forms have them.
CountField = blueprints.CountField
choices = blueprints.choices
line = blueprints.line


class MomentField(Field):
    """An hour and a day as offices write them, “24h00” among them."""

    widget = TextInput()

    def __init__(
        self,
        label: Any,  # noqa: ANN401 -- a lazy string
        *,
        ends: bool = False,
        optional: bool = False,
        **kwargs: Any,  # noqa: ANN401 -- WTForms' own arguments
    ) -> None:
        self.ends, self.optional, self.typed = ends, optional, ""
        super().__init__(label, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return self.typed
        if not isinstance(self.data, datetime):
            return ""
        return vietnam.say_end(self.data) if self.ends else vietnam.say_moment(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the moment, or say what is wrong with it."""
        self.typed, self.data = line(valuelist[0] if valuelist else ""), None
        if not self.typed:
            if not self.optional:
                raise ValueError(_("Write the hour and the day, for example 24h00 22/11/2026."))
            return
        try:
            self.data = vietnam.parse_moment(self.typed)
        except Unreadable as unreadable:
            raise ValueError(i18n.say(unreadable.sentence)) from unreadable


class RankingField(Field):
    """The keys of a ranking rule in their order; each is “key:direction” or “key:direction:s”.

    With the “s”, a time counts to the second only.
    """

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the keys that exist."""
        self.data = [value for value in valuelist if value in KEYS]

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 -- WTForms' own type
        """Want one key at least."""
        if not self.data:
            raise ValidationError(_("The ranking needs at least one criterion."))

    @property
    def said(self) -> Sequence[str]:
        """Each key in words."""
        return [i18n.say(sentence) for sentence in self.rule(shares=False).lines()]

    @property
    def free(self) -> list[tuple[str, str]]:
        """The keys that may still be added, with their words."""
        used = {value.partition(":")[0] for value in self.data or []}
        added = [value for value in USUAL if value.partition(":")[0] not in used]
        return [(value, i18n.say(ranking.read([_entry(value)]).lines()[0])) for value in added]

    def rule(self, *, shares: bool) -> RankingRule:
        """Return the rule that the field holds."""
        entries = [_entry(value) for value in self.data or []]
        return ranking.read([*entries, {"key": "shared"}] if shares else entries)

    def move(self, place: int, by: int) -> None:
        """Let the key at `place` change places with its neighbour."""
        keys = list(self.data or [])
        if 0 <= place < len(keys) and 0 <= place + by < len(keys):
            keys[place], keys[place + by] = keys[place + by], keys[place]
        self.data = keys

    def cut(self, place: int) -> None:
        """Let a time count to the second, or to the last digit again."""
        keys = list(self.data or [])
        if 0 <= place < len(keys) and self.is_time(keys[place]):
            value = keys[place]
            keys[place] = value.removesuffix(_CUT) if value.endswith(_CUT) else value + _CUT
        self.data = keys

    @staticmethod
    def is_time(value: str) -> bool:
        """Say whether a key is a time, which may count to the second."""
        return value.partition(":")[0] in {key.value for key in ranking.TIMES}

    def drop(self, place: int) -> None:
        """Take a key out."""
        self.data = [value for at, value in enumerate(self.data or []) if at != place]

    def add(self, value: str) -> None:
        """Put a key at the end; nothing happens for one that is there."""
        if value in dict(self.free):
            self.data = [*(self.data or []), value]


def _entry(value: str) -> dict[str, object]:
    key, _colon, direction = value.partition(":")
    return {
        "key": key,
        "direction": direction.removesuffix(_CUT),
        "whole_seconds": direction.endswith(_CUT),
    }


def ranking_values(rule: RankingRule) -> list[str]:
    """Return a rule as the field holds it."""
    return [
        f"{ranked.key.value}:{ranked.direction.value}{_CUT if ranked.whole_seconds else ''}"
        for ranked in rule.keys
    ]


_CUT = ":s"
USUAL = [value for key in Key for value in ranking_values(ranking.natural(key))]
KEYS = frozenset(
    f"{key.value}:{way}{cut}"
    for key in Key
    for way in ("asc", "desc")
    for cut in (("", _CUT) if key in ranking.TIMES else ("",))
)
