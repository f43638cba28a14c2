from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from courses.models import Cohort
from groups.models import PlanChange
from tests.conftest import TODAY, Cast, SignIn
from tests.factories.groups import GroupFactory, PlanItemFactory
from tests.messages import said, told

HOLIDAY = {"title": "The holiday", "starts_on": "2026-09-21", "ends_on": "2026-09-27"}
RAG = "RAG Sun 27 September → Sun 4 October"


def url(stem: str, *args: object) -> str:
    return reverse(f"groups:{stem}", args=args)


def rag(cast: Cast) -> tuple[date | None, date | None]:
    clover, juniper = (
        group.plan_items.get(milestone=cast.milestones[3]).due_on for group in (cast.clover, cast.juniper)
    )
    return clover, juniper


def test_pause_asks_of_which_groups_the_dates_move(cast: Cast, as_: SignIn) -> None:
    ines, address = as_("ines"), url("pause-add", cast.cohort.pk)
    cast.juniper.plan_items.filter(milestone=cast.milestones[3]).update(due_on=date(2026, 9, 30))
    before = rag(cast)
    shown = ines.post(address, HOLIDAY)
    assert [(str(group), label) for group, label in shown.context["groups"]] == [
        ("Clover", RAG), ("Juniper", "RAG Wed 30 September → Wed 7 October"),
    ]  # fmt: skip
    assert shown.text.count("checked>") == 2
    fields = {**HOLIDAY, "group": [cast.clover.pk], "seen": shown.context["preview"].key}
    # A mentor has changed a plan by then: nothing moves before the dates of now were looked at.
    cast.juniper.plan_items.filter(milestone=cast.milestones[3]).update(due_on=date(2026, 10, 1))
    before = rag(cast)
    shown = ines.post(address, fields)
    assert "This is different from what you saw before." in shown.text
    assert shown.context["ticked"] == {cast.clover.pk}
    fields["seen"] = shown.context["preview"].key
    # Other days are another pause.
    assert (
        "This is different from what you saw before."
        in ines.post(address, {**fields, "ends_on": "2026-10-04"}).text
    )
    assert (rag(cast), cast.cohort.pauses.count()) == (before, 0)
    answer = ines.post(address, fields)
    assert "Added “The holiday”: the dates of 1 group moved." in said(answer)
    assert rag(cast) == (date(2026, 10, 4), before[1])
    promise = "first due Sun 27 September, moved: The holiday"
    assert promise in as_("marta").get(url("plan-edit", cast.clover.pk)).text
    history = as_("marta").get(url("plan-history", cast.clover.pk))
    assert [change.reason for change in history.context["page"]] == ["The holiday"]
    removed = ines.post(url("pause-remove", cast.cohort.pauses.get().pk))
    assert told(removed)[-1] == "Removed “The holiday”: the dates of 1 group moved back."
    assert rag(cast) == before


def test_pause_moves_nothing_where_no_group_is_ticked(cast: Cast, as_: SignIn) -> None:
    ines, address, before = as_("ines"), url("pause-add", cast.cohort.pk), rag(cast)
    seen = ines.post(address, HOLIDAY).context["preview"].key
    answer = ines.post(address, {**HOLIDAY, "seen": seen})
    assert "Added “The holiday”: existing plans keep their dates." in said(answer)
    assert (rag(cast), cast.cohort.pauses.count()) == (before, 1)


def test_pause_ticks_the_groups_after_the_first_ones_together(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groups.views.pauses._LISTED", 1)
    ines, address, before = as_("ines"), url("pause-add", cast.cohort.pk), rag(cast)
    shown = ines.post(address, HOLIDAY)
    assert [str(group) for group, _ in shown.context["groups"]] == ["Clover"]
    assert "The other 1 group, too" in " ".join(shown.text.split())
    assert shown.text.count("checked>") == 2
    fields = {**HOLIDAY, "seen": shown.context["preview"].key}
    assert ines.post(address, {**fields, "ends_on": "2026-10-04"}).text.count("checked>") == 0
    said(ines.post(address, {**fields, "rest": "on"}))
    assert rag(cast) == (before[0], date(2026, 10, 4))


def test_removing_a_pause_names_the_plans_that_were_changed_since(cast: Cast, as_: SignIn) -> None:
    ines, address = as_("ines"), url("pause-add", cast.cohort.pk)
    seen = ines.post(address, HOLIDAY).context["preview"].key
    ines.post(address, {**HOLIDAY, "group": [cast.clover.pk, cast.juniper.pk], "seen": seen})
    cast.clover.plan_items.filter(milestone=cast.milestones[3]).update(due_on=date(2026, 10, 6))
    pause = url("pause-remove", cast.cohort.pauses.get().pk)
    assert told(ines.post(pause))[-2:] == [
        "Removed “The holiday”: the dates of 1 group moved back.",
        "Changed since, so their plans stay as they are: Clover.",
    ]
    assert rag(cast) == (date(2026, 10, 6), date(2026, 9, 27))
    assert ines.post(pause).status_code == 404


def test_start_moves_once_it_was_seen_and_back(cast: Cast, as_: SignIn) -> None:
    ines, address = as_("ines"), url("start-move", cast.cohort.pk)
    fields = {"starts_on": "2026-09-07", "reason": "No rooms yet"}
    calendar = url("cohort-calendar", cast.cohort.pk)
    assert address not in ines.get(calendar).content.decode()
    with time_machine.travel(datetime.fromisoformat("2026-08-28T10:00Z"), tick=False):
        assert address in ines.get(calendar).content.decode()
        assert "starts_on" not in ines.get(url("cohort-edit", cast.cohort.pk)).context["form"].fields
        assert ines.post(address, {**fields, "starts_on": "2026-08-31"}).status_code == 422
        page = ines.post(address, fields)
        assert "begins on Mon 7 September 2026 instead of Mon 31 August 2026" in " ".join(page.text.split())
        assert "Clover: LLM basics Sun 6 September → Sun 13 September, and 3 later dates" in page.text
        # A colleague's change is shown first.
        cast.clover.plan_items.filter(milestone=cast.milestones[0]).update(due_on=date(2026, 9, 5))
        page = ines.post(address, {**fields, "seen": page.context["preview"].key})
        assert "This is different from what you saw before." in page.text
        assert rag(cast) == (date(2026, 9, 27),) * 2
        answer = ines.post(address, {**fields, "seen": page.context["preview"].key})
        message = said(answer)
        assert "Autumn 2026 begins on 7 September 2026." in message
        assert rag(cast) == (date(2026, 10, 4),) * 2
        assert Cohort.objects.get(pk=cast.cohort.pk).starts_on == date(2026, 9, 7)
        assert (
            "first due Sun 27 September, moved: No rooms yet"
            in ines.get(url("plan-edit", cast.clover.pk)).text
        )
        query = {"before": "2026-08-31", "after": "2026-09-07"}
        moved_at = PlanChange.objects.first()
        assert moved_at is not None
        undo = reverse(
            "groups:start-undo",
            args=[cast.cohort.pk],
            query={**query, "moved_at": moved_at.made_at.isoformat()},
        )
        assert undo.replace("&", "&amp;") in message
        assert told(ines.post(undo))[-1] == "Autumn 2026 begins on 31 August 2026, as before."
        assert rag(cast) == (date(2026, 9, 27),) * 2
        assert "changed since" in told(ines.post(undo))[-1]
        assert told(ines.post(url("start-undo", cast.cohort.pk)))[-1] == "This cannot be undone."
    answer = as_("ines").post(address, fields)
    assert answer.context["form"].errors == {"starts_on": ["Autumn 2026 has started, so its start stays."]}


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
    assert told(answer)[-1] == "Clover’s plan is as it was before that change."
    assert "undone by Marta Pires" in marta.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("many", [1, 30])
def test_pages_of_moved_dates_stay_within_their_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for group in GroupFactory.create_batch(many, cohort=cast.cohort):
        PlanItemFactory.create(group=group, milestone=cast.milestones[3], due_on=TODAY + timedelta(days=12))
    PlanChange.objects.bulk_create(PlanChange(group=cast.clover, made_by=cast.ines) for _ in range(many))
    browser = as_("ines")
    with django_assert_num_queries(13):
        answer = browser.post(url("pause-add", cast.cohort.pk), HOLIDAY)
    assert len(answer.context["groups"]) == many + 2
    Cohort.objects.update(starts_on=TODAY + timedelta(days=1))
    fields = {"starts_on": TODAY + timedelta(days=8), "reason": "No rooms yet"}
    with django_assert_num_queries(12):
        answer = browser.post(url("start-move", cast.cohort.pk), fields)
    assert len(answer.context["preview"].shown["groups"]) == many + 2
    with django_assert_num_queries(10):
        browser.get(url("plan-history", cast.clover.pk))
