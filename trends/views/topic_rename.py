from contextlib import nullcontext

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lib.editing import status_of
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from trends.access.topics import topic_to_change
from trends.forms.topics import TopicNameForm


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def topic_rename(request: HtmxRequest, topic_id: int) -> HttpResponse:
    """Give a topic a name, or take it away again."""
    now = timezone.now()
    user = signed_in(request)
    is_saving = request.method == "POST"
    with transaction.atomic() if is_saving else nullcontext():
        topic = topic_to_change(user, topic_id, now, is_locked=is_saving)
        title, before = str(topic), topic.title
        form = TopicNameForm(request.POST or None, instance=topic)
        if form.is_valid():
            form.save_by(by=user, at=now)
            words = (
                f"The topic is called “{topic}” now."
                if topic.title
                else "The topic has no name of its own now."
            )
            undo_url = reverse("trends:topic-rename", args=[topic.pk])
            messages.success(request, with_undo(request, words, undo_url, name="title", value=before))
            return redirect(topic)
    context = {"form": form, "title": title, "topic": topic}
    return render(request, "trends/topic_rename.html", context, status=status_of(form))
