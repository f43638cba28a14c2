from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questions.models import Question
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import MilestoneFactory
from tests.factories.tracker import ProgressFactory
from tests.messages import said
from tracker.actions.closing import close_cohort
from tracker.models import Progress

State = Progress.State


def mark(browser: Client, cast: Cast, of: str = "ana", **changed: Any) -> Any:
    button = {"enrolment": cast.enrolment(of).pk, "milestone": cast.milestones[1].pk, "state": "done"}
    headers = changed.pop("headers", {})
    button |= {name: changed.pop(name) for name in button.keys() & changed.keys()}
    posted = {"mark": "-".join(str(part) for part in button.values())}
    return browser.post(
        reverse("tracker:progress-mark", args=[cast.clover.pk]), posted | changed, headers=headers
    )


def marks() -> list[tuple[str, str, str]]:
    rows = Progress.objects.select_related("enrolment__person", "milestone")
    return [(row.enrolment.person.name, row.milestone.title, row.state) for row in rows]


def test_progress_mark_goes_back_and_offers_undo(cast: Cast, as_: SignIn) -> None:
    response = mark(as_("ana"), cast, next="/week/")
    assert (response.status_code, response["Location"]) == (302, "/week/")
    assert marks() == [("Ana Ruivo", "Prompt engineering", "done")]
    progress = Progress.objects.get()
    change = progress.history.get()
    assert said(response).startswith("Prompt engineering is done. \n<form")
    url = reverse("tracker:progress-undo", args=[cast.clover.pk, progress.pk, change.history_id])
    assert f'action="{url}"' in said(response)
    assert 'name="next" value="/week/"' in said(response)


@pytest.mark.parametrize(
    ("state", "to_oneself", "to_the_mentor"),
    [
        ("working", "You are working on Prompt engineering.", "Ana is working on Prompt engineering."),
        ("need_help", "You need help with Prompt engineering. Your mentor", "Ana needs help with Prompt"),
        ("done", "Prompt engineering is done.", "Ana’s Prompt engineering is done."),
        ("skipped", "Prompt engineering is skipped.", "Ana’s Prompt engineering is skipped."),
    ],
)
def test_progress_mark_says_what_it_is_now(
    cast: Cast, as_: SignIn, state: str, to_oneself: str, to_the_mentor: str
) -> None:
    message = said(mark(as_("ana"), cast, state=state))
    assert message.strip().removeprefix("<span>").startswith(to_oneself)
    Progress.objects.all().delete()
    assert said(mark(as_("marta"), cast, state=state)).startswith(to_the_mentor)


def test_sorted_out_is_one_of_the_buttons(cast: Cast, as_: SignIn) -> None:
    mark(as_("ana"), cast, state="need_help")
    response = mark(as_("marta"), cast, state="sorted_out")
    assert said(response).startswith("Sorted out. Ana is working on Prompt engineering. \n<form")
    assert marks() == [("Ana Ruivo", "Prompt engineering", "working")]


def test_need_help_with_words_asks_the_group_and_a_second_sending_once(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")
    for _ in range(2):
        mark(browser, cast, state="need_help", words="Which key?\nIt says 401.")
    question = Question.objects.get()
    assert marks() == [("Ana Ruivo", "Prompt engineering", "need_help")]
    assert (question.title, question.detail, question.visibility, question.milestone) == (
        "Which key?", "It says 401.", "group", cast.milestones[1],
    )  # fmt: skip
    # Too long a text is kept in its field, beside the reason, and marks nothing.
    refused = mark(as_("bruno"), cast, of="bruno", state="need_help", words="x" * 2_001)
    assert (refused.status_code, len(marks())) == (422, 1)
    assert "x" * 2_001 in refused.text
    assert "at most 2000 characters" in refused.text
    # Of others nobody asks in their name.
    mark(as_("marta"), cast, of="chidi", state="need_help", words="Which?")
    assert Question.objects.count() == 1


def test_progress_mark_undoes_what_is_done(cast: Cast, as_: SignIn) -> None:
    for state in ("working", "done", "undo"):
        mark(as_("marta"), cast, state=state)
    assert marks() == [("Ana Ruivo", "Prompt engineering", "working")]


def test_progress_mark_without_a_change_offers_no_undo(cast: Cast, as_: SignIn) -> None:
    assert said(mark(as_("ana"), cast, state="not_started")) == "Prompt engineering is marked as not started."
    assert marks() == []


def test_progress_mark_by_who_mentored_once_is_refused(cast: Cast, as_: SignIn) -> None:
    cast.clover.mentorships.update(ended_on=date(2026, 9, 16))
    assert mark(as_("marta"), cast).status_code == 403


def test_progress_mark_notes_a_sign_of_life_of_the_student_only(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    mark(as_("marta"), cast)
    ana.refresh_from_db()
    assert ana.last_active_at is None
    mark(as_("ana"), cast, state="working")
    ana.refresh_from_db()
    assert ana.last_active_at == timezone.now()


@pytest.mark.parametrize(
    "changed", [{"milestone": ""}, {"state": "great"}, {"state": ""}, {"enrolment": "ana"}, {"enrolment": 0}]
)
def test_progress_mark_of_what_no_page_sends_is_not_found(
    cast: Cast, as_: SignIn, changed: dict[str, Any]
) -> None:
    assert mark(as_("marta"), cast, **changed).status_code == 404
    assert marks() == []


def test_progress_mark_of_a_milestone_of_another_course_is_not_found(cast: Cast, as_: SignIn) -> None:
    assert mark(as_("ana"), cast, milestone=MilestoneFactory.create().pk).status_code == 404


def test_progress_mark_after_the_cohort_was_closed_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    ended = dict.fromkeys(cast.cohort.enrolments.values_list("pk", flat=True), "finished")
    close_cohort(cohort=cast.cohort, on=TODAY, reasons=ended, word="", by=cast.ines, at=NOW)
    response = mark(as_("ines"), cast)
    assert response.status_code == 403
    assert "Autumn 2026 is closed. Reopen it first." in response.text
    assert marks() == []


def test_progress_mark_in_a_closed_cohort_says_why_not(cast: Cast, as_: SignIn) -> None:
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    response = mark(as_("ana"), cast)
    assert said(response).startswith("Autumn 2026 was closed on 16 September 2026.")
    assert response.status_code == 302
    assert marks() == []


def test_progress_mark_goes_nowhere_else(cast: Cast, as_: SignIn) -> None:
    response = mark(as_("ana"), cast, next="https://evil.example/")
    assert response["Location"] == reverse("tracker:group-detail", args=[cast.clover.pk])
    back = mark(as_("ana"), cast, headers={"Referer": "http://testserver/week/"})
    assert back["Location"] == "http://testserver/week/"


def test_progress_mark_is_a_post(cast: Cast, as_: SignIn) -> None:
    assert as_("ana").get(reverse("tracker:progress-mark", args=[cast.clover.pk])).status_code == 405


def test_progress_mark_by_htmx_ends_in_the_week_anew(cast: Cast, as_: SignIn) -> None:
    here = reverse("tracker:week", args=[cast.clover.pk], query={"milestone": cast.milestones[1].pk})
    headers = {"HX-Request": "true", "HX-Target": "week"}
    browser = as_("ana")
    response = mark(browser, cast, next=here, headers=headers)
    # It goes on to the next milestone.
    assert response["Location"] == reverse("tracker:week", args=[cast.clover.pk])
    shown = browser.get(response["Location"], headers=headers)
    assert shown["HX-Replace-Url"] == response["Location"]
    html = shown.content.decode()
    assert "<html" not in html
    next_id = cast.milestones[0].pk
    value = f"{cast.ana.enrolment_id}-{next_id}-done"
    button = (
        f'<button id="state-{next_id}-done" class="tone-ok" name="mark" value="{value}" aria-pressed="false">'
    )
    assert button in " ".join(html.split())
    # What was finished, and its undo, stand in the page, not in the bar as well, and lead back to it.
    done = " ".join(html.split('id="week-done"')[1].split("</div>")[0].split())
    assert "Prompt engineering is done." in done
    assert f'name="next" value="{here}"' in done
    assert html.count("Prompt engineering is done.") == 1
    assert "Prompt engineering is done." not in browser.get(response["Location"]).content.decode()


def test_skipping_goes_on_to_the_next_milestone(cast: Cast, as_: SignIn) -> None:
    here = reverse("tracker:week", args=[cast.clover.pk], query={"milestone": cast.milestones[1].pk})
    browser = as_("ana")
    response = mark(browser, cast, state="skipped", next=here)
    assert response["Location"] == reverse("tracker:week", args=[cast.clover.pk])
    page = browser.get(response["Location"]).content.decode()
    # Nothing is drawn as finished.
    assert "Prompt engineering is skipped." in page
    assert 'id="week-done"' not in page


def test_other_mark_stays_at_its_milestone(cast: Cast, as_: SignIn) -> None:
    address = {"milestone": cast.milestones[1].pk, "unfold": "on"}
    here = reverse("tracker:week", args=[cast.clover.pk], query=address)
    browser = as_("ana")
    assert mark(browser, cast, state="working", next=here)["Location"] == here
    unfolded = reverse("tracker:week", args=[cast.clover.pk], query={"unfold": "on"})
    assert mark(browser, cast, next=here)["Location"] == unfolded


def test_progress_mark_by_htmx_answers_a_mentor_with_the_row(cast: Cast, as_: SignIn) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    headers = {"HX-Request": "true", "HX-Target": f"group-{cast.clover.pk}"}
    response = mark(as_("marta"), cast, "bruno", headers=headers)
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count('<tr id="row-') == 1
    assert "Bruno’s Prompt engineering is done." in html
    assert "<html" not in html
