"""How pages look to one person: the size of letters, the contrast, whether the clock is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, has_request_context, request
from markupsafe import Markup

from core import fastpath

# The attempt page reads and writes it, too: a choice made without network holds after a reload.
COOKIE = "view"
SIZES = ("100", "125", "150", "200")
THEMES = ("plain", "contrast", "stage")
TIMERS = ("shown", "hidden")


@dataclass(frozen=True, slots=True)
class View:
    """What one person has chosen; as one text it is `150.contrast.hidden`."""

    size: str = SIZES[0]
    theme: str = THEMES[0]
    timer: str = TIMERS[0]

    def __str__(self) -> str:
        return f"{self.size}.{self.theme}.{self.timer}"


PLAIN = View()


def read(text: str | None) -> View | None:
    """Return the view that a text says; None for anything that is none."""
    parts = (text or "").split(".")
    if len(parts) != len(View.__slots__):
        return None
    known = zip(parts, (SIZES, THEMES, TIMERS), strict=True)
    return View(*parts) if all(part in choices for part, choices in known) else None


def init_app(app: Flask, *, preferred: Callable[[], str | None] | None = None) -> None:
    """Give the templates `view`; `preferred` tells what an account keeps."""
    app.extensions["preferred_view"] = preferred or _nobodys
    app.jinja_env.globals.update(view=current, view_attributes=attributes)


def _nobodys() -> None:
    return None


def current() -> View:
    """Return the view of whoever reads this page: chosen on this machine, else for the account."""
    # A page kept ready for everybody looks the same to everybody.
    if not has_request_context() or fastpath.SHARED in request.environ:
        return PLAIN
    chosen = read(request.cookies.get(COOKIE))
    return chosen or read(current_app.extensions["preferred_view"]()) or PLAIN


def attributes() -> Markup:
    """Return what the page's root says of the view, to be written into its tag."""
    chosen = current()
    said = [
        Markup(' data-{}="{}"').format(name, getattr(chosen, name))
        for name in View.__slots__
        if getattr(chosen, name) != getattr(PLAIN, name)
    ]
    return Markup("").join(said)
