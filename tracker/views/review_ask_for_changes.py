from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.reviews import review_to_judge
from tracker.actions.reviews import ReviewError, ask_for_changes
from tracker.forms.reviews import ChangesForm
from tracker.views.review_detail import go_on, review_page


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
