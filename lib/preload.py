"""What Django loads when it is first asked for, loaded at the start.

An upgrade puts newer code into the folder, which the processes that still run cannot take.
"""

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.engine import Engine
from django.urls import reverse

# What pages never import: commands, migrations, other settings.
_NOT_OF_PAGES = {"management", "migrations", "settings", "test_settings", "wsgi"}


def load_pages() -> None:
    """Load all modules, URLs, templates and names of static files that pages need."""
    ours = [app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()]
    for app in [*ours, "lib", "config"]:
        for module in walk_packages([str(settings.BASE_DIR / app)], f"{app}."):
            if not _NOT_OF_PAGES.intersection(module.name.split(".")):
                import_module(module.name)
    reverse("admin:index")
    staticfiles_storage.exists("staticfiles.json")
    engine = Engine.get_default()
    loaders: Any = engine.template_loaders
    for folder in [Path(folder) for loader in loaders for folder in loader.get_dirs()]:
        for path in [*folder.rglob("*.html"), *folder.rglob("*.txt")]:
            # Packages bring some that need apps which are not installed, and somebody may have left a file there.
            with suppress(TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError, OSError):
                engine.get_template(path.relative_to(folder).as_posix())
