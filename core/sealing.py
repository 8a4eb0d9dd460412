"""Documents handed out before they may be read: encrypted so that a browser can open them.

AES-256 in Galois/Counter Mode, which every browser with WebCrypto knows; the text is compressed
first. What is bound to the document (`label`) must be named again to open it.
"""

import base64
import gzip
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BITS = 256
NONCE_BYTES = 12


def new_key() -> str:
    """Return a key for one document, as addresses and JSON carry it."""
    return _text(AESGCM.generate_key(bit_length=KEY_BITS))


def seal(document: str, key: str, label: str) -> bytes:
    """Return the document so that only the key opens it: a nonce, then what it was made into."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    packed = gzip.compress(document.encode(), mtime=0)
    return nonce + AESGCM(_bytes(key)).encrypt(nonce, packed, label.encode())


def unseal(sealed: bytes, key: str, label: str) -> str:
    """Return the document. Raise `cryptography.exceptions.InvalidTag` for another key or label."""
    nonce, packed = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    return gzip.decompress(AESGCM(_bytes(key)).decrypt(nonce, packed, label.encode())).decode()


def _text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _bytes(key: str) -> bytes:
    return base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
