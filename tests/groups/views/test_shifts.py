from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from groups.models import Group, PlanChange, Shift
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import GroupFactory, PlanItemFactory
from tests.messages import said, told

SignIn = Callable[[str], Client]


def url(stem: str, *args: object) -> str:
    return reverse(f"groups:{stem}", args=args)


def test_pause_asks_which_groups_go_along(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    cast.juniper.plan_items.filter(milestone=cast.milestones[3]).update(due_on=date(2026, 9, 30))
    fields = {"title": "The holiday", "starts_on": "2026-09-21", "ends_on": "2026-09-27"}
    answer = ines.post(url("pause-add", cast.cohort.pk), fields)
    shift = Shift.objects.get()
    assert answer["Location"] == url("shift-detail", shift.pk)
    shown = ines.get(answer["Location"])
    assert [
        (str(row.group), [(each.milestone, each.before, each.after) for each in row.dates])
        for row in shown.context["groups"]
    ] == [
        ("Clover", [("RAG", "Sun 27 September", "Sun 4 October")]),
        ("Juniper", [("RAG", "Wed 30 September", "Wed 7 October")]),
    ]
    ticks = {
        "shown": [cast.clover.pk, cast.juniper.pk], "group": [cast.clover.pk], "seen": shown.context["seen"],
    }  # fmt: skip
    # A mentor has changed a plan by then: nothing moves before the dates of now were looked at.
    Group.objects.filter(pk=cast.juniper.pk).update(version=7)
    assert "look at them again" in said(ines.post(url("shift-apply", shift.pk), ticks))
    assert cast.clover.plan_items.get(milestone=cast.milestones[3]).due_on == date(2026, 9, 27)
    ticks["seen"] = ines.get(answer["Location"]).context["seen"]
    assert "The holiday: the dates of 1 group moved." in said(ines.post(url("shift-apply", shift.pk), ticks))
    assert cast.clover.plan_items.get(milestone=cast.milestones[3]).due_on == date(2026, 10, 4)
    assert cast.juniper.plan_items.get(milestone=cast.milestones[3]).due_on == date(2026, 9, 30)
    promise = "first due Sun 27 September, moved: The holiday"
    for name, address in (
        ("marta", url("plan-edit", cast.clover.pk)),
        ("marta", reverse("tracker:group-detail", args=[cast.clover.pk])),
        ("ana", reverse("tracker:week", args=[cast.clover.pk])),
    ):
        assert promise in as_(name).get(address).content.decode(), address
    history = as_("marta").get(url("plan-history", cast.clover.pk))
    assert [line.change.reason for line in history.context["lines"]] == ["The holiday"]
    assert told(ines.post(url("shift-undo", shift.pk)))[-1] == "Undone: The holiday."
    assert cast.clover.plan_items.get(milestone=cast.milestones[3]).due_on == date(2026, 9, 27)


def test_shift_says_what_becomes_of_the_start(cast: Cast, as_: SignIn) -> None:
    shift = Shift.objects.create(
        cohort=cast.cohort, from_on=TODAY, days=7, reason="Snow", made_by=cast.ines, made_at=NOW
    )
    ines = as_("ines")
    head = reverse("groups:cohort-people", args=[cast.cohort.pk])
    assert "is under way" in ines.get(url("shift-detail", shift.pk)).content.decode()
    assert "since 31 August 2026" in " ".join(ines.get(head).content.decode().split())
    Cohort.objects.update(starts_on=date(2026, 9, 21))
    page = " ".join(ines.get(url("shift-detail", shift.pk)).content.decode().split())
    assert "it begins on Mon 28 September 2026 instead of Mon 21 September 2026" in page
    assert "begins 21 September 2026" in " ".join(ines.get(head).content.decode().split())
    ticks = {"shown": [cast.clover.pk], "group": [cast.clover.pk]}
    assert "begins on 28 September 2026." in said(ines.post(url("shift-apply", shift.pk), ticks))
    page = ines.get(url("shift-detail", shift.pk)).content.decode()
    assert "Mon 21 September 2026 until then, moved along" in page


def test_shift_by_days_is_a_draft_that_can_be_discarded(cast: Cast, as_: SignIn) -> None:
    ines = as_("ines")
    fields = {"shift-from_on": "2026-09-16", "shift-days": "0", "shift-reason": "Snow"}
    assert ines.post(url("shift-list", cast.cohort.pk), fields).status_code == 422
    answer = ines.post(url("shift-list", cast.cohort.pk), fields | {"shift-days": "3"})
    shift = Shift.objects.get()
    # Juniper has no date that moves: nothing to choose.
    cast.juniper.plan_items.update(due_on=None)
    assert ines.get(answer["Location"]).content.decode().count('type="checkbox"') == 1
    ines.post(answer["Location"], {"shown": [cast.clover.pk]})
    shift.refresh_from_db()
    assert shift.left_out == [cast.clover.pk]
    assert "1 group left out so far" in ines.get(answer["Location"]).content.decode()
    assert said(ines.post(url("shift-discard", shift.pk))) == "Discarded: Snow. No date was moved."
    assert not Shift.objects.exists()


def test_plan_is_changed_with_its_reason_and_undone_by_its_mentor(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    form = marta.get(url("plan-edit", cast.clover.pk)).context["form"]
    fields = {f"in-{row.pk}": "on" for row in cast.milestones}
    fields |= {f"due-{row.pk}": "2026-09-30" for row in cast.milestones}
    marta.post(
        url("plan-edit", cast.clover.pk), {**fields, "version": form.instance.version, "reason": "Exams"}
    )
    change = PlanChange.objects.get()
    assert (change.reason, change.made_by) == ("Exams", cast.marta)
    answer = marta.post(url("plan-change-undo", change.pk))
    assert told(answer)[-1] == "The plan of Clover is as it was before that change."
    assert "undone by Marta Pires" in marta.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("many", [1, 3, 30])
def test_shift_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for group in GroupFactory.create_batch(many, cohort=cast.cohort):
        PlanItemFactory.create(group=group, milestone=cast.milestones[3], due_on=TODAY + timedelta(days=3))
    PlanChange.objects.bulk_create(PlanChange(group=cast.clover, made_by=cast.ines) for _ in range(many))
    shift = Shift.objects.create(
        cohort=cast.cohort, from_on=TODAY, days=7, reason="x", made_by=cast.ines, made_at=NOW
    )
    browser = as_("ines")
    with django_assert_num_queries(13):
        answer = browser.get(url("shift-detail", shift.pk))
    assert len(answer.context["groups"]) == min(many + 2, 25)
    with django_assert_num_queries(8):
        browser.get(url("shift-list", cast.cohort.pk))
    with django_assert_num_queries(9):
        browser.get(url("plan-history", cast.clover.pk))
    browser.post(url("shift-apply", shift.pk), {"shown": [], "group": []})
    with django_assert_num_queries(12):
        browser.get(url("shift-detail", shift.pk))
