"""Sounds that people upload: decoded piece by piece within limits, and encoded anew."""

import io
from dataclasses import dataclass
from typing import Any

from core.archives import FileRefused
from core.text import N_

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_SECONDS = 600
# What MP3 can carry; others are brought to the last.
_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 48000, 44100)
_BLOCK = 48_000
_HIGHEST_RATE = 192_000
_STEREO = 2

TOO_LARGE = N_("The sound is larger than %(megabytes)s MB.")
TOO_LONG = N_("The sound lasts longer than %(minutes)s minutes.")
OTHER = N_("Only sounds of the kinds WAV, MP3, OGG and FLAC are taken.")
DAMAGED = N_("The sound is damaged or is not what its name says.")


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound as it is served."""

    mime: str
    content: bytes
    duration_ms: int


def is_sound(content: bytes) -> bool:
    """Say whether the first bytes are those of a sound that is taken."""
    if content[:4] == b"RIFF":
        return content[8:12] == b"WAVE"
    if content.startswith((b"OggS", b"fLaC", b"ID3")):
        return True
    # The sign of a frame of MPEG audio: eleven bits set, a layer named.
    return len(content) > 1 and content[0] == 0xFF and content[1] & 0xE6 in (0xE2, 0xE4, 0xE6)


def encode(content: bytes) -> Sound:
    """Return the sound encoded anew, as MP3 where the library can, else as OGG, without its tags.

    Raise `FileRefused` for a kind that is not taken, or beyond the limits.
    """
    import soundfile  # noqa: PLC0415 -- slow

    if len(content) > MOST_BYTES:
        raise FileRefused(TOO_LARGE, megabytes=MOST_BYTES // MEGABYTE)
    if not is_sound(content):
        raise FileRefused(OTHER)
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as source:
            return _encoded(source)
    except (soundfile.SoundFileError, RuntimeError, ValueError, TypeError) as broken:
        raise FileRefused(DAMAGED) from broken


def _encoded(source: Any) -> Sound:  # noqa: ANN401 -- the library has no types
    import soundfile  # noqa: PLC0415 -- slow

    given = int(source.samplerate)
    if not 0 < given <= _HIGHEST_RATE:
        raise FileRefused(DAMAGED)
    is_mp3 = "MP3" in soundfile.available_formats()
    rate = given if given in _RATES else _RATES[-1]
    channels = source.channels if source.channels <= _STEREO else 1
    target, frames = io.BytesIO(), 0
    kind = {"format": "MP3", "subtype": "MPEG_LAYER_III"}
    if not is_mp3:
        kind = {"format": "OGG", "subtype": "VORBIS"}
    with soundfile.SoundFile(target, "w", rate, channels, **kind) as made:
        for block in source.blocks(_BLOCK, dtype="float32", always_2d=True):
            frames += len(block)
            if frames > MOST_SECONDS * given:
                raise FileRefused(TOO_LONG, minutes=MOST_SECONDS // 60)
            made.write(_fitted(block, channels, rate / given))
    if not frames:
        raise FileRefused(DAMAGED)
    mime = "audio/mpeg" if is_mp3 else "audio/ogg"
    return Sound(mime, target.getvalue(), frames * 1000 // given)


def _fitted(block: Any, channels: int, factor: float) -> Any:  # noqa: ANN401 -- arrays
    """Return a piece with as many channels, and as many samples a second, as are written."""
    import numpy

    if block.shape[1] > channels:
        block = block.mean(axis=1, keepdims=True)
    if factor == 1:
        return block
    size = max(1, round(len(block) * factor))
    places = numpy.linspace(0, len(block) - 1, size)
    known = numpy.arange(len(block))
    return numpy.stack([numpy.interp(places, known, one) for one in block.T], axis=1)
