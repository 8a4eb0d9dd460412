"""Telling a person which browser a session belongs to, from what the browser says of itself."""

from core.saying import Sentence
from core.text import N_

_BROWSERS = (
    ("Zalo", "Zalo"),
    ("EdgA/", "Edge"),
    ("Edg/", "Edge"),
    ("coc_coc_browser", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def describe(agent: str) -> Sentence:
    """Return the browser and the system in words: Chrome on Android."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        values = {"browser": browser, "system": system}
        return Sentence(N_("%(browser)s on %(system)s"), values)
    if browser or system:
        return Sentence("%(name)s", {"name": browser or system})
    return Sentence(N_("Unknown browser"))
