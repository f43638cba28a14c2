from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.reviews import ReviewAccess, review_to_read
from tracker.dashboards.review_detail import review_events
from tracker.forms.reviews import ApproveForm, ChangesForm, HandInForm


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def review_detail(request: HtmxRequest, review_id: int) -> HttpResponse:
    """Show a review and its history to the group, its mentors and the course admins."""
    return review_page(request, review_to_read(signed_in(request), review_id, timezone.now()))


def review_page(request: HtmxRequest, access: ReviewAccess, **refused: Any) -> HttpResponse:
    """Answer with the page of a review.

    Args:
        refused: the form that could not be saved, by its name in the template.
    """
    review = access.review
    context = {
        "access": access,
        "review": review,
        "events": review_events(review),
        "notices": access.notices,
        "approve_form": ApproveForm(prefix="approve"),
        "changes_form": ChangesForm(prefix="changes"),
        "hand_in_form": HandInForm(initial={"url": review.url}),
        **refused,
    }
    return render(request, "tracker/review_detail.html", context, status=422 if refused else 200)


def go_on(request: HtmxRequest, access: ReviewAccess, refusal: str) -> HttpResponse:
    """Say why a step cannot be taken any more, on the page as it is now."""
    messages.error(request, refusal)
    return redirect(access.review)
