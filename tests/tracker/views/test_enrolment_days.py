from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Enrolment
from tests.conftest import NOW, Cast
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tests.moving import end_enrolment

type SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def url(cast: Cast) -> str:
    return reverse("tracker:enrolment-days", args=[cast.ana.enrolment_id])


def typed(cast: Cast, start: str, **fields: Any) -> dict[str, Any]:
    return {"enrolment-start": start, f"stay-{cast.ana.pk}-start": "2026-08-31"} | fields


def test_what_correcting_days_changes_is_shown_before_it_is_saved(cast: Cast, as_: SignIn) -> None:
    """Ana joined on 8 September in truth: the first milestone, due on the 6th, is not expected of her."""
    for week in (date(2026, 8, 31), date(2026, 9, 7)):
        check_in = CheckInFactory.create(group=cast.clover, week_starts_on=week, held_on=week)
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("ana"))
    client = as_("ines")
    answer = client.post(url(cast), typed(cast, "2026-09-07"))
    changes = {one.what: (one.before, one.after) for one in answer.context["changes"]}
    # The words of these are tested with the rules.
    assert {changes.pop("Standing"), changes.pop("Attention")}
    assert changes == {
        "Enrolment": ("from 31 August 2026", "from 7 September 2026"),
        "Stay 1: Clover": ("from 31 August 2026", "from 7 September 2026"),
        "Expected until today": ("LLM basics, Prompt engineering", "Prompt engineering"),
        "Check-ins with an entry about them, outside their stay": ("0", "1"),
        "Check-ins of their group, in their stay": ("2", "1"),
    }
    enrolment = Enrolment.objects.get(pk=cast.ana.enrolment_id)
    assert enrolment.started_on == date(2026, 8, 31)
    saved = client.post(url(cast), typed(cast, "2026-09-07", seen=answer.context["form"].key()))
    assert saved.headers["Location"] == reverse("groups:enrolment-detail", args=[enrolment.pk])
    enrolment.refresh_from_db()
    cast.ana.refresh_from_db()
    assert (enrolment.started_on, cast.ana.started_on) == (date(2026, 9, 7), date(2026, 9, 7))


def test_days_changed_after_the_preview_are_previewed_again(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    seen = client.post(url(cast), typed(cast, "2026-08-25")).context["form"].key()
    other = client.post(url(cast), typed(cast, "2026-08-26", seen=seen))
    assert other.context["changes"]
    # Somebody else corrects them before these are saved.
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(started_on=date(2026, 8, 30))
    assert client.post(url(cast), typed(cast, "2026-08-25", seen=seen)).context["changes"]
    assert Enrolment.objects.get(pk=cast.ana.enrolment_id).started_on == date(2026, 8, 30)


def test_same_days_change_nothing(cast: Cast, as_: SignIn) -> None:
    assert "Nothing changes" in as_("ines").post(url(cast), typed(cast, "2026-08-31")).text


def test_emptied_end_opens_enrolment_and_stay_again(cast: Cast, as_: SignIn) -> None:
    end_enrolment(
        enrolment=cast.enrolment("ana"), on=date(2026, 9, 7), end_reason="dropped", by=cast.ines, at=NOW
    )
    client = as_("ines")
    fields = {"enrolment-end": "", f"stay-{cast.ana.pk}-end": "2026-09-07"}
    seen = client.post(url(cast), typed(cast, "2026-08-31", **fields)).context["form"].key()
    client.post(url(cast), typed(cast, "2026-08-31", seen=seen, **fields))
    cast.ana.refresh_from_db()
    assert (cast.ana.ended_on, cast.ana.enrolment.ended_on) == (None, None)


def test_contradiction_is_said_in_the_form(cast: Cast, as_: SignIn) -> None:
    fields = typed(cast, "2026-09-07", **{f"stay-{cast.ana.pk}-start": "2026-09-01"})
    answer = as_("ines").post(url(cast), fields)
    assert answer.status_code == 422
    assert "The stay in Clover cannot start before the enrolment, on 7 September 2026." in answer.text
