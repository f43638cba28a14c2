import re

from django.conf import settings
from django.http import Http404
from django.templatetags.static import static
from django.utils.safestring import SafeString
from PIL import Image

from lib.markdown import to_html


def read_document(name: str) -> tuple[str, SafeString]:
    """The title and the text of docs/<name>.md, for a page of Trefoil. 404 where the documents are not installed."""
    folder = settings.BASE_DIR / "docs"
    path = folder / f"{name}.md"
    if not path.exists():
        raise Http404
    title, _, body = path.read_text().partition("\n")
    pictures = {}
    for file in re.findall(r"\((img/[\w-]+\.png)\)", body):
        with Image.open(folder / file) as picture:
            pictures[static(f"docs/{file}")] = picture.size
        body = body.replace(f"({file})", f"({static(f'docs/{file}')})")
    # The page uses the document's title as its own, so the headings below move up one level.
    return title.removeprefix("# "), to_html(body.replace("\n## ", "\n# "), pictures)
