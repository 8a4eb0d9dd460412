"""PDF and pictures of pages from a template and values: the one place that calls Typst.

A template is a file of ours; what people typed reaches it as JSON and stays text, whatever
stands in it. The fonts are ours too (core/fonts), so that every machine sets the same pages.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

_Form = Literal["pdf", "png"]
FONTS = Path(__file__).parent / "fonts"
NICENESS = 10
_ROOT = Path(__file__).resolve().parent.parent
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from core import typesetting; typesetting.serve()"
)
_OUT = "pages"


class TypesettingFailed(Exception):  # noqa: N818 -- the fault of a template of ours
    """Typst could not set a template; it says why."""


def pdf(
    template: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the PDF of a template with these values.

    `pictures` are files by the name under which the template asks for them. The template may
    import the other `.typ` files of its folder.
    """
    return _compile(template, values, pictures or {}, form="pdf")[0]


def pages(
    template: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> list[bytes]:
    """Return every page as a PNG, fine enough for a screen."""
    return _compile(template, values, pictures or {}, form="png")


def _compile(
    template: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes], *, form: _Form
) -> list[bytes]:
    """Set the pages in a child process: what Typst keeps for the next time is hundreds of MB."""
    with tempfile.TemporaryDirectory(prefix="chungtay-") as folder:
        root = Path(folder)
        for source in template.parent.glob("*.typ"):
            (root / source.name).write_bytes(source.read_bytes())
        for name, content in pictures.items():
            (root / Path(name).name).write_bytes(content)
        order = {"root": folder, "template": template.name, "form": form, "values": values}
        done = subprocess.run(  # noqa: S603 -- our own interpreter, our own code
            [sys.executable, "-I", "-B", "-c", _START, str(_ROOT)],
            input=json.dumps(order, ensure_ascii=False).encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise TypesettingFailed(done.stderr.decode(errors="replace")[-2000:])
        pages_ = sorted(root.glob(f"{_OUT}*.{form}"), key=lambda path: (len(path.name), path.name))
        return [path.read_bytes() for path in pages_]


def serve() -> None:
    """Be the child: take the order from standard input, leave the pages in its folder."""
    import typst

    # Whoever waits for a page or an answer goes first.
    os.nice(NICENESS)
    order = json.loads(sys.stdin.buffer.read())
    root = Path(order["root"])
    form: _Form = order["form"]
    typst.compile(
        str(root / order["template"]),
        output=str(root / (f"{_OUT}.pdf" if form == "pdf" else f"{_OUT}{{p}}.png")),
        root=str(root),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format=form,
        ppi=110.0 if form == "png" else None,
        sys_inputs={"values": json.dumps(order["values"], ensure_ascii=False)},
    )
