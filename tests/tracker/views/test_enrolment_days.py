from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from groups.models import Enrolment, Group
from tests.conftest import NOW, Cast, SignIn
from tests.moving import end_enrolment
from tracker.dashboards.group_overviews import group_overview

pytestmark = pytest.mark.django_db


def url(cast: Cast) -> str:
    return reverse("tracker:enrolment-days", args=[cast.ana.enrolment_id])


def typed(cast: Cast, start: str, **fields: Any) -> dict[str, Any]:
    return {"enrolment-start": start, f"stay-{cast.ana.pk}-start": "2026-08-31"} | fields


def key(client: Client, cast: Cast) -> str:
    return str(client.get(url(cast)).context["form"].key())


def test_corrected_days_move_the_stay_that_began_with_the_enrolment(cast: Cast, as_: SignIn) -> None:
    """Ana joined on 8 September in truth: the first milestone, due on the 6th, is not expected of her."""
    client = as_("ines")
    saved = client.post(url(cast), typed(cast, "2026-09-07", seen=key(client, cast)))
    enrolment = Enrolment.objects.get(pk=cast.ana.enrolment_id)
    assert saved.headers["Location"] == reverse("tracker:enrolment-detail", args=[enrolment.pk])
    cast.ana.refresh_from_db()
    assert (enrolment.started_on, cast.ana.started_on) == (date(2026, 9, 7), date(2026, 9, 7))
    overview = group_overview(Group.objects.select_related("cohort__course").get(pk=cast.clover.pk), now=NOW)
    ana = next(member for member in overview.members if member.enrolment_id == enrolment.pk)
    assert [each.id for each in ana.standing.work.due] == [cast.milestones[1].pk]


def test_days_that_somebody_else_corrected_meanwhile_are_shown_first(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    seen = key(client, cast)
    Enrolment.objects.filter(pk=cast.ana.enrolment_id).update(started_on=date(2026, 8, 30))
    answer = client.post(url(cast), typed(cast, "2026-08-25", seen=seen))
    assert (answer.status_code, answer.context["form"]["enrolment-start"].value()) == (422, "2026-08-25")
    assert "Saved now: Enrolment from 30 August 2026; Stay 1: Clover from 31 August 2026." in answer.text
    assert Enrolment.objects.get(pk=cast.ana.enrolment_id).started_on == date(2026, 8, 30)
    client.post(url(cast), typed(cast, "2026-08-25", seen=answer.context["form"].key()))
    assert Enrolment.objects.get(pk=cast.ana.enrolment_id).started_on == date(2026, 8, 25)


def test_emptied_end_opens_enrolment_and_stay_again(cast: Cast, as_: SignIn) -> None:
    end_enrolment(
        enrolment=cast.enrolment("ana"), on=date(2026, 9, 7), end_reason="dropped", by=cast.ines, at=NOW
    )
    client = as_("ines")
    fields = {"enrolment-end": "", f"stay-{cast.ana.pk}-end": "2026-09-07"}
    client.post(url(cast), typed(cast, "2026-08-31", seen=key(client, cast), **fields))
    cast.ana.refresh_from_db()
    assert (cast.ana.ended_on, cast.ana.enrolment.ended_on) == (None, None)


def test_contradiction_is_said_in_the_form(cast: Cast, as_: SignIn) -> None:
    fields = typed(cast, "2026-09-07", **{f"stay-{cast.ana.pk}-start": "2026-09-01"})
    client = as_("ines")
    answer = client.post(url(cast), fields | {"seen": key(client, cast)})
    assert answer.status_code == 422
    assert "The stay in Clover cannot start before the enrolment, on 7 September 2026." in answer.text
