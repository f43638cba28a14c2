import struct
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lib.pictures import LONGEST_SIDE, MOST_BYTES, MOST_PIXELS, PictureError, written_anew
from tests.pictures import is_red, picture_file, shown

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BLUE = Image.new("RGB", (40, 20), "blue")


def kept(content: bytes) -> Image.Image:
    return shown(written_anew(BytesIO(content))[0])


def header_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds next to nothing."""
    parts = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", parts), (b"IDAT", zlib.compress(b"\0")))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))
        for name, held in chunks
    )


@pytest.mark.parametrize(
    "content",
    [
        picture_file("PNG"),
        picture_file("JPEG"),
        picture_file("WEBP"),
        # The modes of printers, palettes and old scanners.
        picture_file("JPEG", mode="CMYK"),
        picture_file("PNG", mode="P"),
        picture_file("PNG", mode="RGBA"),
        # Of several frames the first.
        picture_file("PNG", save_all=True, append_images=[BLUE]),
        picture_file("WEBP", save_all=True, append_images=[BLUE]),
        # Data behind a picture in its file, or beside it, stays out.
        picture_file("PNG") + b"PK\x03\x04<script>alert(1)</script>",
    ],
    ids=["png", "jpeg", "webp", "cmyk", "palette", "alpha", "animated png", "animated webp", "polyglot"],
)
def test_what_is_sent_is_written_anew_as_webp(content: bytes) -> None:
    written, *size = written_anew(BytesIO(content))
    picture = shown(written)
    assert (picture.format, picture.mode, getattr(picture, "n_frames", 1)) == ("WEBP", "RGB", 1)
    assert tuple(size) == picture.size == (40, 20)
    assert is_red(picture)
    assert b"script" not in written


@pytest.mark.parametrize("mode", ["L", "LA", "1", "I;16"])
def test_shades_of_grey_stay(mode: str) -> None:
    before = 40_000 >> 8 if mode == "I;16" else 76
    shades = [kept(picture_file(mode=mode)).convert("L").getpixel((x, 5)) for x in range(40)]
    assert abs(sum(shades) / len(shades) - before) < 20


def test_what_is_transparent_is_white() -> None:
    clear = picture_file(
        "PNG", mode="P", transparency=Image.new("RGB", (1, 1), "red").convert("P").getpixel((0, 0))
    )
    for content in (clear, picture_file("PNG", mode="L", transparency=76)):
        assert kept(content).getpixel((5, 5)) == (255, 255, 255)


def test_it_is_turned_as_it_was_taken_and_says_no_more_where_that_was() -> None:
    said = Image.Exif()
    said[0x0112] = 6  # turned by 90 degrees
    said[0x010F] = "Camera of Ana"
    said.get_ifd(0x8825)[1] = "N"
    for kind in ("JPEG", "PNG", "WEBP"):
        sent = picture_file(kind, exif=said, icc_profile=b"a profile named Ana")
        content, *size = written_anew(BytesIO(sent))
        assert size == [20, 40]
        assert not {"exif", "icc_profile", "xmp", "comment"} & shown(content).info.keys()
        assert (b"Ana" in sent, b"Ana" in content) == (True, False)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_its_longer_side_is_1600_pixels_at_most(kind: str) -> None:
    assert written_anew(BytesIO(picture_file(kind, size=(3_000, 150))))[1:] == (LONGEST_SIDE, 80)


REFUSED: dict[str, tuple[Any, str]] = {
    "nothing": (b"", "empty"),
    "an SVG": (SVG, "PNG, JPEG or WebP"),
    "a GIF": (picture_file("GIF"), "PNG, JPEG or WebP"),
    "a TIFF": (picture_file("TIFF"), "PNG, JPEG or WebP"),
    "text": (b"\x89PNG but not really", "PNG, JPEG or WebP"),
    "half of one": (picture_file(size=(300, 300))[:-40], "broken"),
    "a header alone": (header_of(40, 20), "broken"),
    "100 megapixels": (header_of(10_000, 10_000), "25 million pixels"),
    "more than Pillow warns of": (header_of(5_001, 5_000), "25 million pixels"),
    "more bytes": (bytes(MOST_BYTES + 1), "larger than 4 MB"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_says_why(content: bytes, why: str) -> None:
    with pytest.raises(PictureError, match=why):
        written_anew(BytesIO(content))


def test_more_pixels_than_a_picture_may_have_are_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own limit holds where that of Pillow is another."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with pytest.raises(PictureError, match="25 million pixels"):
        written_anew(BytesIO(header_of(MOST_PIXELS + 1, 1)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_no_bytes_break_it(kind: str) -> None:
    whole = picture_file(kind, size=(60, 60))

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(st.integers(0, len(whole)), st.binary(max_size=12), st.integers(0, len(whole)))
    def send(at: int, other: bytes, end: int) -> None:
        with suppress(PictureError):
            written_anew(BytesIO((whole[:at] + other + whole[at + len(other) :])[:end]))

    send()
