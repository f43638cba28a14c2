from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.reviews import review_to_hand_in
from tracker.actions.reviews import ReviewError, hand_in_again
from tracker.forms.reviews import HandInForm
from tracker.views.review_detail import go_on, review_page


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
