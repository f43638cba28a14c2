"""Make static/vendor/inter-4.1 anew: `bin/font.py InterVariable.ttf` in a Python with fonttools and brotli.

The weights are those of pages, 400 to 600, the optical size that of running words, the letters those of `unicode-range`
in static/css/base.css. Letters of ASCII are kerned in the first file, which every page loads; all are in the second.
"""

import re
import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

TOP = Path(__file__).resolve().parent.parent
ASCII = "U+0020-007E"


def part(font: bytes, ranges: str, features: list[str]) -> TTFont:
    options = subset.Options(layout_features=features, desubroutinize=True)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=subset.parse_unicodes(ranges))
    whole = TTFont(BytesIO(font))
    cut.subset(whole)
    return reopened(whole)


def reopened(font: TTFont) -> TTFont:
    saved = BytesIO()
    font.save(saved)
    return TTFont(saved)


def make(source: str) -> None:
    font = BytesIO()
    instancer.instantiateVariableFont(TTFont(source), {"opsz": 14, "wght": (400, 600)}).save(font)
    css = (TOP / "static/css/base.css").read_text()
    for name, ranges in re.findall(
        r'url\("\.\./(vendor/[^"]+)"\).*?unicode-range:\s*([^;]+);', css, re.DOTALL
    ):
        is_extended = name.endswith("-ext.woff2")
        made = part(
            font.getvalue(), ranges, ["kern", "mark", "mkmk", "ccmp", "locl"] if is_extended else ["tnum"]
        )
        if not is_extended:
            kerned = part(font.getvalue(), ASCII, ["kern"])
            for table in ("GPOS", "GDEF"):
                kerned[table].ensureDecompiled()
                made[table] = kerned[table]
        made.flavor = "woff2"
        made.save(TOP / "static" / name)
        print(name, (TOP / "static" / name).stat().st_size)


if __name__ == "__main__":
    make(sys.argv[1])
