"""Open things of a cohort that is to be closed, and the effects of closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from courses.models import Cohort
from groups.models import Closing, Enrolment, Membership, PlanItem
from lib.counting import count_of
from lib.days import full_day
from lib.text import counted
from people.models import User
from questions.models import Question
from tracker.access.check_ins import longest_wait_first, requests_to_settle
from tracker.actions.closing import planned_moves, unused_invitations
from tracker.models import CodeReview, Progress

_SETTLED = (Progress.State.DONE, Progress.State.SKIPPED)


@dataclass(frozen=True, slots=True)
class OpenEnrolment:
    """`left` is how many milestones of the plan are not finished; None if nothing is planned for the student."""

    id: int
    name: str
    group: str
    left: int | None

    @property
    def has_finished(self) -> bool:
        return self.left == 0

    @property
    def label(self) -> str:
        where = self.group or "in no group"
        left = "nothing planned" if self.left is None else f"{counted(self.left, 'milestone')} left"
        return f"{self.name} ({where}, {left})"


@dataclass(frozen=True, slots=True)
class OpenThings:
    """What waits in a cohort. The nearest to the end is first among `others`, who have not finished.

    Requests are those that the reader may see. `frozen_label` is such as "1 code review that nobody approved, and 2
    milestones marked “Need help”".
    """

    finished: list[OpenEnrolment]
    others: list[OpenEnrolment]
    question_count: int
    invitation_count: int
    request_count: int
    frozen_label: str


def open_in(cohort: Cohort, reader: User, now: datetime) -> OpenThings:
    enrolments = _enrolments(cohort)
    reviews = CodeReview.objects.filter(group__cohort=cohort).exclude(state=CodeReview.State.APPROVED)
    needed = Progress.objects.filter(
        enrolment__in=cohort.enrolments.without_end(), state=Progress.State.NEED_HELP
    )
    review_count = reviews.count() if cohort.course.has_code_reviews else 0
    frozen = [f"{counted(review_count, 'code review')} that nobody approved"] if review_count else []
    if help_count := needed.count():
        frozen.append(f"{counted(help_count, 'milestone')} marked “Need help”")
    return OpenThings(
        finished=[row for row in enrolments if row.has_finished],
        others=[row for row in enrolments if not row.has_finished],
        question_count=Question.objects.open().filter(cohort=cohort).count(),
        invitation_count=unused_invitations(cohort, now).count(),
        request_count=longest_wait_first(requests_to_settle(reader, cohort, now)).count(),
        frozen_label=", and ".join(frozen),
    )


def _enrolments(cohort: Cohort) -> list[OpenEnrolment]:
    """Students without a plan come last."""
    stays = Membership.objects.without_end().filter(enrolment=OuterRef("pk"))
    rows = cohort.enrolments.without_end().annotate(
        group_id=Subquery(stays.values("group")[:1]), group_name=Subquery(stays.values("group__name")[:1])
    )
    settled = Progress.objects.filter(
        Q(state__in=_SETTLED) | Q(waived_at__isnull=False),
        enrolment=OuterRef(OuterRef("pk")),
        milestone=OuterRef("milestone"),
    )
    planned = PlanItem.objects.filter(group=OuterRef("group_id"), milestone__is_optional=False)
    left = planned.filter(~Exists(settled))
    counts = rows.annotate(planned=count_of(planned), left=count_of(left))
    found = [
        OpenEnrolment(pk, name, group or "", left if planned else None)
        for pk, name, group, planned, left in counts.order_by("person__name", "pk").values_list(
            "pk", "person__name", "group_name", "planned", "left"
        )
    ]
    return sorted(found, key=lambda row: (row.left is None, row.left or 0))


def closing_effects(
    cohort: Cohort, found: OpenThings, on: date, reasons: Mapping[int, str], now: datetime
) -> dict[str, Any]:
    """Say what closing does with what is open, and name who finishes, drops out, and stays enrolled."""
    finished = sum(reason == Enrolment.EndReason.FINISHED for reason in reasons.values())
    stay = len(found.finished) + len(found.others) - len(reasons)
    said = [
        f"{cohort} is closed from {full_day(on)} on. Everything in it stays readable. Mentors can still "
        "log earlier weeks, and you can end enrolments, correct days and sort questions for the next cohort. "
        "To change anything else, reopen it."
    ]
    if finished:
        said.append(f"{counted(finished, 'student')} finished.")
    if len(reasons) > finished:
        said.append(f"{counted(len(reasons) - finished, 'student')} dropped out.")
    if stay:
        said.append(
            f"{counted(stay, 'student')} stay{'s' if stay == 1 else ''} enrolled in the closed cohort."
        )
    if found.question_count:
        count = counted(found.question_count, "open question")
        said.append(f"{count} closed without an answer; the e-mail tells the people who asked.")
    if found.invitation_count:
        said.append(f"{counted(found.invitation_count, 'unaccepted invitation')} revoked.")
    if planned := planned_moves(cohort, reasons, now).count():
        said.append(f"{counted(planned, 'planned move')} taken back.")
    if found.frozen_label:
        said.append(f"Left as they are, and can no longer be changed: {found.frozen_label}.")
    if found.request_count:
        said.append(f"{counted(found.request_count, 'request')} from mentors left without an answer.")
    labels = {"finished": "Finished", "dropped": "Dropped out", "": "Stay enrolled"}
    rows = sorted((*found.finished, *found.others), key=lambda row: (row.name, row.id))
    lines = [
        (label, [row for row in rows if reasons.get(row.id, "") == reason])
        for reason, label in labels.items()
    ]
    return {"sentences": said, "outcomes": [(label, those) for label, those in lines if those]}


def closings_of(cohort: Cohort) -> list[tuple[Closing, list[str]]]:
    """The closings of a cohort, the latest first, each with what became of what was open."""
    rows = cohort.closings.select_related("made_by", "undone_by").annotate(ended=Count("moves"))
    rows = rows.order_by("-made_at", "-pk")
    return [
        (
            row,
            [
                *([f"{counted(row.ended, 'enrolment')} ended"] if row.ended else []),
                *([f"{counted(len(row.questions), 'question')} closed"] if row.questions else []),
                *(
                    f"{counted(number, noun)} {'revoked' if noun == 'invitation' else 'deleted'}"
                    for noun, number in row.gone.items()
                ),
            ],
        )
        for row in rows
    ]
