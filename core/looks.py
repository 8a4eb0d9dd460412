"""What templates call to draw a page: icons and their sprite, figures, this page's address."""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Flask, g, request
from flask_babel import get_locale, gettext
from markupsafe import Markup

from core import figures
from core.clock import now

ICONS = Path(__file__).resolve().parent.parent / "static" / "img" / "icons.svg"
SYMBOL = re.compile(r'<symbol id="i-(\w+)".*?</symbol>', re.S)


@lru_cache(maxsize=1)
def symbols() -> dict[str, str]:
    """Return every symbol of the sprite by its name."""
    text = ICONS.read_text(encoding="utf-8")
    return {found[1]: found[0] for found in SYMBOL.finditer(text)}


def use_icons(*names: str) -> str:
    """Keep symbols in this page's sprite, for a script that will show them; print nothing.

    Raise `LookupError` for a name that the sprite does not have.
    """
    unknown = sorted(set(names) - symbols().keys())
    if unknown:
        raise LookupError(f"no icon {', '.join(unknown)}")
    if "icons" not in g:
        g.icons = set()
    g.icons.update(names)
    return ""


def icon(name: str, classes: str = "icon") -> Markup:
    """Draw an icon beside words that say the same: it is hidden from screen readers."""
    use_icons(name)
    drawn = f' class="{classes}"' if classes else ""
    return Markup(  # noqa: S704 -- names are checked against the sprite, classes are ours
        f'<svg{drawn} aria-hidden="true" focusable="false"><use href="#i-{name}"/></svg>'
    )


def sprite() -> Markup:
    """Return the symbols used so far on this page; a layout calls it last."""
    drawn = "".join(symbols()[name] for name in sorted(g.pop("icons", set())))
    return Markup(  # noqa: S704 -- our own file
        '<svg class="sr" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
        f"{drawn}</defs></svg>"
        if drawn
        else ""
    )


def here(**changes: object) -> str:
    """Return this page's address with its query changed; `None` takes a part out."""
    query = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    address = quote(request.script_root + request.path)
    return f"{address}?{urlencode(kept, doseq=True)}" if kept else address


def qr(text: str, label: str = "") -> Markup:
    """Draw a QR code named by what it leads to."""
    return figures.qr(text, label or gettext("QR code: %(text)s", text=text))


def init_app(app: Flask) -> None:
    """Give these functions to every template."""
    app.jinja_env.globals.update(
        get_locale=get_locale,
        here=here,
        icon=icon,
        now=now,
        qr=qr,
        spark=figures.spark,
        sprite=sprite,
        swatch=figures.swatch,
        tally=figures.tally,
        use_icons=use_icons,
        weave=figures.weave,
    )
