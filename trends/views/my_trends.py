from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import Course
from groups.relations import RelationKind, Relations, relations_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in


@audience(Audience.PERSON)
@require_safe
def my_trends(request: HtmxRequest) -> HttpResponse:
    """Lead to the trends of the course that the person administers or mentors in; with several, let them choose."""
    relations = relations_of(signed_in(request), timezone.now())
    courses = list(Course.objects.filter(pk__in=_course_ids(relations)).order_by("title", "pk"))
    if len(courses) == 1:
        return redirect("trends:trends", courses[0].slug)
    return render(request, "trends/my_trends.html", {"courses": courses})


def _course_ids(relations: Relations) -> set[int]:
    administered = {row.course_id for row in relations.open(RelationKind.ADMINISTERS)}
    mentored = {
        row.course_id
        for row in relations
        if row.kind is RelationKind.MENTORS and row.group_id and relations.mentored(row.group_id)
    }
    return administered | mentored
