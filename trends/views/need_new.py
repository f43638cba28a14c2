from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from courses.models import Material
from lib.editing import status_of
from lib.requests import HtmxRequest
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from questions.access.needs import NeedSubject, need_subject, need_to_take_back, note_to_take_back
from trends.actions.needs import NeedError, Noted, note_need, take_back_need, take_back_note
from trends.forms.needs import NeedForm, ThingForm


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def need_new(request: HtmxRequest, slug: str) -> HttpResponse:
    """Note that a question, a topic or a material needs material, and why in a line."""
    now = timezone.now()
    user = signed_in(request)
    sent = request.POST if request.method == "POST" else request.GET
    things = {name: pk for name, pk in ThingForm(sent).things().items() if pk}
    course, thing = need_subject(user, slug, now, **things)
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            noted = note_need(course=course, thing=thing, why=form.cleaned_data["why"], by=user, at=now)
        except NeedError as error:
            form.add_error(None, ValidationError(str(error)))
        else:
            _tell(request, noted, thing)
            return redirect(thing_url(thing))
    context = {
        "title": "It needs work" if isinstance(thing, Material) else "It needs material",
        "thing": thing,
        "form": form,
        "things": things,
        "url": thing_url(thing),
    }
    return render(request, "trends/need_new.html", context, status=status_of(form))


def thing_url(thing: NeedSubject) -> str:
    """The page from which something is noted."""
    if isinstance(thing, Material):
        return reverse("groups:milestone-detail", args=[thing.milestone_id])
    return thing.get_absolute_url()


def _tell(request: HtmxRequest, noted: Noted, thing: NeedSubject) -> None:
    if noted.note is None:
        words = f"Noted: “{thing}” {'needs work' if isinstance(thing, Material) else 'needs material'}."
        undo = reverse("trends:need-take-back", args=[noted.need.pk])
    else:
        words = f"“{thing}” was noted already. Your note stands beside the first one."
        undo = reverse("trends:need-note-take-back", args=[noted.note.pk])
    messages.success(request, with_undo(request, words, undo))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def need_take_back(request: HtmxRequest, need_id: int) -> HttpResponse:
    """Take back that something needs material."""
    now = timezone.now()
    user = signed_in(request)
    access = need_to_take_back(user, need_id, now)
    need = access.need
    try:
        take_back_need(need=need, by=user, at=now)
    except NeedError as error:
        messages.error(request, str(error))
        return redirect("trends:need-detail", need_id)
    thing = need.question or need.topic or need.material
    messages.success(request, f"Taken back: “{thing}” is not noted any more.")
    if access.is_course_admin:
        return redirect("trends:need-list", need.course.slug)
    return redirect(thing_url(thing)) if thing else redirect("tracker:home")


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def need_note_take_back(request: HtmxRequest, note_id: int) -> HttpResponse:
    """Take back a note that joined a need."""
    now = timezone.now()
    user = signed_in(request)
    _, note = note_to_take_back(user, note_id, now)
    need = take_back_note(note=note, by=user, at=now)
    whose = "Your note" if note.noted_by_id == user.pk else f"The note of {note.noted_by}"
    messages.success(request, f"{whose} is taken back.")
    return redirect("trends:need-detail", need.pk)
