"""A picture that somebody sent, written anew: what is kept are its pixels, and nothing else of the file.

So what hides behind them (places, dates, names, a second file) is gone. Its size is read in the header before anything
is decoded. docs/decisions/0050-pictures-in-the-database.md has what the largest takes.
"""

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

MOST_BYTES = 4_000_000
MOST_PIXELS = 25_000_000
# Pixels of the longer side.
LONGEST_SIDE = 1_600
_FORMATS = ("PNG", "JPEG", "WEBP")
TYPE = "image/webp"
# Letters of a screenshot stay sharp.
_QUALITY = 90
# The guard of Pillow itself, for what opens pictures elsewhere: it warns from here on, and refuses twice as many.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_TOO_LARGE = "This picture is larger than 4 MB. Make it smaller, or send the part of it that matters."
_EMPTY = "This file is empty."
_NO_PICTURE = "This file is not a picture that can be shown. Choose a PNG, JPEG or WebP file."
_TOO_MANY_PIXELS = "This picture has more than 25 million pixels. Make it smaller first."
_BROKEN = "This picture is broken, or part of it is missing. Save or take it again."


class PictureError(Exception):
    """The picture is refused; the message for people says why, or what to do."""


def written_anew(sent: IO[bytes]) -> tuple[bytes, int, int]:
    """Return its first frame as WebP, with its width and height: turned as it was taken, on white.

    Raises:
        PictureError: it is empty, no PNG, JPEG or WebP, too large, or broken.
    """
    # One byte more than it may have: of what follows nothing is read.
    content = sent.read(MOST_BYTES + 1)
    if not content:
        raise PictureError(_EMPTY)
    if len(content) > MOST_BYTES:
        raise PictureError(_TOO_LARGE)
    # Decoders raise whatever they meet: OSError, SyntaxError, ValueError, struct.error, EOFError, and more.
    try:
        picture = Image.open(BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_TOO_MANY_PIXELS) from error
    except Exception as error:
        raise PictureError(_NO_PICTURE) from error
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureError(_TOO_MANY_PIXELS)
    try:
        flat = _flat(picture)
    except Exception as error:
        raise PictureError(_BROKEN) from error
    file = BytesIO()
    flat.save(file, "WEBP", quality=_QUALITY)
    return file.getvalue(), *flat.size


def _flat(picture: Image.Image) -> Image.Image:
    """Decode it, make it small at once, then turn it, and put what is transparent on white."""
    # JPEG decodes at the size that is wanted, or a little more.
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if picture.mode.startswith("I"):
        # 16 bits for a shade of grey, of which 8 are shown.
        picture = picture.convert("I").point(lambda shade: shade / 256).convert("L")
    elif picture.mode not in ("RGB", "RGBA", "L"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    picture = ImageOps.exif_transpose(picture)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")
