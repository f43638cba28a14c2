"""Hours planned and spent by milestone: of five students on, of whole cohorts."""

import csv
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, Cast
from tests.trends.asked_story import tell_asked
from tests.trends.views.test_trends import text_of
from tracker.models import Progress

type SignIn = Callable[[str], Client]
URL = "/courses/llm/trends/"
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


def sent(browser: Client) -> list[list[str]]:
    answer = browser.get(f"{URL}hours.csv")
    return list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines()))[1:]


def test_hours_have_quartiles_from_five_students_on_and_the_longer_are_needs(cast: Cast, as_: SignIn) -> None:
    # 2.5 h are planned for Indexation: a median of 3.25 passes it by more than a quarter, 3 would not.
    spend(cast, 2, "2", "3", "3.25", "3.5", "6")
    spend(cast, 1, "9", "9", "9", "9")
    spend(cast, 0, "3", "3", "4", "4.25", "5", "9")
    # What is not finished, or took no hours, counts nowhere.
    spend(cast, 3, "9", "9", "9", "9", "9", state="working")
    browser = as_("ines")
    expected = [
        ["LLM basics", "3.50", "3.0", "4.0", "5.0", "6", "FALSE"],
        ["Indexation", "2.50", "3.0", "3.25", "3.5", "5", "TRUE"],
    ]
    assert [[*row[:1], *map(str, row[1:])] for row in sent(browser)] == expected
    page = text_of(browser.get(f"{URL}hours/").content.decode())
    assert "LLM basics 3.5 h 4 h 3 to 5 h 6" in page
    assert "Indexation 2.5 h 3.2 h longer 3 to 3.5 h 5" in page
    assert "Prompt engineering" not in page
    needs = text_of(browser.get(reverse("trends:need-list", args=["llm"])).content.decode())
    assert "Indexation takes longer than planned: a median of 3.2 h of 5 students, 2.5 h planned" in needs
    assert "LLM basics takes" not in needs
    assert sent(as_("marta")) == []
    assert "Not counted for groups" in browser.get(f"{URL}hours/", {"group": "Clover"}).content.decode()


def test_median_that_passes_the_plan_by_less_than_a_quarter_is_no_need(cast: Cast, as_: SignIn) -> None:
    tell_asked(cast)
    browser = as_("ines")
    spend(cast, 2, "3.1", "3.1", "3.1", "3.1", "3.1")
    assert sent(browser)[0][-1] == "FALSE"
    assert "No milestone takes a quarter longer than planned." in text_of(browser.get(URL).content.decode())
    Progress.objects.filter(milestone=cast.milestones[2]).update(hours="3.13")
    assert sent(browser)[0][-1] == "TRUE"
    assert "Indexation takes 3.1 h, and 2.5 h were planned." in text_of(browser.get(URL).content.decode())
