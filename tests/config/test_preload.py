"""What a process of the web server needs for its pages is loaded before it begins: later, newer code may lie there."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lib.preload import load_pages

TOP = Path(__file__).resolve().parents[2]
VARIABLES = {
    "SECRET_KEY": "a key that is long and has many different characters: 0123456789",
    "ALLOWED_HOSTS": "trefoil.example.org",
    "DATABASE_URL": "sqlite://:memory:",
}
# As `git pull` does: no template and no module of ours is what it was.
PROGRAM = """
import {loads}
import io, sys
from pathlib import Path
{load}
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.engine import Engine
from django.template.loaders.filesystem import Loader
from django.urls import resolve, reverse
def is_other(self, origin):
    raise AssertionError(f"read only now: {{origin}}")
Loader.get_contents = is_other
class Other:
    def find_spec(name, path=None, target=None):
        assert name.partition(".")[0] not in ("config", "lib", *ours), f"imported only now: {{name}}"
ours = {{app.name for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}}
sys.meta_path.insert(0, Other)
for app in [*ours, "lib", "config"]:
    for path in Path(app).rglob("*.py"):
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        if not {{"management", "migrations", "wsgi", "test_settings"}}.intersection(module.split(".")):
            assert module in sys.modules, f"not imported: {{module}}"
names = [path.relative_to("templates").as_posix() for path in Path("templates").rglob("*.*")]
assert len(names) > 400
for name in [*names, "admin/index.html", "bootstrap5/field.html", "django/forms/widgets/select.html"]:
    Engine.get_default().get_template(name)
assert resolve(reverse("tracker:my-groups"))
assert "_wrapped" in vars(staticfiles_storage) and type(vars(staticfiles_storage)["_wrapped"]) is not object
"""


def test_a_file_that_is_no_template_is_passed_over(tmp_path: Path, settings: Any) -> None:
    """As editors and other systems leave them."""
    (tmp_path / ".#week.html").symlink_to("nobody@host.123:1")
    (tmp_path / "gone.html").symlink_to("nowhere")
    (tmp_path / "latin.html").write_bytes(b"caf\xe9")
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]
    load_pages()


@pytest.mark.parametrize(
    ("loads", "load"),
    [
        ("config.wsgi", ""),
        ("django, lib.preload", "django.setup(); lib.preload.load_pages()"),
    ],
    ids=["web", "worker"],
)
def test_pages_are_loaded_before_the_first_request(loads: str, load: str) -> None:
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", PROGRAM.format(loads=loads, load=load)],
        cwd=TOP,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **VARIABLES},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
