"""Everything a workbook contains, for many groups at once; the number of queries does not depend on how many."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery

from groups.group_days import GroupDays
from groups.models import Group, Membership, Mentorship, PlanItem
from questions.models import Answer, Question
from sheets.dashboards.exports import with_answers, with_entries
from sheets.understanding.records.students import ExportedProgress
from tracker.models import AgreedStep, CheckIn, CodeReview, Progress


@dataclass(slots=True)
class GroupRows:
    """The rows of one group, each list in the order shown. `members` are the stays in the tracker."""

    items: list[PlanItem] = field(default_factory=list)
    members: list[Membership] = field(default_factory=list)
    stays: list[Membership] = field(default_factory=list)
    mentorships: list[Mentorship] = field(default_factory=list)
    progress: list[ExportedProgress] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    check_ins: list[CheckIn] = field(default_factory=list)
    steps: list[AgreedStep] = field(default_factory=list)
    reviews: list[CodeReview] = field(default_factory=list)


def rows_of_groups(groups: Sequence[Group], today: date) -> dict[int, GroupRows]:
    of: dict[int, GroupRows] = defaultdict(GroupRows)
    _take_stays(of, groups, today)
    here = {"group__in": groups}
    items = PlanItem.objects.filter(**here).select_related("milestone")
    mentorships = Mentorship.objects.filter(**here).select_related("person", "group")
    answers = Answer.objects.select_related("answered_by").in_order()
    questions = with_answers(Question.objects.filter(**here)).select_related("cohort", "duplicate_of__cohort")
    questions = questions.prefetch_related(Prefetch("duplicate_of__answers", answers))
    steps = AgreedStep.objects.filter(**here).select_related(
        "enrolment__person", "agreed_by", "closed_by", "check_in"
    )
    reviews = CodeReview.objects.filter(**here).select_related(
        "author__person", "reviewer__person", "milestone"
    )
    others: dict[str, Iterable[Any]] = {
        "items": items.order_by("milestone__position"),
        "mentorships": mentorships.order_by("started_on", "pk"),
        "questions": questions.order_by("asked_at", "pk"),
        "check_ins": with_entries(CheckIn.objects.filter(**here)).order_by("week_starts_on"),
        "steps": steps.order_by("agreed_at", "pk"),
        "reviews": reviews.order_by("requested_at", "pk"),
    }
    for name, rows in others.items():
        for row in rows:
            getattr(of[row.group_id], name).append(row)
    return of


def _take_stays(of: dict[int, GroupRows], groups: Sequence[Group], today: date) -> None:
    """Every stay in the groups, who is in the tracker, and progress.

    The tracker has current members, future members who are in no group yet, and those who finished in the group. A
    current member brings all their progress along, and their earlier groups keep what came about in them.
    """
    current = Membership.objects.current(today).filter(pk=OuterRef("pk"))
    last = Membership.objects.filter(enrolment=OuterRef("enrolment")).order_by("-started_on", "-pk")
    stays: QuerySet[Any] = Membership.objects.filter(group__in=groups)
    stays = stays.select_related("enrolment__person", "group")
    stays = stays.order_by("enrolment__person__name", "started_on", "pk")
    ends = Membership.EndReason
    groups_of: dict[int, set[int]] = defaultdict(set)
    for stay in stays.annotate(is_current=Exists(current), last_group=Subquery(last.values("group")[:1])):
        of[stay.group_id].stays.append(stay)
        is_member = stay.is_current or (stay.end_reason == ends.FINISHED and stay.has_ended(today))
        own = groups_of[stay.enrolment_id]
        if is_member:
            of[stay.group_id].members.append(stay)
        is_left = stay.ended_on and stay.end_reason != ends.MOVED
        if is_member or is_left or stay.last_group == stay.group_id:
            own.add(stay.group_id)
    every = Membership.objects.filter(enrolment__in=groups_of)
    days, zone = GroupDays(every), ZoneInfo(groups[0].cohort.time_zone)
    names = dict(every.order_by().values_list("group", "group__name"))
    here = {group.pk for group in groups}
    progress = Progress.objects.filter(enrolment__in=groups_of).select_related(
        "enrolment__person", "milestone", "changed_by", "waived_by"
    )
    for row in progress.order_by("enrolment__person__name", "enrolment", "milestone__position"):
        since = row.state_since and row.state_since.astimezone(zone).date()
        then = days.on(row.enrolment_id, since)
        for group_id in groups_of[row.enrolment_id] | (here & {then or 0}):
            of[group_id].progress.append(ExportedProgress(row, names[then] if then else ""))
