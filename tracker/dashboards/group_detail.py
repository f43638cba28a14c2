"""The page of a group: members, progress, plan, agreed steps, questions and code reviews."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from groups.access import GroupAccess
from people.models import User
from questions.access.sight import questions_with_known_group
from tracker.access.check_ins import day_of
from tracker.dashboards.group_overviews import columns_for, group_overview, group_statuses
from tracker.dashboards.live import group_version
from tracker.dashboards.meetings import meeting_ahead, next_meeting
from tracker.dashboards.my_groups.card import shown_steps
from tracker.dashboards.panels import group_panel, student_panel
from tracker.models import AgreedStep, CheckIn
from tracker.standing import AttentionReader

# How many of the newest are shown; the list pages have the rest.
_QUESTIONS = 5
_REVIEWS = 8


def group_detail_page(
    *,
    access: GroupAccess,
    person: User,
    now: datetime,
    is_unfolded: bool = False,
    student: int | None = None,
) -> dict[str, Any]:
    """Return the page of a group as its reader sees it; if it `is_unfolded`, its sheet shows every milestone.

    Those who left it (`is_former`) see only the check-ins of their time. `panel` is the group as it opens on the
    sheet of its mentors, for those who lead it, and `student_panel` the `student` who is open; `logged_iso` is this
    week, once the check-in of its meeting is logged; `is_ahead` tells those who can log it that this meeting has not
    begun; `live_url` is where to ask whether the group still is as it is shown, empty where nothing can change;
    `markable` says whose cells are buttons: "all" for mentors and course admins, or nobody's.
    """
    group, version = access.group, group_version(access.group.pk)
    reader = AttentionReader.MENTOR if access.mentors else AttentionReader.COURSE_ADMIN
    overview = group_overview(group, now=now, reader=reader if access.sees_attention else None)
    # Its status needs them, too.
    prefetch_related_objects([group], Prefetch("check_ins", CheckIn.objects.shared().newest_first()))
    check_ins, zone = list(group.check_ins.all()), ZoneInfo(group.cohort.time_zone)
    leads = access.may_lead
    is_over = overview.is_over
    status = group_statuses([overview])[group.pk] if access.sees_attention else None
    members = [each.enrolment_id for each in overview.members] if leads else ()
    steps = AgreedStep.objects.filter(enrolment__in=members).exclude(state=AgreedStep.State.DROPPED)
    logged = next((each for each in check_ins if each.week == overview.week), None)
    is_ahead = meeting_ahead(group, overview.week, logged, now) is not None
    has_met = logged is not None and (is_ahead or not logged.is_besides)
    questions = questions_with_known_group(person, now).filter(group=group).select_related("milestone")
    reviews = group.code_reviews.with_names().order_by("-changed_at", "-pk")
    sheet = overview.sheet_of(columns_for([overview], is_unfolded=is_unfolded), shown_steps(steps, overview))
    # In a cohort that is over, where they belong to no group, their history opens instead.
    opened = sheet.row_of(student) if student and leads and not is_over else None
    seen = {"seen": version, **({"unfold": "on"} if is_unfolded else {})}
    live_url = reverse("tracker:group-live", args=[group.pk], query=seen)
    return {
        "overview": overview,
        "is_former": not leads,
        "is_over": is_over,
        "can_log": group.cohort.is_running(overview.today),
        "panel": group_panel(overview, status) if leads else None,
        "student_panel": student_panel(person, opened.member, overview) if opened else None,
        "sheet": sheet,
        "markable": "all" if leads and not is_over else None,
        # Members, mentors and course admins see all, those who left the group those of their time.
        "check_ins": [each for each in check_ins if access.may_read_shared(day_of(each, zone))],
        "logged_iso": overview.week.iso if has_met else "",
        "is_ahead": leads and is_ahead and not has_met and group.cohort.is_running(overview.today),
        "questions": list(questions.order_by("-asked_at", "-pk")[:_QUESTIONS]),
        "has_code_reviews": group.cohort.course.has_code_reviews,
        "reviews": list(reviews[:_REVIEWS]) if leads else [],
        "meeting": next_meeting(group, check_ins, now, reader_zone=person.time_zone),
        "live_url": live_url if leads and not is_over else "",
    }
