from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from groups.models import Enrolment, Membership
from tests.conftest import Cast, SignIn
from tests.factories.groups import MembershipFactory
from tests.factories.tracker import AgreedStepFactory
from tests.moving import move_student
from tracker.models import AgreedStep


def url_of(step: AgreedStep) -> str:
    return reverse("tracker:step-close", args=[step.pk])


def of_ana(cast: Cast, state: str = "open") -> AgreedStep:
    closed = {} if state == "open" else {"closed_at": timezone.now(), "closed_by": cast.marta}
    return AgreedStepFactory.create(
        group=cast.clover, enrolment=cast.enrolment("ana"), text="Read <b>", state=state, **closed
    )


def test_step_close_ticks_off_and_offers_the_way_back(cast: Cast, as_: SignIn) -> None:
    step = of_ana(cast)
    response = as_("ana").post(url_of(step), {"state": ["open", "done"], "next": "/week/"})
    assert response["Location"] == "/week/"
    step.refresh_from_db()
    assert (step.state, step.closed_by) == ("done", cast.person("ana"))
    (message,) = get_messages(response.wsgi_request)
    assert str(message).startswith("Done: Read &lt;b&gt;")
    assert f'action="{url_of(step)}"' in str(message)
    assert 'name="state" value="open"' in str(message)


def test_step_close_is_undone(cast: Cast, as_: SignIn) -> None:
    step = of_ana(cast, "done")
    as_("ana").post(url_of(step), {"state": "open"})
    step.refresh_from_db()
    assert (step.state, step.closed_by) == ("open", None)


def test_step_close_of_what_is_so_already_says_nothing(cast: Cast, as_: SignIn) -> None:
    response = as_("ana").post(url_of(of_ana(cast)), {"state": "open"})
    assert list(get_messages(response.wsgi_request)) == []


def test_step_close_is_for_each_of_the_group_only_where_the_step_is_the_groups(
    cast: Cast, as_: SignIn
) -> None:
    step, of_all = of_ana(cast), AgreedStepFactory.create(group=cast.clover)
    statuses = [as_("bruno").post(url_of(each), {"state": "done"}).status_code for each in (step, of_all)]
    assert statuses == [403, 302]
    step.refresh_from_db()
    assert step.state == "open"


@pytest.mark.parametrize(("before", "state"), [("open", "dropped"), ("dropped", "open"), ("dropped", "done")])
@pytest.mark.parametrize(("who", "status"), [("ana", 403), ("marta", 302)])
def test_step_close_removes_only_for_who_leads_the_group(
    cast: Cast, as_: SignIn, who: str, status: int, before: str, state: str
) -> None:
    step = of_ana(cast, before)
    assert as_(who).post(url_of(step), {"state": state}).status_code == status
    step.refresh_from_db()
    assert step.state == (state if status == 302 else before)


def test_step_close_goes_with_a_student_who_moved(cast: Cast, as_: SignIn) -> None:
    step = of_ana(cast)
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=date(2026, 9, 15), end_reason="moved")
    MembershipFactory.create(
        group=cast.juniper, enrolment=cast.enrolment("ana"), started_on=date(2026, 9, 15)
    )
    assert as_("marta").post(url_of(step), {"state": "done"}).status_code == 403
    for who in ("ana", "tomas"):
        assert as_(who).post(url_of(step), {"state": "done"}).status_code == 302


def test_step_close_stays_with_the_group_until_the_day_of_a_move(cast: Cast, as_: SignIn) -> None:
    step, ana = of_ana(cast), cast.enrolment("ana")
    move_student(enrolment=ana, group=cast.juniper, on=date(2026, 9, 21), by=cast.ines, at=timezone.now())
    for who, status in (("ana", 302), ("marta", 302), ("tomas", 403)):
        assert as_(who).post(url_of(step), {"state": "done"}).status_code == status


def test_step_close_after_a_move_is_a_sign_of_life(cast: Cast, as_: SignIn) -> None:
    step, ana = of_ana(cast), cast.enrolment("ana")
    move_student(enrolment=ana, group=cast.juniper, on=date(2026, 9, 15), by=cast.ines, at=timezone.now())
    as_("ana").post(url_of(step), {"state": "done"})
    assert Enrolment.objects.get(pk=cast.ana.enrolment_id).last_active_at == timezone.now()


@pytest.mark.parametrize("state", ["", "finished"])
def test_step_close_to_no_state_is_not_there(cast: Cast, as_: SignIn, state: str) -> None:
    assert as_("ana").post(url_of(of_ana(cast)), {"state": state}).status_code == 404


def test_step_close_of_no_step_is_not_there(cast: Cast, as_: SignIn) -> None:
    assert as_("ana").post(reverse("tracker:step-close", args=[999999]), {"state": "done"}).status_code == 404


def test_step_close_goes_nowhere_else(cast: Cast, as_: SignIn) -> None:
    response = as_("ana").post(url_of(of_ana(cast)), {"state": "done", "next": "https://evil.example/"})
    assert response["Location"] == reverse("tracker:group-detail", args=[cast.clover.pk])


def test_step_of_a_student_who_has_moved_shows_the_page_anew_not_in_the_card(cast: Cast, as_: SignIn) -> None:
    step = of_ana(cast)
    card = {"HX-Request": "true", "HX-Target": f"group-{cast.clover.pk}"}
    marta = as_("marta")
    assert marta.post(url_of(step), {"state": "done"}, headers=card).status_code == 200
    other = {"HX-Request": "true", "HX-Target": f"group-{cast.juniper.pk}"}
    assert marta.post(url_of(step), {"state": "open"}, headers=other).headers.get("HX-Refresh") == "true"
    step.refresh_from_db()
    assert step.state == "open"
