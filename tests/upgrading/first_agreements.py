"""The texts of the first agreement are a note for the mentor, in the rows and in their history."""

from typing import Any

WRITTEN = [("Read papers", "Slack"), ("", "By phone"), ("Find work", ""), ("", "")]
BEFORE = [("groups", "0021_permissions_of_operators")]


def fill(apps: Any) -> list[int]:
    rows, history = (apps.get_model("groups", name).objects for name in ("Enrolment", "HistoricalEnrolment"))
    enrolments = list(rows.order_by("pk")[: len(WRITTEN)])
    for enrolment, (goal, contact) in zip(enrolments, WRITTEN, strict=True):
        rows.filter(pk=enrolment.pk).update(goal=goal, contact=contact)
        history.filter(id=enrolment.pk).update(goal=goal, contact=contact)
    return [enrolment.pk for enrolment in enrolments]


def found(enrolments: list[int]) -> list[list[str]]:
    from groups.models import Enrolment

    now = Enrolment.objects.filter(pk__in=enrolments).order_by("pk").values_list("mentor_note", flat=True)
    before = Enrolment.history.filter(id__in=enrolments).order_by("id").values_list("mentor_note", flat=True)
    return [list(now), sorted(set(before))]
