from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.models import LinkCheck, Material
from groups.access import course_to_administer
from lib.editing import status_of
from lib.history import changed_fields
from lib.pages import page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from questions.access.needs import (
    NeedAccess,
    NeedSubject,
    counted_needs,
    need_subject,
    need_to_read,
    need_to_remove,
    need_to_settle,
    note_to_remove,
)
from questions.forms.needs import NeedForm
from questions.models import MaterialNeed, Question
from questions.models.material_change import OPEN_STATES
from trends.access.changes import changes
from trends.access.trends import trends_access
from trends.actions.needs import Noted, assign_need, note_need, remove_need, set_state
from trends.dashboards.long_milestones import longer_than_planned
from trends.dashboards.pairs import NO_PAIRS, Pairs, likely_pairs
from trends.forms.needs import MeetingForm, NeedFilterForm, NeedSubjectForm, OwnerForm, RefusalForm

# The fields that the history of a need shows.
_KEPT = ("state", "owner", "reason", "change", "why")
_MOST_DEAD = 50


@audience(Audience.COURSE_ADMIN)
@require_safe
def need_list(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now)
    state = NeedFilterForm(request.GET).state_wanted()
    counts: Counter[str] = Counter()
    for stored, count in course.material_needs.values_list("state").annotate(Count("pk")):
        counts[MaterialNeed.State.OPEN if stored in OPEN_STATES else stored] += count
    found = counted_needs().filter(course=course).in_state(state).most_asked_first()
    dead = LinkCheck.objects.dead().of_course(course)
    context = {
        "course": course,
        "page": page_of(request.GET, found, count=counts[state]),
        "tabs": [
            {
                "label": label.capitalize(),
                "url": f"?state={value}",
                "is_current": value == state,
                "count": counts[value],
            }
            for value, label in MaterialNeed.State.choices
        ],
        "count": counts.total(),
        "pairs": likely_pairs(trends_access(user, slug, now), Q()),
        "longer": longer_than_planned(course),
        "dead_links": list(dead[:_MOST_DEAD]),
        "dead_link_count": dead.count(),
    }
    return render(request, "trends/need_list.html", context)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def need_new(request: HtmxRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    sent = request.POST if request.method == "POST" else request.GET
    things = {name: pk for name, pk in NeedSubjectForm(sent).things().items() if pk}
    course, thing = need_subject(user, slug, now, **things)
    form = NeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting(request, form):
            noted = note_need(course=course, thing=thing, why=form.cleaned_data["why"], by=user, at=now)
            _say_noted(request, noted, thing)
            return redirect(_subject_url(thing))
    context = {
        "title": "It needs work" if isinstance(thing, Material) else "It needs material",
        "thing": thing,
        "form": form,
        "things": things,
        "url": _subject_url(thing),
    }
    return render(request, "trends/need_new.html", context, status=status_of(form))


def _subject_url(subject: NeedSubject | None) -> str:
    """A page of the subject, which whoever sees the need may see."""
    if isinstance(subject, Material):
        return reverse("groups:milestone-detail", args=[subject.milestone_id])
    return subject.get_absolute_url() if subject else reverse("tracker:home")


def _say_noted(request: HtmxRequest, noted: Noted, thing: NeedSubject) -> None:
    if noted.note is None:
        message = f"Noted: “{thing}” {'needs work' if isinstance(thing, Material) else 'needs material'}."
        undo_url = reverse("trends:need-remove", args=[noted.need.pk])
    else:
        message = f"“{thing}” was already on the list. Your note was added."
        undo_url = reverse("trends:need-note-remove", args=[noted.note.pk])
    messages.success(request, with_undo(request, message, undo_url))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def need_detail(request: HtmxRequest, need_id: int) -> HttpResponse:
    access = need_to_read(signed_in(request), need_id, timezone.now(), counted_needs())
    return _render_need(request, access, RefusalForm())


def _render_need(request: HtmxRequest, access: NeedAccess, refusal: RefusalForm) -> HttpResponse:
    need = access.need
    # Those after the first, which is part of the need.
    notes = list(need.notes.select_related("noted_by").order_by("noted_at", "pk"))
    context = {
        "need": need,
        "notes": [(note, access.may_remove_note(note)) for note in notes],
        "may_remove": access.may_remove and all(note.noted_by_id == access.user.pk for note in notes),
        "subject_url": _subject_url(need.subject),
        "may_settle": access.is_course_admin,
        "refusal": refusal,
        "pairs": _pairs(access, timezone.now()),
    }
    if access.is_course_admin:
        records = need.history.select_related("history_user", "owner", "change")
        context["history"] = changed_fields(records, _KEPT)
        context["owner_form"] = OwnerForm(course=need.course, initial={"owner": need.owner_id})
    return render(request, "trends/need_detail.html", context, status=status_of(refusal))


def _pairs(access: NeedAccess, now: datetime) -> Pairs:
    """Questions that may ask the same as its question, or as those of its topic."""
    subject = access.need.subject
    if subject is None or isinstance(subject, Material):
        return NO_PAIRS
    if isinstance(subject, Question):
        where = Q(question=subject) | Q(likest=subject)
    else:
        where = Q(likest__placement__topic__in=subject.with_merged())
    return likely_pairs(trends_access(access.user, access.need.course.slug, now), where)


@audience(Audience.COURSE_ADMIN)
@require_POST
def need_own(request: HtmxRequest, need_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    need = need_to_settle(user, need_id, now).need
    form = OwnerForm(request.POST, course=need.course)
    if not form.is_valid():
        messages.error(request, "Choose a course admin of this course, or no owner.")
        return redirect(need)
    owner = form.cleaned_data["owner"]
    message = f"Owner: {owner}." if owner else "Owner removed."
    act = partial(assign_need, need=need, owner=owner, by=user, at=now)
    return _settle(request, need, act, message)


@audience(Audience.COURSE_ADMIN)
@require_POST
def need_reopen(request: HtmxRequest, need_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    need = need_to_settle(user, need_id, now).need
    act = partial(set_state, need=need, state=MaterialNeed.State.OPEN, by=user, at=now)
    return _settle(request, need, act, "Open again.")


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def need_refuse(request: HtmxRequest, need_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = need_to_settle(user, need_id, now, counted_needs())
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _render_need(request, access, form)
    need = access.need
    reason = form.cleaned_data["reason"]
    act = partial(set_state, need=need, state="wont_change", reason=reason, by=user, at=now)
    return _settle(request, need, act, "Marked as “won't change”.", undo="trends:need-reopen")


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def need_meet(request: HtmxRequest, need_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    need = need_to_settle(user, need_id, now).need
    newest = changes().filter(course=need.course_id).order_by("-changed_on", "-pk")
    form = MeetingForm(request.POST if request.method == "POST" else None, changes=newest)
    if request.method == "POST" and form.is_valid():
        change = form.cleaned_data["change"]
        act = partial(set_state, need=need, state="changed", change=change, by=user, at=now)
        return _settle(request, need, act, f"Changed: “{change}”.", undo="trends:need-reopen")
    record_url = f"{reverse('trends:change-new', args=[need.course.slug])}?need={need.pk}"
    context = {"need": need, "form": form, "record_url": record_url}
    return render(request, "trends/need_meet.html", context, status=422 if form.errors else 200)


def _settle(
    request: HtmxRequest,
    need: MaterialNeed,
    act: Callable[[], MaterialNeed],
    message: str,
    *,
    undo: str = "",
) -> HttpResponse:
    """Call the action and show the need with the message. Its Undo posts to the URL named `undo`."""
    with acting(request):
        act()
        url = reverse(undo, args=[need.pk]) if undo else ""
        messages.success(request, with_undo(request, message, url) if url else message)
    return redirect(need)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def need_remove(request: HtmxRequest, need_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = need_to_remove(user, need_id, now)
    need = access.need
    with acting(request):
        remove_need(need=need, by=user, at=now)
        thing = need.question or need.topic or need.material
        messages.success(request, f"Removed “{thing}” from the list.")
        if access.is_course_admin:
            return redirect("trends:need-list", need.course.slug)
        return redirect(_subject_url(thing))
    return redirect("trends:need-detail", need_id)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def need_note_remove(request: HtmxRequest, note_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    _, note = note_to_remove(user, note_id, now)
    note.delete()
    whose = "your note" if note.noted_by_id == user.pk else f"the note by {note.noted_by}"
    messages.success(request, f"Removed {whose}.")
    return redirect("trends:need-detail", note.need_id)
