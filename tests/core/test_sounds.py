"""Sounds that people upload: what is taken, what is refused by name, what is left of them."""

import importlib
import io

import pytest
import soundfile

from core import sounds
from core.archives import FileRefused

numpy = importlib.import_module("numpy")


def tone(kind, *, seconds=1.0, rate=8000, channels=1, subtype=None, **tags):
    wave = numpy.sin(numpy.arange(int(seconds * rate)) * 0.3) * 0.3
    target = io.BytesIO()
    many = numpy.stack([wave] * channels, axis=1)
    with soundfile.SoundFile(target, "w", rate, channels, format=kind, subtype=subtype) as made:
        for name, value in tags.items():
            setattr(made, name, value)
        made.write(many)
    return target.getvalue()


@pytest.mark.parametrize("kind", ["WAV", "MP3", "OGG", "FLAC"])
def test_a_sound_of_each_kind_is_taken(kind):
    made = sounds.encode(tone(kind))

    assert made.mime == "audio/mpeg"
    assert abs(made.duration_ms - 1000) < 200
    assert sounds.is_sound(made.content)


def test_a_sound_loses_its_tags_and_keeps_both_sides():
    content = tone("WAV", channels=2, artist="Nguyen Thi Huong")

    made = sounds.encode(content)

    assert b"Nguyen Thi Huong" in content
    assert b"Nguyen Thi Huong" not in made.content
    assert soundfile.SoundFile(io.BytesIO(made.content)).channels == 2


@pytest.mark.parametrize(("rate", "channels"), [(96_000, 1), (7000, 2), (44_100, 6)])
def test_a_sound_of_unusual_make_is_brought_to_what_browsers_play(rate, channels):
    made = sounds.encode(tone("WAV", seconds=0.5, rate=rate, channels=channels))

    opened = soundfile.SoundFile(io.BytesIO(made.content))
    assert opened.samplerate == 44_100
    assert opened.channels == (channels if channels <= 2 else 1)
    assert made.duration_ms == 500


def test_a_sound_that_lasts_too_long_is_refused_by_name():
    content = tone("FLAC", seconds=601)

    with pytest.raises(FileRefused) as refused:
        sounds.encode(content)

    assert refused.value.message == sounds.TOO_LONG


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<svg onload='alert(1)'/>", sounds.OTHER),
        (b"", sounds.OTHER),
        (b"OggS" + b"\0" * 100, sounds.DAMAGED),
        (b"RIFF\xff\xff\xff\xffWAVEfmt ", sounds.DAMAGED),
        (tone("FLAC")[:40], sounds.DAMAGED),
        (b"fLaC" + b"\0" * (11 * 1024 * 1024), sounds.TOO_LARGE),
    ],
)
def test_what_is_no_sound_is_refused_by_name(content, message):
    with pytest.raises(FileRefused) as refused:
        sounds.encode(content)

    assert refused.value.message == message
