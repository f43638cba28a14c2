"""Whether a group has changed since a page showed it, for pages that are looked at while somebody else marks."""

from collections import defaultdict
from collections.abc import Collection
from hashlib import blake2b
from typing import Any

from groups.models import Membership
from lib.ids import LARGEST
from questions.models import Question
from tracker.models import AgreedStep, CodeReview


def group_versions(groups: Collection[int], *, of_week: bool = False) -> dict[int, str]:
    """Return a text for each group that differs after its members, marks, plan, steps, questions or reviews change.

    It is made of what is there, not of the latest change: of two changes at once, the earlier may be seen later. Ask
    for it before reading what is shown, so that a change in between is shown twice rather than never.

    The one `of_week` leaves steps and open questions out, which my week does not replace.
    """
    mark = "enrolment__progress__"
    rows: dict[int, list[Any]] = defaultdict(list)
    stays = Membership.objects.filter(group__in=groups)
    marked = stays.values_list(
        "group", "group__version", "pk", "ended_on", f"{mark}pk", f"{mark}state", f"{mark}changed_at"
    )
    for group, *row in sorted(marked):
        rows[group].append(row)
    asked = Question.objects.filter(group__in=groups)
    if of_week:
        asked = asked.filter(answers__isnull=False)
    reviews = CodeReview.objects.filter(group__in=groups)
    others: list[Any] = [
        reviews.values_list("group", "pk", "state", "reviewer"),
        asked.values_list("group", "pk", "status", "answers"),
    ]
    if not of_week:
        steps = AgreedStep.objects.filter(group__in=groups, enrolment=None)
        # Members keep those of an earlier group.
        step = "enrolment__agreed_steps__"
        own = stays.filter(enrolment__agreed_steps__isnull=False)
        others += [
            steps.values_list("group", "pk", "state", "enrolment"),
            own.values_list("group", f"{step}pk", f"{step}state", "enrolment"),
        ]
    # By their text: some have None where others have a number.
    for group, *row in sorted(others[0].union(*others[1:], all=True), key=str):
        rows[group].append(row)
    return {group: blake2b(repr(own).encode(), digest_size=8).hexdigest() for group, own in rows.items()}


def group_version(group_id: int, *, of_week: bool = False) -> str:
    # The address may hold no id at all: databases refuse that in a list.
    if group_id > LARGEST:
        return ""
    return group_versions([group_id], of_week=of_week).get(group_id, "")
