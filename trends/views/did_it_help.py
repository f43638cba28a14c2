from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lib.markdown import to_html
from people.access import Audience, audience


@audience(Audience.PERSON)
@require_safe
def did_it_help(request: HttpRequest) -> HttpResponse:
    """How it is worked out whether a change of the material helped: the document of the repository."""
    path = settings.BASE_DIR / "docs" / "did-it-help.md"
    if not path.exists():
        raise Http404
    _, _, body = path.read_text().partition("\n")
    # The page has the document's title as its own, so what stands below it moves up one.
    return render(request, "trends/did_it_help.html", {"html": to_html(body.replace("\n## ", "\n# "))})
