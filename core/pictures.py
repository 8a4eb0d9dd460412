"""Pictures that people upload: checked by their header, decoded, and encoded anew."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.archives import FileRefused
from core.text import N_

if TYPE_CHECKING:
    from PIL.Image import Image

MEGABYTE = 1024 * 1024
MOST_BYTES = 5 * MEGABYTE
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 1600
_PNG, _JPEG, _WEBP, _GIF = "PNG", "JPEG", "WEBP", "GIF"
_QUALITY = 85
# A drawing is small as PNG; what is larger than this is a photograph and better as JPEG.
_LARGE_PNG = MEGABYTE

TOO_LARGE = N_("The picture is larger than %(megabytes)s MB.")
TOO_MANY_PIXELS = N_(
    "The picture has %(width)s × %(height)s pixels; at most %(most)s million are taken."
)
SVG = N_("Drawings of the kind SVG can hold programs and are not taken. Save it as PNG.")
OTHER = N_("Only pictures of the kinds PNG, JPEG, WebP and GIF are taken.")
DAMAGED = N_("The picture is damaged or is not what its name says.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is served."""

    mime: str
    content: bytes
    width: int
    height: int


def kind_of(content: bytes) -> str | None:
    """Return the kind of picture that the first bytes say, or None."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if content.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _GIF
    return _WEBP if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


def is_svg(content: bytes) -> bool:
    """Say whether the content is a drawing in SVG."""
    return b"<svg" in content[:4096].lower()


def size_of(content: bytes) -> tuple[int, int]:
    """Return width and height as the header says, nothing decoded.

    Raise `FileRefused` for a kind that is not taken, or beyond the limits.
    """
    opened = _open(content)
    return opened.width, opened.height


def encode(content: bytes) -> Picture:
    """Return the picture encoded anew: upright, without what it said besides, not too large.

    Only the first frame of one that moves is kept. Raise `FileRefused`.
    """
    opened = _open(content)
    try:
        return _encoded(opened)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as broken:
        raise FileRefused(DAMAGED) from broken


def _open(content: bytes) -> "Image":
    from PIL import Image

    if len(content) > MOST_BYTES:
        raise FileRefused(TOO_LARGE, megabytes=MOST_BYTES // MEGABYTE)
    kind = kind_of(content)
    if kind is None:
        raise FileRefused(SVG if is_svg(content) else OTHER)
    # The header's size is looked at here, in our own words.
    Image.MAX_IMAGE_PIXELS = None
    try:
        opened = Image.open(io.BytesIO(content), formats=[kind])
    except (OSError, ValueError, SyntaxError, EOFError) as broken:
        raise FileRefused(DAMAGED) from broken
    if opened.width * opened.height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise FileRefused(TOO_MANY_PIXELS, width=opened.width, height=opened.height, most=most)
    return opened


def _encoded(opened: "Image") -> Picture:
    from PIL import ImageOps

    kind = opened.format
    if kind == _JPEG:
        opened.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    opened.load()
    plain = _plain(ImageOps.exif_transpose(opened))
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    has_alpha = plain.mode == "RGBA"
    made = b"" if kind == _JPEG else _saved(plain, _PNG)
    if not has_alpha and (kind == _JPEG or len(made) > _LARGE_PNG):
        return Picture("image/jpeg", _saved(plain, _JPEG), plain.width, plain.height)
    return Picture("image/png", made, plain.width, plain.height)


def _plain(image: "Image") -> "Image":
    """Return the pixels alone, in a mode that every kind can hold."""
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L")
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info = {}
    return plain


def _saved(image: "Image", kind: str) -> bytes:
    target = io.BytesIO()
    if kind == _JPEG:
        image.save(target, kind, quality=_QUALITY, optimize=True)
    else:
        image.save(target, kind, optimize=False)
    return target.getvalue()
