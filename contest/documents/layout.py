"""How official documents are laid out: the table of the decree, read from one data file."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "layout.toml"
# What the Youth Union's guidance sets under its lines.
UNION_STARS, UNION_HYPHENS = "***", "-----"


@dataclass(frozen=True, slots=True)
class Measure:
    """A length, size or share: the range that is allowed, and what is used."""

    least: float
    most: float
    used: float

    @property
    def is_allowed(self) -> bool:
        """Whether what is used lies in the range."""
        return self.least <= self.used <= self.most


@cache
def measures() -> dict[str, Measure]:
    """Return every measure by its place in the file: “margins.left”, “sizes.text”."""
    return {
        f"{part}.{name}": Measure(**value)
        for part, values in _read().items()
        if isinstance(values, dict)
        for name, value in values.items()
        if isinstance(value, dict)
    }


def used(name: str) -> float:
    """Return what is used for a measure."""
    return measures()[name].used


def used_in(part: str) -> dict[str, float]:
    """Return what is used for all measures of a part by their names."""
    return {
        name.partition(".")[2]: one.used
        for name, one in measures().items()
        if name.startswith(f"{part}.")
    }


def sources() -> tuple[str, str]:
    """Return which documents the table follows: of the State, and of the Youth Union."""
    read = _read()
    return str(read["source"]), str(read["union"]["source"])


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))
