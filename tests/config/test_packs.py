import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from config.packs import PACKS

TOP = Path(__file__).resolve().parents[2]


def test_packs_hold_their_sources_in_order_and_change_with_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings
) -> None:
    settings.BASE_DIR = tmp_path
    monkeypatch.setitem(PACKS, "js/two.js", ("js/one.js", "js/other.js"))
    (tmp_path / "static/js").mkdir(parents=True)
    (tmp_path / "static/js/one.js").write_text("const name = 1;\n")
    for text in ("const name = 2;\n", "const name = 3;\n"):
        (tmp_path / "static/js/other.js").write_text(text)
        found = finders.find("js/two.js")
        assert isinstance(found, str)
        assert Path(found).read_text() == f"{{\nconst name = 1;\n}}\n\n{{\n{text}}}\n"


def test_every_script_and_stylesheet_is_in_a_pack_or_loaded_by_a_page() -> None:
    sources = {
        str(path.relative_to(TOP / "static"))
        for kind in ("css", "js")
        for path in TOP.glob(f"static/{kind}/*.*")
    }
    packed = {source for pack in PACKS.values() for source in pack}
    templates = "".join(path.read_text() for path in TOP.glob("templates/**/*.html"))
    loaded = set(re.findall(r"""static ['"]((?:css|js)/[^'"]+)['"]""", templates))
    assert packed | (loaded - PACKS.keys()) == sources
    assert packed.isdisjoint(loaded)
    assert PACKS.keys() <= loaded
