"""Finding the unit that somebody named, whatever the spelling, and the nearest one otherwise."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.saying import Sentence, Unreadable
from core.text import N_, lenient_search_key

_SHORT = {
    "p": "phuong",
    "x": "xa",
    "tt": "thi tran",
    "tp": "thanh pho",
    "tx": "thi xa",
    "h": "huyen",
    "bmt": "buon ma thuot",
    "ub": "uy ban",
    "ubnd": "uy ban nhan dan",
    "mttq": "mat tran to quok",
}
_NEAREST = 3
_CUTOFF = 0.6


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """What a sheet may call a unit by."""

    code: str
    name: str
    context: str = ""

    @property
    def full_name(self) -> str:
        """Return the name with what tells it from others of its name."""
        return f"{self.name}, {self.context}" if self.context else self.name


class Directory:
    """The units a sheet may name, on the day the sheet is about."""

    def __init__(self, units: Iterable[NamedUnit]) -> None:
        self._by_code = {unit.code.casefold(): unit for unit in units}
        self._by_key: dict[str, list[NamedUnit]] = {}
        for unit in self._by_code.values():
            for key in {_key(unit.name), _key(unit.full_name)}:
                self._by_key.setdefault(key, []).append(unit)
        self._answers: dict[str, NamedUnit | Sentence] = {}

    def by_code(self, code: str) -> NamedUnit:
        """Return the unit with that code. Raise `Unreadable`."""
        if unit := self._by_code.get(code.casefold()):
            return unit
        raise Unreadable(Sentence(N_("There is no unit with the code %(code)s."), {"code": code}))

    def name_of(self, code: str | None) -> str:
        """Return what the unit of that code is called, for people; nothing where there is none."""
        unit = self._by_code.get((code or "").casefold())
        return unit.name if unit else code or ""

    def by_name(self, name: str) -> NamedUnit:
        """Return the unit that is called so. Raise `Unreadable` with the nearest names."""
        if name not in self._answers:
            self._answers[name] = self._look_up(name)
        answer = self._answers[name]
        if isinstance(answer, Sentence):
            raise Unreadable(answer)
        return answer

    def _look_up(self, name: str) -> NamedUnit | Sentence:
        key = _key(name)
        place = key.removeprefix("uy ban nhan dan ")
        found = self._by_key.get(key) or self._by_key.get(place) or []
        if len(found) == 1:
            return found[0]
        if found:
            return Sentence(
                N_("“%(name)s” can be any of these: %(units)s. Give the unit code."),
                {"name": name, "units": "; ".join(f"{u.full_name} ({u.code})" for u in found)},
            )
        near = difflib.get_close_matches(place, self._by_key, n=_NEAREST, cutoff=_CUTOFF)
        names = list(dict.fromkeys(unit.full_name for k in near for unit in self._by_key[k]))
        if not names:
            return Sentence(N_("There is no unit called “%(name)s”."), {"name": name})
        return Sentence(
            N_("There is no unit called “%(name)s”. Nearest: %(units)s."),
            {"name": name, "units": "; ".join(names[:_NEAREST])},
        )


def _key(name: str) -> str:
    name = re.sub(r"(?i)\b(tp|tx|tt|p|x|h)\.", r"\1 ", name)
    words = lenient_search_key(name).split()
    return " ".join(_SHORT.get(word, word) if len(words) > 1 else word for word in words)
