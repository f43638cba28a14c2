from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from groups.models import Enrolment
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from lib.text import ended_once
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.models import User
from people.saved_once import saved_once
from tracker.access.reviews import (
    ReviewAccess,
    group_to_request_in,
    review_to_hand_in,
    review_to_judge,
    review_to_nudge,
    review_to_read,
)
from tracker.actions.reviews import (
    ReviewError,
    approve,
    ask_for_changes,
    correct_request,
    hand_in_again,
    is_reciprocal,
    nudge,
    request_review,
    undo_judgement,
    withdraw_request,
)
from tracker.dashboards.review_detail import review_events
from tracker.dashboards.review_list import review_list as reviews_of
from tracker.forms.reviews import (
    ApproveForm,
    ChangesForm,
    CorrectForm,
    HandInForm,
    JudgeForm,
    ReviewRequestForm,
)
from tracker.models import CodeReview


@audience(Audience.PERSON)
@require_safe
def review_list(request: HtmxRequest) -> HttpResponse:
    reviews = reviews_of(person=signed_in(request), now=timezone.now(), page=request.GET.get("page"))
    return render(request, "tracker/review_list.html", {"reviews": reviews})


@audience(Audience.STUDENT)
@form_page
@saved_once
def review_request(request: HtmxRequest, group_id: int) -> HttpResponse:
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
            text = f"{review.reviewer.person} was asked to review your code for {review.milestone}."
            messages.success(request, ended_once(text))
            _warn_of_reciprocity(request, review, author)
            return redirect(review)
    cohort = access.group.cohort
    context = {
        "form": form,
        "group": access.group,
        "is_closed": cohort.is_closed(access.today),
        "has_none": not cohort.course.has_code_reviews,
    }
    return render(request, "tracker/review_request.html", context, status=status_of(form))


def _warn_of_reciprocity(request: HtmxRequest, review: CodeReview, author: Enrolment) -> None:
    if is_reciprocal(author=author, reviewer=review.reviewer, milestone=review.milestone):
        messages.warning(
            request,
            f"You review {review.reviewer.person}’s code for {review.milestone} too. In a group of two that is"
            " fine; in a larger group, no two people should review each other.",
        )


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def review_detail(request: HtmxRequest, review_id: int) -> HttpResponse:
    return _review_page(request, review_to_read(signed_in(request), review_id, timezone.now()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTransition:
    """What one form of the review page does. `form_name` is what the template calls the form."""

    fetch: Callable[[User, int, datetime], ReviewAccess]
    form: type[JudgeForm | HandInForm]
    form_name: str
    action: Callable[..., CodeReview]
    message: str
    can_undo: bool = False


APPROVE = ReviewTransition(
    fetch=review_to_judge,
    form=ApproveForm,
    form_name="judge_form",
    action=approve,
    message="{review.milestone} of {review.author.person} is approved.",
    can_undo=True,
)
ASK_FOR_CHANGES = ReviewTransition(
    fetch=review_to_judge,
    form=ChangesForm,
    form_name="judge_form",
    action=ask_for_changes,
    message="You asked {review.author.person} for changes to {review.milestone}.",
    can_undo=True,
)
HAND_IN = ReviewTransition(
    fetch=review_to_hand_in,
    form=HandInForm,
    form_name="hand_in_form",
    action=hand_in_again,
    message="{review.milestone} was resubmitted to {review.reviewer.person}.",
)
CORRECT = ReviewTransition(
    fetch=review_to_hand_in,
    form=CorrectForm,
    form_name="correct_form",
    action=correct_request,
    message="Your request to {review.reviewer.person} is saved.",
)


@audience(Audience.STUDENT)
@require_POST
@saved_once
def review_change(request: HtmxRequest, review_id: int, *, transition: ReviewTransition) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = transition.fetch(user, review_id, now)
    form = transition.form(request.POST)
    if not form.is_valid():
        return _review_page(request, access, **{transition.form_name: form})
    try:
        review = transition.action(review=access.review, by=user, at=now, **form.to_save())
    except ReviewError as error:
        if error.field:
            form.add_error(error.field, str(error))
            return _review_page(request, access, **{transition.form_name: form})
        messages.error(request, str(error))
        return redirect(access.review)
    message = ended_once(transition.message.format(review=review))
    if transition.can_undo:
        message = with_undo(request, message, reverse("tracker:review-undo", args=[review.pk]))
    messages.success(request, message)
    return redirect(review)


@audience(Audience.STUDENT)
@require_POST
def review_undo(request: HtmxRequest, review_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    review = review_to_judge(user, review_id, now).review
    try:
        undo_judgement(review=review, by=user, at=now)
    except ReviewError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"Undone: {review.milestone} of {review.author.person} waits for your review."
        )
    return redirect(review)


@audience(Audience.STUDENT)
@require_POST
@saved_once
def review_withdraw(request: HtmxRequest, review_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    review = review_to_hand_in(user, review_id, now).review
    try:
        withdraw_request(review=review, by=user, at=now)
    except ReviewError as error:
        messages.error(request, str(error))
        # Another page of theirs may have withdrawn it meanwhile.
        return redirect(review if CodeReview.objects.filter(pk=review.pk).exists() else "tracker:review-list")
    message = f"Your request to {review.reviewer.person} is withdrawn."
    if review.group.cohort.course.has_code_reviews:
        query = {
            "milestone": review.milestone_id,
            "reviewer": review.reviewer_id,
            "url": review.url,
            "note": review.note if review.is_handed_in else "",
        }
        again = reverse("tracker:review-request", args=[review.group_id], query=query)
        message = format_html('{} <a href="{}">Ask again</a>', message, again)
    messages.success(request, message)
    return redirect("tracker:review-list")


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


def _review_page(request: HtmxRequest, access: ReviewAccess, **refused: forms.Form) -> HttpResponse:
    """Render a review; `refused` maps a form's template name to the form that could not be saved."""
    cohort = access.review.group.cohort
    wait = cohort.wait(access.review.changed_at, timezone.now(), days=cohort.course.review_days)
    context = {
        "access": access,
        "review": access.review,
        "wait": wait,
        "can_nudge": access.may_nudge and wait.is_over,
        "events": review_events(access.review),
        "notices": access.notices,
        "judge_form": JudgeForm(),
        "hand_in_form": HandInForm(initial={"url": access.review.url}),
        "correct_form": CorrectForm(initial={"url": access.review.url, "note": access.review.note}),
        **refused,
    }
    return render(request, "tracker/review_detail.html", context, status=422 if refused else 200)
