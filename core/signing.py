"""Keyed digests: tickets, receipts and codes that only this installation can have made."""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from flask import current_app


def _keys(purpose: str) -> tuple[bytes, ...]:
    return _derived(current_app.config["SECRET_KEYS"], purpose)


@lru_cache(maxsize=64)
def _derived(secrets: tuple[str, ...], purpose: str) -> tuple[bytes, ...]:
    label = f"chungtay {purpose}".encode()
    return tuple(hmac.digest(secret.encode(), label, "sha256") for secret in secrets)


def key_id(purpose: str) -> str:
    """Name the key that signs now: 8 hexadecimal digits that give nothing of it away."""
    return _named(_keys(purpose)[0])


@lru_cache(maxsize=64)
def _named(secret: bytes) -> str:
    return hashlib.sha256(b"id" + secret).hexdigest()[:8]


def mac(purpose: str, message: str, *, length: int = 16, key: str | None = None) -> str:
    """Return `length` hexadecimal digits over the message; `key` asks for the key of that id.

    Raise `KeyError` when no key of that id is kept.
    """
    for secret in _keys(purpose):
        if key is None or _named(secret) == key:
            return hmac.digest(secret, message.encode(), "sha256").hex()[:length]
    raise KeyError(key)


def macs(purpose: str, message: str, *, length: int = 16) -> list[str]:
    """Return the digits that each kept key makes, newest first, to find what an older one made."""
    return [
        hmac.digest(secret, message.encode(), "sha256").hex()[:length] for secret in _keys(purpose)
    ]


def seal(purpose: str, text: str) -> str:
    """Return the text so that only this installation can read it."""
    return _seals(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return what was sealed. Raise `cryptography.fernet.InvalidToken` when no key opens it."""
    return _seals(purpose).decrypt(sealed.encode()).decode()


def _seals(purpose: str) -> MultiFernet:
    keys = _keys(f"seal {purpose}")
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def sign(purpose: str, content: dict[str, Any]) -> str:
    """Return the content as one line of text that cannot be altered."""
    body = base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()
    return f"{body.rstrip('=')}.{mac(purpose, body, length=32)}"


def unsign(purpose: str, text: str) -> dict[str, Any] | None:
    """Return the content of a signed text, or nothing when any kept key did not make it."""
    if not text.isascii():
        return None
    body, _, given = text.partition(".")
    body += "=" * (-len(body) % 4)
    for secret in _keys(purpose):
        expected = hmac.digest(secret, body.encode(), "sha256").hex()[:32]
        if hmac.compare_digest(expected.encode(), given.encode()):
            content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body))
            return content
    return None
