from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.relations import RelationKind, relations_of
from lib.documents import read_document
from people.access import Audience, audience, signed_in

# A page for each, from docs/for-<name>.md, and who is led to it.
PAGES = {
    "students": ("Students", RelationKind.STUDIES),
    "mentors": ("Mentors", RelationKind.MENTORS),
    "course-admins": ("Course admins", RelationKind.ADMINISTERS),
}


@audience(Audience.PERSON)
@require_safe
def help_home(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to the page for what the person does most: to administer, to mentor, to study."""
    relations = relations_of(signed_in(request), timezone.now())
    page = next((page for page, (_, kind) in reversed(PAGES.items()) if relations.open(kind)), "students")
    return redirect("groups:help-page", page)


@audience(Audience.PERSON)
@require_safe
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    if page not in PAGES:
        raise Http404
    title, html = read_document(f"for-{page}")
    tabs = [
        {"label": label, "url": reverse("groups:help-page", args=[name]), "is_current": name == page}
        for name, (label, _) in PAGES.items()
    ]
    return render(request, "document.html", {"title": title, "html": html, "tabs": tabs})
