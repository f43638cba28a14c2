"""The page of a group: members, progress, plan, agreed steps, questions and code reviews."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, prefetch_related_objects
from django.urls import reverse

from groups.access import GroupAccess
from groups.promised import promised_before
from people.models import User
from questions.access.sight import questions_with_known_group
from tracker.access.check_ins import day_of
from tracker.dashboards.grid import ShownStep
from tracker.dashboards.group_overviews import GroupOverview, columns_for, group_overview, group_statuses
from tracker.dashboards.live import group_version
from tracker.dashboards.meetings import meeting_ahead, next_meeting
from tracker.dashboards.my_groups.card import shown_steps
from tracker.dashboards.panels import group_panel, student_panel
from tracker.models import AgreedStep, CheckIn
from tracker.standing import AttentionReader, PlannedMilestone, ProgressState

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
    sheet of its mentors, for those who lead it, and `student_panel` the `student` who is open; `plan` has each
    milestone with how many finished it, and what was promised before its date moved; `logged_iso` is this week, once
    the check-in of its meeting is logged; `is_ahead` tells those who can log it that this meeting has not begun;
    `live_url` is where to ask whether the group still is as it is shown, empty where nothing can change; `markable`
    says whose cells are buttons: "all" for mentors and course admins, the member's own enrolment id, or nobody's.
    """
    group, version = access.group, group_version(access.group.pk)
    reader = AttentionReader.MENTOR if access.mentors else AttentionReader.COURSE_ADMIN
    overview = group_overview(group, now=now, reader=reader if access.sees_attention else None)
    # Its status needs them, too.
    prefetch_related_objects([group], Prefetch("check_ins", CheckIn.objects.shared().newest_first()))
    check_ins, zone = list(group.check_ins.all()), ZoneInfo(group.cohort.time_zone)
    leads = access.may_lead
    is_former, is_over = access.studies is None and not leads, overview.is_over
    me = access.studies.enrolment_id if access.studies else None
    status = group_statuses([overview])[group.pk] if access.sees_attention else None
    members = [each.enrolment_id for each in overview.members] if leads else ()
    steps = AgreedStep.objects.filter(enrolment__in=members).exclude(state=AgreedStep.State.DROPPED)
    logged = next((each for each in check_ins if each.week == overview.week), None)
    is_ahead = meeting_ahead(group, overview.week, logged, now) is not None
    has_met = logged is not None and (is_ahead or not logged.is_besides)
    questions = questions_with_known_group(person, now).filter(group=group).select_related("milestone")
    reviews = group.code_reviews.with_names().order_by("-changed_at", "-pk")
    sheet = overview.sheet_of(columns_for([overview], is_unfolded=is_unfolded), shown_steps(steps, overview))
    opened = sheet.row_of(student) if student and leads else None
    seen = {"seen": version, **({"unfold": "on"} if is_unfolded else {})}
    live_url = reverse("tracker:group-live", args=[group.pk], query=seen)
    return {
        "overview": overview,
        "is_former": is_former,
        "is_over": is_over,
        "can_log": group.cohort.is_running(overview.today),
        "may_lead": leads,
        "panel": group_panel(overview, status) if leads else None,
        "student_panel": student_panel(person, opened.member, overview) if opened else None,
        "sheet": sheet,
        "me": me,
        "markable": None if is_over else "all" if leads else me,
        "plan": [] if is_former or leads else list(_plan(overview)),
        # Members, mentors and course admins see all, those who left the group those of their time.
        "check_ins": [each for each in check_ins if access.may_read_shared(day_of(each, zone))],
        "logged_iso": overview.week.iso if has_met else "",
        "is_ahead": leads and is_ahead and not has_met and group.cohort.is_running(overview.today),
        "steps": [] if is_former or leads else list(_steps(access, overview)),
        "questions": list(questions.order_by("-asked_at", "-pk")[:_QUESTIONS]),
        "has_code_reviews": group.cohort.course.has_code_reviews,
        "reviews": [] if is_former else list(reviews[:_REVIEWS]),
        "meeting": next_meeting(group, check_ins, now, reader_zone=person.time_zone),
        "live_url": "" if is_former or is_over else live_url,
    }


def _plan(overview: GroupOverview) -> Iterator[tuple[PlannedMilestone, int, str]]:
    due_days = {each.id: each.due_on for each in overview.plan}
    promised = promised_before(overview.group.pk, due_days, overview.today)
    for planned in overview.plan:
        done = sum(
            mark.state == ProgressState.DONE
            for member in overview.members
            if (mark := member.facts.marks.get(planned.id))
        )
        yield planned, done, promised.get(planned.id, "")


def _steps(access: GroupAccess, overview: GroupOverview) -> Iterator[ShownStep]:
    """A member's own and those of the whole group."""
    own = [access.studies.enrolment_id] if access.studies else []
    steps = AgreedStep.objects.open().of_groups([access.group.pk], own).with_name()
    for step in steps.order_by(F("due_on").asc(nulls_last=True), "agreed_at", "pk"):
        yield overview.shown_step(step)
