"""The real contests that come with the software as settings to start from."""

import tomllib
from functools import cache
from pathlib import Path

from contest.rules import preset
from contest.rules.preset import Preset

FILE = Path(__file__).parent / "data" / "presets.toml"


@cache
def every() -> tuple[Preset, ...]:
    """Return all presets in the order of their file."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["preset"]
    return tuple(preset.read(entry) for entry in entries)


def find(key: str) -> Preset | None:
    """Return the preset of that name."""
    return next((one for one in every() if one.key == key), None)
