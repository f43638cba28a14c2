"""What Django loads when it is first asked for, loaded at the start.

An upgrade puts newer code into the folder, which the processes that still run cannot take.
"""

from contextlib import suppress
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import TemplateSyntaxError
from django.template.engine import Engine
from django.urls import reverse


def load_pages() -> None:
    """Load all URLs with their views, the names of the static files, and all templates."""
    reverse("admin:index")
    staticfiles_storage.exists("staticfiles.json")
    engine = Engine.get_default()
    loaders: Any = engine.template_loaders
    for folder in [Path(folder) for loader in loaders for folder in loader.get_dirs()]:
        for path in folder.rglob("*.*"):
            # Packages bring some that need apps which are not installed.
            with suppress(TemplateSyntaxError):
                engine.get_template(path.relative_to(folder).as_posix())
