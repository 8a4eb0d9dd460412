"""The catalogs compiled: `python -m core.catalogs` writes a .mo beside each .po."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent / "translations"


def compile_catalogs(folder: Path = HERE) -> list[Path]:
    """Compile the catalogs that are newer than what was compiled from them; return those."""
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as read, target.open("wb") as written:
            write_mo(written, read_po(read, locale=source.parts[-3]))
        made.append(target)
    return made


if __name__ == "__main__":
    compile_catalogs()
