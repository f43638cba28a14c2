from datetime import datetime
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url

from courses.models import Cohort
from groups.access import GroupAccess, group_to_study_in
from groups.forms.mentor_note import MentorNoteForm
from groups.relations import RelationKind, Relations, relations_of
from lib.days import day_label
from lib.editing import status_of
from lib.ids import as_id
from lib.requests import HtmxRequest
from lib.weeks import today_in
from people.access import Audience, audience, signed_in
from people.models import User
from tracker.actions.news import note_news_read
from tracker.dashboards.live import group_version
from tracker.dashboards.own_enrolments import own_enrolments
from tracker.dashboards.week import student_week
from tracker.dashboards.week.student_week import StudentWeek
from tracker.forms.helping import HelpForm
from tracker.forms.meeting_notes import MeetingItemForm, MeetingNoteForm
from tracker.forms.progress import HoursForm
from tracker.models import Progress


@audience(Audience.PERSON)
@require_safe
def my_week(request: HtmxRequest) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    relations = relations_of(user, now)
    group_id = _group_to_open(relations)
    if group_id is None:
        own = own_enrolments(user, now)
        joins = next((one for one in own if one["beginning"]), None)
        context = {
            "own": own,
            "joins": joins,
            "first_form": MentorNoteForm(instance=joins["enrolment"], has_group=True) if joins else None,
            "leads_courses": user.is_staff or bool(relations.open(RelationKind.ADMINISTERS)),
            # All others are among their own.
            "archived": None
            if own
            else Cohort.objects.filter(enrolments__person=user).order_by("-pk").first(),
        }
        return render(request, "tracker/my_week.html", context)
    return week_page(request, group_to_study_in(user, group_id, now), now)


def _group_to_open(relations: Relations) -> int | None:
    """The group joined last; one of a cohort that is closed only where there is no other."""
    studies = [row for row in relations.open(RelationKind.STUDIES) if row.started_on and row.group_id]
    latest = max(
        studies,
        key=lambda row: (not row.is_in_closed_cohort(relations.now), row.started_on, row.group_id),
        default=None,
    )
    return latest.group_id if latest else None


def until_it_begins(request: HtmxRequest, group_id: int, now: datetime) -> HttpResponse | None:
    """Lead who joins a group on a later day to what there is to know of it until then."""
    joins = relations_of(signed_in(request), now).joins(group_id)
    if joins is None or joins.started_on is None:
        return None
    begins = day_label(joins.started_on, today_in(joins.time_zone, now))
    messages.info(request, f"You join {joins.group} on {begins}.")
    return redirect("tracker:my-week")


@audience(Audience.STUDENT)
@require_safe
def week(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    if answer := until_it_begins(request, group_id, now):
        return answer
    access = group_to_study_in(signed_in(request), group_id, now)
    return week_page(request, access, now)


@audience(Audience.STUDENT)
@require_safe
def week_live(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Return the parts of a week that others change, if they changed since it was seen, else 204. None has a field."""
    if request.GET.get("seen") == group_version(group_id, of_week=True):
        return HttpResponse(status=204)
    now, user = timezone.now(), signed_in(request)
    access = group_to_study_in(user, group_id, now)
    shown_week = _week_of(access, user, now, request.GET)
    context = {
        "week": shown_week,
        "group": access.group,
        "help_form": _help_form_of(request, shown_week),
        "here": _here(access, shown_week),
        "is_live": True,
    }
    return render(request, "tracker/_week_live.html", context)


def week_page(
    request: HtmxRequest,
    access: GroupAccess,
    now: datetime,
    *,
    page: str = "",
    hours_form: HoursForm | None = None,
    note_form: MeetingNoteForm | None = None,
    help_form: HelpForm | None = None,
) -> HttpResponse:
    """Answer with a member's week: the page, or for htmx the part that it swaps.

    Args:
        page: the URL of the week on which a change was made, if it is not this request's.
        hours_form: the form of hours that could not be saved.
        note_form: that of a note before the meeting.
        help_form: that of a request for help.
    """
    user = signed_in(request)
    asked_for = QueryDict(urlsplit(page or request.get_full_path()).query)
    # The message of a tick that was set is shown once, in the page, and so is its moment.
    told = list(messages.get_messages(request))
    done = next((each for each in told if each.extra_tags), None)
    just = done.extra_tags if done else ""
    # Not what a script swaps, nor what a browser fetches before anybody asked for it.
    is_visit = request.method == "GET" and not request.htmx and "Sec-Purpose" not in request.headers
    shown_week = _week_of(access, user, now, asked_for, just=just, is_visit=is_visit)
    if shown_week.news:
        note_news_read(enrolment_id=shown_week.me.enrolment_id, at=now)
    context = {
        "week": shown_week,
        "group": access.group,
        "messages": [each for each in told if each is not done],
        "done": done,
        "tabs": _tabs(user, access, now),
        "first_form": MentorNoteForm(instance=shown_week.me.membership.enrolment, has_group=True)
        if shown_week.has_first_things
        else None,
        "hours_form": hours_form or hours_form_of(shown_week),
        "note_form": note_form or _note_form_of(shown_week),
        "item_form": MeetingItemForm(auto_id="bring-%s"),
        "help_form": help_form or _help_form_of(request, shown_week),
        "here": _here(access, shown_week),
        "is_part": request.htmx.target == "week",
    }
    template = "tracker/week.html#week" if request.htmx.target == "week" else "tracker/week.html"
    is_refused = hours_form is not None or help_form is not None
    status = 422 if is_refused else status_of(note_form) if note_form is not None else 200
    response = render(request, template, context, status=status)
    # Loaded anew, the page is still that of the next milestone.
    return replace_url(response, request.get_full_path()) if done and request.htmx else response


def _week_of(
    access: GroupAccess,
    user: User,
    now: datetime,
    asked_for: QueryDict,
    *,
    just: str = "",
    is_visit: bool = False,
) -> StudentWeek:
    found = student_week(
        group=access.group,
        enrolment_id=access.studies.enrolment_id or 0 if access.studies else 0,
        person=user,
        now=now,
        milestone_id=as_id(asked_for.get("milestone", "")),
        is_unfolded=bool(asked_for.get("unfold")),
        just=just,
        is_visit=is_visit,
    )
    if found is None:
        # Their stay ended a moment ago: the next request is told the same.
        raise PermissionDenied
    return found


def hours_form_of(shown_week: StudentWeek) -> HoursForm | None:
    if shown_week.shown is None:
        return None
    return HoursForm(instance=Progress(), initial={"hours": shown_week.shown.hours_value})


def _note_form_of(shown_week: StudentWeek) -> MeetingNoteForm | None:
    return MeetingNoteForm(instance=shown_week.before.note) if shown_week.before else None


def _help_form_of(request: HtmxRequest, shown_week: StudentWeek) -> HelpForm:
    form = HelpForm(auto_id=f"%s-{shown_week.help_key}")
    # Whoever comes from the button without a script finds the cursor where the script puts it.
    if shown_week.asks_what and not request.htmx:
        form.fields["words"].widget.attrs["autofocus"] = True
    return form


def _here(access: GroupAccess, shown_week: StudentWeek) -> str:
    """The URL to come back to; it keeps the milestone shown, even if a mark makes another one the next."""
    return reverse("tracker:week", args=[access.group.pk], query=shown_week.address)


def _tabs(user: User, access: GroupAccess, now: datetime) -> list[dict[str, object]]:
    """Links to the student's groups; empty unless there are several. In one course, their cohorts tell them apart."""
    studies = relations_of(user, now).open(RelationKind.STUDIES)
    has_one_course = len({row.course_id for row in studies}) == 1
    return [
        {
            "label": f"{row.group}, {row.cohort if has_one_course else row.course}",
            "url": reverse("tracker:week", args=[row.group_id]),
            "is_current": row.group_id == access.group.pk,
        }
        for row in studies
        if len(studies) > 1
    ]
