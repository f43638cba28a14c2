"""Files that people send as pictures."""

from io import BytesIO
from typing import Any

from PIL import Image


def picture_file(
    kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any
) -> bytes:
    """A red picture of that kind; grey where its mode knows no red."""
    red = Image.new("RGB", size, "red")
    picture = Image.new(mode, size, 40_000) if mode.startswith("I") else red.convert(mode)
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def shown(content: bytes) -> Image.Image:
    """The kept picture, as a browser would show it."""
    picture = Image.open(BytesIO(content))
    picture.load()
    return picture


def is_red(picture: Image.Image, at: tuple[int, int] = (5, 5)) -> bool:
    red, green, blue = picture.convert("RGB").getpixel(at)  # type: ignore[misc]
    return bool(red > 240 and green < 20 and blue < 20)
