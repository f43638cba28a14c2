from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from lib.editing import status_of
from lib.fields import say_beside
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.text import ended_once
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.progress import oneself_to_mark
from tracker.access.reviews import (
    ReviewAccess,
    review_to_hand_in,
    review_to_judge,
    review_to_read,
)
from tracker.actions.reviews import (
    approve,
    ask_for_changes,
    hand_in,
    request_review,
    undo_judgement,
    withdraw_request,
)
from tracker.dashboards.review_detail import review_story
from tracker.dashboards.review_list import review_list as reviews_of
from tracker.forms.reviews import HandInForm, JudgeForm, ReviewRequestForm
from tracker.models import CodeReview


@audience(Audience.PERSON)
@require_safe
def review_list(request: HtmxRequest) -> HttpResponse:
    reviews = reviews_of(person=signed_in(request), now=timezone.now(), address=request.GET)
    return render(request, "tracker/review_list.html", {"reviews": reviews})


@audience(Audience.STUDENT)
@form_page
@saved_once
def review_request(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    member = oneself_to_mark(user, group_id, now)
    access, author = member.access, member.enrolment
    form = ReviewRequestForm(
        request.POST or None, access=access, author_id=author.pk, initial=request.GET.dict()
    )
    if form.is_valid():
        with acting(request, form):
            review = request_review(group=access.group, author=author, by=user, at=now, **form.cleaned_data)
            text = f"{review.reviewer.person} was asked to review your code for {review.milestone}."
            messages.success(request, ended_once(text))
            return redirect(review)
    cohort = access.group.cohort
    context = {
        "form": form,
        "group": access.group,
        "is_closed": cohort.is_closed(access.today),
        "has_none": not cohort.course.has_code_reviews,
    }
    return render(request, "tracker/review_request.html", context, status=status_of(form))


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def review_detail(request: HtmxRequest, review_id: int) -> HttpResponse:
    return _review_page(request, review_to_read(signed_in(request), review_id, timezone.now()))


@audience(Audience.STUDENT)
@require_POST
@saved_once
def review_judge(request: HtmxRequest, review_id: int, *, approves: bool) -> HttpResponse:
    user = signed_in(request)
    access = review_to_judge(user, review_id, timezone.now())
    form = JudgeForm(request.POST)
    if form.is_valid():
        judge = approve if approves else ask_for_changes
        with acting(request, form, on_top=False):
            judge(review=access.review, by=user, at=timezone.now(), **form.cleaned_data)
            author, milestone = access.review.author.person, access.review.milestone
            done = (
                f"{author}’s {milestone} is approved."
                if approves
                else f"You asked {author} for changes to {milestone}."
            )
            undo = reverse("tracker:review-undo", args=[review_id])
            messages.success(request, with_undo(request, ended_once(done), undo))
        if not form.errors:
            return redirect(access.review)
    return _review_page(request, access, judge_form=form)


@audience(Audience.STUDENT)
@require_POST
@saved_once
def review_hand_in(request: HtmxRequest, review_id: int) -> HttpResponse:
    user = signed_in(request)
    access = review_to_hand_in(user, review_id, timezone.now())
    form = HandInForm(request.POST)
    if form.is_valid():
        seen, reviewer = form.cleaned_data.pop("state"), access.review.reviewer.person
        with acting(request, form, on_top=False):
            hand_in(review=access.review, seen=seen, by=user, at=timezone.now(), **form.cleaned_data)
            is_again = seen != CodeReview.State.REQUESTED
            again = f"{access.review.milestone} was resubmitted to {reviewer}."
            messages.success(request, again if is_again else f"Your request to {reviewer} is saved.")
        if not form.errors:
            return redirect(access.review)
    return _review_page(request, access, hand_in_form=form)


@audience(Audience.STUDENT)
@require_POST
def review_undo(request: HtmxRequest, review_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    review = review_to_judge(user, review_id, now).review
    with acting(request):
        undo_judgement(review=review, by=user, at=now)
        messages.success(
            request, f"Undone. {review.author.person}’s {review.milestone} waits for your review."
        )
    return redirect(review)


@audience(Audience.STUDENT)
@require_POST
@saved_once
def review_withdraw(request: HtmxRequest, review_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    review = review_to_hand_in(user, review_id, now).review
    with acting(request):
        withdraw_request(review=review, by=user, at=now)
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
    # Another page of theirs may have withdrawn it meanwhile.
    return redirect(review if CodeReview.objects.filter(pk=review.pk).exists() else "tracker:review-list")


def _review_page(request: HtmxRequest, access: ReviewAccess, **refused: forms.Form) -> HttpResponse:
    """Render a review; `refused` maps a form's template name to the form that could not be saved."""
    story = review_story(access, signed_in(request))
    judge_form = JudgeForm(initial={"note": story.undone_note})
    say_beside(judge_form["note"], readers=f"{access.review.group} and its mentors read this")
    context = {
        "access": access,
        "review": access.review,
        "story": story,
        "notices": access.notices,
        "judge_form": judge_form,
        "hand_in_form": HandInForm(
            initial={
                "url": access.review.url,
                "note": access.review.note if access.review.is_handed_in else "",
                "state": access.review.state,
            }
        ),
        **refused,
    }
    return render(request, "tracker/review_detail.html", context, status=422 if refused else 200)
