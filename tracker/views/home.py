from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import running_cohorts
from groups.relations import RelationKind, relations_of
from people.access import Audience, audience, signed_in


@audience(Audience.PERSON)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send people to the page with their question: mentors first, then students, then course admins."""
    relations = relations_of(signed_in(request), timezone.now())
    if relations.open(RelationKind.MENTORS):
        return redirect("tracker:my-groups")
    if relations.open(RelationKind.STUDIES):
        return redirect("tracker:my-week")
    if relations.open(RelationKind.ADMINISTERS):
        cohorts = running_cohorts(relations)
        return (
            redirect("tracker:board", cohorts[0].pk) if len(cohorts) == 1 else redirect("groups:course-list")
        )
    return render(request, "tracker/home.html")
