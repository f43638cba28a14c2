from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import course_to_administer
from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from questions.models import MaterialChange
from trends.dashboards.effects import effects_of

# No page of trends shows more changes.
_MOST = 50


@dataclass(frozen=True, slots=True)
class _Chip:
    """A change beside a topic, and what became of the asks."""

    topic_id: int
    change: MaterialChange
    words: str


@audience(Audience.COURSE_ADMIN)
@require_safe
def trends_effects(request: HtmxRequest, slug: str) -> HttpResponse:
    """Say beside the topics of the trends whether their changes helped.

    The page shows the changes without it, and asks for the words when it is there: they cost as much as the page.
    """
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    pairs = [pair.partition("-")[::2] for pair in request.GET.getlist("change")[:_MOST]]
    ids = [(as_id(topic), as_id(change)) for topic, change in pairs]
    wanted = [(topic, change) for topic, change in ids if topic is not None and change is not None]
    changes = MaterialChange.objects.filter(course=course, pk__in={change for _, change in wanted})
    found = {change.pk: change for change in changes}
    effects = effects_of(found.values(), now)
    chips = [
        _Chip(topic, found[change], effects[change].words) for topic, change in wanted if change in found
    ]
    return render(request, "trends/trends_effects.html", {"chips": chips})
