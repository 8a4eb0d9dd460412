"""Every setting: its name, default, meaning and check; read from the environment once."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# A site as browsers are told of it: its scheme, its host, and its port where it has an own one.
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")
ROOT = Path(__file__).resolve().parent.parent


class BadSettings(Exception):  # noqa: N818 -- a refusal, named as the others are
    """The environment holds settings that cannot be used; the message names each of them."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: the variable it is read from, what it means and how it is checked."""

    name: str
    default: str
    meaning: str
    read: Callable[[str], Any]


def _text(value: str) -> str:
    return value.strip()


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if not low <= number <= high:
            raise ValueError(f"must be from {low} to {high}")
        return number

    return read


def _switch(value: str) -> bool:
    if value not in {"on", "off"}:
        raise ValueError("must be on or off")
    return value == "on"


def _names(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _origins(value: str) -> tuple[str, ...]:
    sites = _names(value)
    wrong = [site for site in sites if not _ORIGIN.fullmatch(site)]
    if wrong:
        raise ValueError(f"no address of a site: {', '.join(wrong)}")
    return sites


def _folder(value: str) -> Path:
    path = Path(value)
    return path if path.is_absolute() else ROOT / path


SETTINGS = (
    Setting("INSTANCE", "instance", "Folder of the database, the secret and uploads.", _folder),
    Setting("DATABASE_URL", "", "Database; empty means SQLite in the instance folder.", _text),
    Setting("SECRET_KEYS", "", "Secrets, newest first; empty means a file made once.", _names),
    Setting("HOST", "127.0.0.1", "Address the server listens on.", _text),
    Setting("PORT", "8000", "Port the server listens on.", _number(1, 65535)),
    Setting("WORKERS", "2", "Number of web processes.", _number(1, 64)),
    Setting("THREADS", "24", "Requests that a web process answers at once.", _number(1, 200)),
    Setting("SENDERS", "512", "Bodies on their way that it waits for beside.", _number(4, 4096)),
    Setting("HTTPS", "off", "on when people reach the site by https.", _switch),
    Setting("TRUSTED_PROXIES", "0", "Number of reverse proxies in front.", _number(0, 5)),
    Setting("ALLOWED_HOSTS", "", "Host names answered to; empty means any.", _names),
    Setting("PROVINCE", "Đắk Lắk", "Name of the province, as pages and papers show it.", _text),
    Setting("CONTACT", "", "Line in the footer that says who helps and when.", _text),
    Setting("MAIL_URL", "", "smtp://user:password@host:port; empty means no mail.", _text),
    Setting("MAIL_FROM", "", "Sender of outgoing mail.", _text),
    Setting("CLOCK_REFERENCE", "", "NTP server (host or host:port); empty asks none.", _text),
    Setting("VALKEY_URL", "", "valkey://host:port/number; empty means none is asked.", _text),
    Setting("EMBED_SITES", "", "Sites (https://host) that may show boards in a frame.", _origins),
    Setting(
        "PAGES_LAST", "1", "Seconds that a board is kept before it is made anew.", _number(0, 60)
    ),
    Setting(
        "PRESENCE_DAYS",
        "30",
        "Days after a round until what watched attempts showed is erased.",
        _number(0, 3650),
    ),
    Setting(
        "BALLAST_MB", "64", "Megabytes of disk held back for when it is full.", _number(0, 4096)
    ),
    Setting("LOG_LEVEL", "INFO", "Lowest level that is logged.", _text),
    Setting(
        "DEMO",
        "off",
        "on loads the demo contest; its staff may do without a second factor.",
        _switch,
    ),
)


def read(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return every setting by name, checked, ready for `app.config`.

    Raise `BadSettings` naming every variable that is wrong, not only the first.
    """
    source = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    faults: list[str] = []
    for setting in SETTINGS:
        raw = source.get(f"CHUNGTAY_{setting.name}", setting.default)
        try:
            found[setting.name] = setting.read(raw)
        except ValueError as error:
            faults.append(f"CHUNGTAY_{setting.name}={raw!r}: {error}")
    if found.get("MAIL_URL") and not found.get("ALLOWED_HOSTS"):
        # A link in a mail leads to the host that the request named, whoever sent it.
        faults.append("CHUNGTAY_ALLOWED_HOSTS: must name the host when CHUNGTAY_MAIL_URL is set")
    if faults:
        raise BadSettings("; ".join(faults))
    return found


def complete(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the environment's settings with `overrides`, and what follows from them."""
    chosen = read() | dict(overrides)
    names = {setting.name for setting in SETTINGS}
    rest = {name: value for name, value in overrides.items() if name not in names}
    return chosen | derived(chosen) | rest


def derived(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the extensions want to be told, worked out from our own settings."""
    keys = tuple(settings["SECRET_KEYS"]) or _kept_secret(settings["INSTANCE"])
    https = settings["HTTPS"]
    return {
        "SECRET_KEYS": keys,
        "SECRET_KEY": keys[0],
        "SECRET_KEY_FALLBACKS": list(keys[1:]),
        # Forms opened before the secret changed can still be sent. The last of these signs.
        "WTF_CSRF_SECRET_KEY": list(reversed(keys)),
        "SQLALCHEMY_DATABASE_URI": settings["DATABASE_URL"]
        or f"sqlite:///{settings['INSTANCE'] / 'chungtay.db'}",
        "SESSION_NAME": "__Host-sid" if https else "sid",
        "SESSION_COOKIE_NAME": "__Host-ct" if https else "ct",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "vi",
    }


def make_secret(instance: Path) -> None:
    """Write the secret file of an installation that has none yet, readable by its owner only."""
    path = instance / "secret.key"
    if path.exists():
        return
    instance.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))


def _kept_secret(instance: Path) -> tuple[str]:
    """Return the secret of the instance folder, or one for this process only where none is kept."""
    path = instance / "secret.key"
    return (path.read_text().strip() if path.exists() else secrets.token_urlsafe(48),)
