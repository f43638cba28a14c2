from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import group_to_lead
from lib.ids import as_id
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.reviews import review_to_nudge, ring_to_drop
from tracker.actions.review_rings import drop_ring, nudge, suggest_reviewers
from tracker.actions.reviews import ReviewError


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def ring_suggest(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    group = group_to_lead(user, group_id, now).group
    milestone_id = as_id(request.POST.get("milestone", ""))
    milestone = get_object_or_404(group.cohort.course.milestones, pk=milestone_id)
    try:
        ring = suggest_reviewers(group=group, milestone=milestone, by=user, at=now)
    except ReviewError as error:
        messages.error(request, str(error))
    else:
        undo_url = reverse("tracker:ring-drop", args=[ring.pk])
        messages.success(request, with_undo(request, f"Reviewers at {milestone} are suggested.", undo_url))
    return redirect(f"{group.get_absolute_url()}#reviews")


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def ring_drop(request: HtmxRequest, ring_id: int) -> HttpResponse:
    ring = ring_to_drop(signed_in(request), ring_id, timezone.now())
    drop_ring(ring=ring)
    messages.success(request, f"No reviewers are suggested at {ring.milestone}.")
    return redirect(f"{ring.group.get_absolute_url()}#reviews")


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def review_nudge(request: HtmxRequest, review_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    review = review_to_nudge(user, review_id, now).review
    try:
        nudge(review=review, by=user, at=now)
    except ReviewError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{review.reviewer.person} is reminded by e-mail.")
    return redirect(review)
