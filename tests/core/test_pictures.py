"""Pictures that people upload: what is taken, what is refused by name, what is left of them."""

import importlib
import io
import struct
import time
import zlib

import pytest

from core import pictures, sandbox
from core.archives import FileRefused

Image = importlib.import_module("PIL.Image")
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def saved(image, kind, **more):
    target = io.BytesIO()
    image.save(target, kind, **more)
    return target.getvalue()


def chunk(name, content):
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def bomb(width, height):
    """A PNG of a few hundred bytes that says it has this many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def refusal(content):
    with pytest.raises(FileRefused) as refused:
        pictures.encode(content)
    return refused.value


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_of_each_kind_is_taken(kind):
    made = pictures.encode(saved(Image.new("RGB", (40, 20), "red"), kind))

    assert made.mime in ("image/png", "image/jpeg")
    assert (made.width, made.height) == (40, 20)
    assert Image.open(io.BytesIO(made.content)).size == (40, 20)


def test_a_large_picture_is_made_smaller():
    made = pictures.encode(saved(Image.new("RGB", (4000, 1000), "red"), "JPEG"))

    assert (made.width, made.height) == (1600, 400)


def test_a_picture_is_turned_upright_and_says_nothing_besides():
    tags = Image.Exif()
    tags[0x0112] = 6
    tags[0x010F] = "Máy ảnh của Hương"
    content = saved(Image.new("RGB", (40, 20), "red"), "JPEG", exif=tags)

    made = pictures.encode(content)

    assert (made.width, made.height) == (20, 40)
    assert not Image.open(io.BytesIO(made.content)).getexif()
    assert "Hương".encode() not in made.content


def test_what_is_transparent_stays_so():
    made = pictures.encode(saved(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "WEBP", lossless=True))

    assert made.mime == "image/png"
    assert Image.open(io.BytesIO(made.content)).mode == "RGBA"


def test_only_the_first_frame_of_what_moves_is_kept():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    content = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

    made = Image.open(io.BytesIO(pictures.encode(content).content))

    assert getattr(made, "n_frames", 1) == 1
    assert made.convert("RGB").getpixel((1, 1)) == (255, 0, 0)


def test_what_hides_behind_a_picture_is_gone():
    page = b"<script>alert(document.domain)</script>"

    made = pictures.encode(saved(Image.new("RGB", (8, 8), "red"), "GIF") + page)

    assert page not in made.content


def test_too_many_pixels_are_refused_by_name_before_anything_is_decoded():
    began = time.perf_counter()

    found = refusal(bomb(30_000, 30_000))

    assert (found.message, found.details["width"]) == (pictures.TOO_MANY_PIXELS, 30_000)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (SVG, pictures.SVG),
        (b"<html><body>", pictures.OTHER),
        (b"%PDF-1.7", pictures.OTHER),
        (b"", pictures.OTHER),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, pictures.DAMAGED),
        (saved(Image.effect_noise((60, 60), 50), "PNG")[:900], pictures.DAMAGED),
        (saved(Image.effect_noise((60, 60), 50), "JPEG")[:-200], pictures.DAMAGED),
        (bomb(50, 50), pictures.DAMAGED),
        (b"\xff\xd8\xff" + b"\0" * (6 * 1024 * 1024), pictures.TOO_LARGE),
    ],
)
def test_what_is_no_picture_is_refused_by_name(content, message):
    assert refusal(content).message == message


@pytest.mark.slow
def test_hostile_pictures_are_refused_in_a_child_within_seconds():
    began = time.perf_counter()

    answers = [
        sandbox.run("questions.formats.illustrated:encode_as_json", content, {})
        for content in (bomb(30_000, 30_000), SVG, bomb(5000, 5000)[:300])
    ]

    messages = [answer["refused"]["message"] for answer in answers]
    assert messages == [pictures.TOO_MANY_PIXELS, pictures.SVG, pictures.DAMAGED]
    assert time.perf_counter() - began < 30
