"""The floor: a signed-in page of this project that renders 60 rows from constants, after the usual middleware.

Also the URLs while pages are measured: all of Trefoil's, and the floor.
"""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.http import require_safe

ROWS = tuple((f"Person {n}", f"Group {n // 3}", "on track", n) for n in range(60))
# Compiled once, as Django keeps every other template.
_TEMPLATE = engines["django"].from_string((Path(__file__).parent / "floor.html").read_text())


@require_safe
def floor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_TEMPLATE.render({"rows": ROWS}, request))


urlpatterns = [
    path("floor/", floor, name="floor"),
    path("", include("config.urls")),
]
