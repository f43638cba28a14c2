from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.reviews import review_to_judge
from tracker.actions.reviews import ReviewError, approve
from tracker.forms.reviews import ApproveForm
from tracker.views.review_detail import go_on, review_page


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
