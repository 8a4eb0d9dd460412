"""PDF and pictures of pages from a template and values: the one place that calls Typst.

A template is a file of ours; what people typed reaches it as JSON and stays text, whatever
stands in it. The fonts are ours too (core/fonts), so that every machine sets the same pages.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

_Form = Literal["pdf", "png"]
FONTS = Path(__file__).parent / "fonts"


def pdf(
    template: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF of a template with these values.

    `pictures` are files by the name under which the template asks for them. The template may
    import the other `.typ` files of its folder.
    """
    content = _compile(template, values, pictures or {}, form="pdf")
    return content if isinstance(content, bytes) else content[0]


def pages(
    template: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> list[bytes]:
    """Return every page as a PNG, fine enough for a screen."""
    content = _compile(template, values, pictures or {}, form="png")
    return [content] if isinstance(content, bytes) else content


def _compile(
    template: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes], *, form: _Form
) -> bytes | list[bytes]:
    import typst

    with tempfile.TemporaryDirectory(prefix="chungtay-") as folder:
        root = Path(folder)
        for source in template.parent.glob("*.typ"):
            (root / source.name).write_bytes(source.read_bytes())
        for name, content in pictures.items():
            (root / Path(name).name).write_bytes(content)
        found: bytes | list[bytes] = typst.compile(
            str(root / template.name),
            root=str(root),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format=form,
            ppi=110.0 if form == "png" else None,
            sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        )
    return found
