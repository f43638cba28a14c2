from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.models import Enrolment
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.reviews import (
    ReviewAccess,
    group_to_request_in,
    review_to_hand_in,
    review_to_judge,
    review_to_read,
)
from tracker.actions.reviews import (
    ReviewError,
    approve,
    ask_for_changes,
    hand_in_again,
    is_reciprocal,
    request_review,
)
from tracker.dashboards.review_detail import review_events
from tracker.dashboards.review_list import review_list as list_of
from tracker.forms.reviews import ApproveForm, ChangesForm, HandInForm, ReviewRequestForm
from tracker.models import CodeReview


@audience(Audience.PERSON)
@require_safe
def review_list(request: HtmxRequest) -> HttpResponse:
    """Show the code reviews to give and to get, and all that the person may read."""
    reviews = list_of(person=signed_in(request), now=timezone.now(), page=request.GET.get("page"))
    return render(request, "tracker/review_list.html", {"reviews": reviews})


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


@audience(Audience.STUDENT)
@require_POST
def review_approve(request: HtmxRequest, review_id: int) -> HttpResponse:
    """Approve code as its reviewer."""
    now = timezone.now()
    user = signed_in(request)
    access = review_to_judge(user, review_id, now)
    form = ApproveForm(request.POST, prefix="approve")
    if form.is_valid():
        try:
            review = approve(review=access.review, by=user, at=now, **form.cleaned_data)
        except ReviewError as error:
            if not error.field:
                return go_on(request, access, str(error))
            form.add_error(error.field, str(error))
        else:
            messages.success(request, f"{review.milestone} of {review.author.person} is approved.")
            return redirect(review)
    return review_page(request, access, approve_form=form)


@audience(Audience.STUDENT)
@require_POST
def review_ask_for_changes(request: HtmxRequest, review_id: int) -> HttpResponse:
    """Say as the reviewer what should be changed."""
    now = timezone.now()
    user = signed_in(request)
    access = review_to_judge(user, review_id, now)
    form = ChangesForm(request.POST, prefix="changes")
    if form.is_valid():
        try:
            review = ask_for_changes(review=access.review, by=user, at=now, **form.cleaned_data)
        except ReviewError as error:
            if not error.field:
                return go_on(request, access, str(error))
            form.add_error(error.field, str(error))
        else:
            messages.success(request, f"{review.author.person} is asked for changes to {review.milestone}.")
            return redirect(review)
    return review_page(request, access, changes_form=form)


@audience(Audience.STUDENT)
@require_POST
def review_hand_in(request: HtmxRequest, review_id: int) -> HttpResponse:
    """Hand changed code in again."""
    now = timezone.now()
    user = signed_in(request)
    access = review_to_hand_in(user, review_id, now)
    form = HandInForm(request.POST)
    if form.is_valid():
        try:
            review = hand_in_again(review=access.review, by=user, at=now, **form.cleaned_data)
        except ReviewError as error:
            if not error.field:
                return go_on(request, access, str(error))
            form.add_error(error.field, str(error))
        else:
            messages.success(request, f"{review.milestone} is handed in again to {review.reviewer.person}.")
            return redirect(review)
    return review_page(request, access, hand_in_form=form)
