"""Milestones that take longer than planned: of five students on."""

from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, Cast, SignIn
from tests.trends.views.test_trends import text_of
from tracker.models import Progress

NAMES = ("ana", "bruno", "chidi", "dalia", "emre", "fatima")


def spend(cast: Cast, milestone: int, *hours: str, state: str = "done") -> None:
    Progress.objects.bulk_create(
        Progress(
            enrolment=cast.enrolment(name),
            milestone=cast.milestones[milestone],
            state=state,
            hours=spent,
            changed_at=NOW,
            changed_by=cast.ines,
        )
        for name, spent in zip(NAMES, hours, strict=False)
    )


def needs(browser: Client) -> str:
    return text_of(browser.get(reverse("trends:need-list", args=["llm"])).content.decode())


def test_milestones_that_take_a_quarter_longer_are_to_improve(cast: Cast, as_: SignIn) -> None:
    # 2.5 h are planned for Indexation: a median of 3.25 passes it by more than a quarter, 3 would not.
    spend(cast, 2, "2", "3", "3.25", "3.5", "6")
    spend(cast, 1, "9", "9", "9", "9")
    spend(cast, 0, "3", "3", "4", "4.25", "5", "9")
    # An unfinished milestone, or one without hours, counts nowhere.
    spend(cast, 3, "9", "9", "9", "9", "9", state="working")
    shown = needs(as_("ines"))
    assert "Indexation takes longer than planned: a median of 3.2 h of 5 students, 2.5 h planned" in shown
    assert shown.count("takes longer than planned") == 1


def test_median_that_passes_the_plan_by_less_than_a_quarter_is_no_need(cast: Cast, as_: SignIn) -> None:
    spend(cast, 2, "3.1", "3.1", "3.1", "3.1", "3.1")
    assert "takes longer" not in needs(as_("ines"))
    Progress.objects.filter(milestone=cast.milestones[2]).update(hours="3.13")
    assert "Indexation takes longer than planned: a median of 3.1 h" in needs(as_("ines"))
