"""What pages always load together, as one file each.

Over HTTP/1.1 a browser fetches six files at a time, and on a phone each further round is a sixth of a second in which
nothing is seen. The sources stay as they are; a pack is found wherever static files are looked for.
"""

import atexit
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

PACKS = {
    "css/page.css": ("css/tokens.css", "css/base.css", "css/components.css", "css/pages.css"),
    "js/page.js": ("js/app.js", "js/messages.js", "js/swaps.js", "js/typed.js"),
    "js/sheet.js": ("js/grid.js", "js/live.js"),
}
# Of this process, and removed with it: no other reads half a file.
_FOLDER = TemporaryDirectory(prefix="trefoil-packs-")
atexit.register(_FOLDER.cleanup)
_WRITING = Lock()


class PackFinder(BaseFinder):
    def __init__(self, app_names: object = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(_FOLDER.name)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.written(path)] if path in PACKS else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in PACKS:
            self.written(name)
            yield name, self.storage

    def written(self, name: str) -> str:
        """Write the pack, if its sources have changed, and return its path."""
        file = Path(_FOLDER.name) / name
        sources = [(settings.BASE_DIR / "static" / source).read_text() for source in PACKS[name]]
        # A script has its names for itself.
        text = "\n".join(f"{{\n{source}}}\n" if name.endswith(".js") else source for source in sources)
        # A page asks for several at once.
        with _WRITING:
            if not file.exists() or file.read_text() != text:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text)
        return str(file)
