from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from groups.models import Enrolment
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.reviews import group_to_request_in
from tracker.actions.reviews import ReviewError, is_reciprocal, request_review
from tracker.forms.reviews import ReviewRequestForm
from tracker.models import CodeReview


@audience(Audience.STUDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def review_request(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Ask somebody of the group to review code; what stands against it is said beside the field."""
    now = timezone.now()
    user = signed_in(request)
    access, author = group_to_request_in(user, group_id, now)
    form = ReviewRequestForm(
        request.POST or None, group=access.group, author_id=author.pk, initial=request.GET.dict()
    )
    if form.is_valid():
        try:
            review = request_review(group=access.group, author=author, by=user, at=now, **form.cleaned_data)
        except ReviewError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(
                request, f"{review.reviewer.person} is asked to review your code for {review.milestone}."
            )
            _warn_of_reciprocity(request, review, author)
            return redirect(review)
    context = {"form": form, "group": access.group, "is_closed": access.group.cohort.is_closed(access.today)}
    return render(request, "tracker/review_request.html", context, status=status_of(form))


def _warn_of_reciprocity(request: HtmxRequest, review: CodeReview, author: Enrolment) -> None:
    if is_reciprocal(author=author, reviewer=review.reviewer, milestone=review.milestone):
        messages.warning(
            request,
            f"You review {review.reviewer.person}’s code for {review.milestone} too. In a group of two that cannot be"
            " helped; in a larger one everybody reads other code than that of their own reviewer.",
        )
