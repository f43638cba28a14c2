from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.relations import RelationKind, relations_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.dashboards.privacy import looks_at_week_of, sessions_of


@audience(Audience.PERSON)
@require_safe
def privacy(request: HtmxRequest) -> HttpResponse:
    person = signed_in(request)
    relations = relations_of(person, timezone.now())
    groups = [row.group for row in relations.open(RelationKind.STUDIES)]
    context = {
        "group": groups[0] if len(groups) == 1 else None,
        "has_studied": bool(relations.stays),
        "leads": any(row.kind is not RelationKind.STUDIES for row in relations),
        "looks": looks_at_week_of(person),
        "sessions": sessions_of(person),
    }
    return render(request, "tracker/privacy.html", context)
