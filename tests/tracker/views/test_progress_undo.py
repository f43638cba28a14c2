from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, Cast, SignIn
from tests.messages import said
from tracker.actions.progress import last_change_id, mark, note_hours
from tracker.models import Progress

State = Progress.State


def slip(cast: Cast) -> Progress:
    """Ana needs help since yesterday and spent an hour; then she slips and marks it as done."""
    ana, rag = cast.enrolment("ana"), cast.milestones[3]
    yesterday = NOW - timedelta(days=1)
    mark(enrolment=ana, milestone=rag, state=State.NEED_HELP, by=ana.person, at=yesterday)
    note_hours(enrolment=ana, milestone=rag, hours=Decimal(1), by=ana.person, at=yesterday)
    return mark(enrolment=ana, milestone=rag, state=State.DONE, by=ana.person, at=NOW)


def undo(browser: Client, cast: Cast, progress: Progress, **posted: str) -> Any:
    args = [cast.clover.pk, progress.pk, last_change_id(progress)]
    return browser.post(reverse("tracker:progress-undo", args=args), posted)


def test_progress_undo_restores_state_since_when_and_hours(cast: Cast, as_: SignIn) -> None:
    progress = slip(cast)
    response = undo(as_("ana"), cast, progress, next="/week/")
    assert response["Location"] == "/week/"
    assert said(response) == "Undone. You need help with RAG. Your mentor sees it."
    progress.refresh_from_db()
    assert (progress.state, progress.state_since, progress.hours) == (
        State.NEED_HELP,
        NOW - timedelta(days=1),
        Decimal(1),
    )


@pytest.mark.parametrize(
    ("before", "told"),
    [(Decimal("1.5"), "Undone. 1.5 h on RAG noted."), (None, "Undone. No hours on RAG noted.")],
)
def test_progress_undo_of_hours_speaks_of_hours(
    cast: Cast, as_: SignIn, before: Decimal | None, told: str
) -> None:
    ana, rag = cast.enrolment("ana"), cast.milestones[3]
    mark(enrolment=ana, milestone=rag, state=State.NEED_HELP, by=ana.person, at=NOW)
    note_hours(enrolment=ana, milestone=rag, hours=before, by=ana.person, at=NOW)
    progress = note_hours(enrolment=ana, milestone=rag, hours=Decimal(10), by=ana.person, at=NOW)
    assert said(undo(as_("ana"), cast, progress)) == told
    progress.refresh_from_db()
    assert (progress.state, progress.hours) == (State.NEED_HELP, before)


def test_progress_undo_works_from_the_message_of_a_mark(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")
    url = reverse("tracker:progress-mark", args=[cast.clover.pk])
    button = f"{cast.ana.enrolment_id}-{cast.milestones[0].pk}"
    browser.post(url, {"mark": f"{button}-working", "next": "/week/"})
    response = browser.post(url, {"mark": f"{button}-done", "next": "/week/"}, headers={"HX-Request": "true"})
    address = list(get_messages(response.wsgi_request))[-1].message.split('action="')[1].split('"')[0]
    assert browser.post(address, {"next": "/week/"})["Location"] == "/week/"
    assert Progress.objects.get().state == State.WORKING


def test_progress_undo_leaves_what_was_done_since(cast: Cast, as_: SignIn) -> None:
    progress = slip(cast)
    first = progress.history.earliest().history_id
    url = reverse("tracker:progress-undo", args=[cast.clover.pk, progress.pk, first])
    assert said(as_("ana").post(url)).startswith("RAG was changed again, so this cannot be undone")
    progress.refresh_from_db()
    assert progress.state == State.DONE


def test_progress_undo_leaves_to_mentors_what_is_waived(cast: Cast, as_: SignIn) -> None:
    for name in ("waive", "unwaive"):
        url = reverse(f"tracker:progress-{name}", args=[cast.ana.enrolment_id])
        as_("marta").post(url, {"milestone": cast.milestones[3].pk})
    undo(as_("ana"), cast, Progress.objects.get())
    assert Progress.objects.get().waived_at is None


def test_progress_undo_in_a_closed_cohort_says_why_not(cast: Cast, as_: SignIn) -> None:
    progress = slip(cast)
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert said(undo(as_("ana"), cast, progress)).startswith("Autumn 2026 was closed")
    progress.refresh_from_db()
    assert progress.state == State.DONE


def test_progress_undo_of_nothing_is_not_found(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:progress-undo", args=[cast.clover.pk, 99, 99])
    assert as_("ana").post(url).status_code == 404
    progress = slip(cast)
    wrong_group = reverse(
        "tracker:progress-undo", args=[cast.juniper.pk, progress.pk, last_change_id(progress)]
    )
    assert as_("ines").post(wrong_group).status_code == 404
