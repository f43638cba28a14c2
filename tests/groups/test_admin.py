import pytest
from django.test import Client
from django.urls import reverse

from groups.actions.enrolment import join_group
from groups.models import Membership
from people.models import User
from tests.conftest import NOW, TODAY, Cast


def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.zoe.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(cast.zoe)
    return client


@pytest.mark.parametrize("model", ["enrolment", "membership", "mentorship"])
def test_admin_deletes_no_stay(cast: Cast, model: str) -> None:
    row = {
        "enrolment": cast.enrolment("ana"),
        "membership": cast.ana,
        "mentorship": cast.clover.mentorships.get(),
    }[model]
    url = reverse(f"admin:groups_{model}_delete", args=[row.pk])
    assert operator(cast).post(url, {"post": "yes"}).status_code == 403
    assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_admin_credits_the_operator_in_the_history(cast: Cast) -> None:
    fields = {
        "enrolment": cast.ana.enrolment_id,
        "group": cast.clover.pk,
        "started_on": "2026-09-01",
        "ended_on": "",
        "end_reason": "",
    }
    url = reverse("admin:groups_membership_change", args=[cast.ana.pk])
    assert operator(cast).post(url, fields).status_code == 302
    changed = Membership.objects.get(pk=cast.ana.pk)
    assert str(changed.started_on) == "2026-09-01"
    assert changed.history.latest().history_user == cast.zoe


def test_admin_gives_a_new_group_the_next_hue(cast: Cast) -> None:
    plan = {"plan_items-TOTAL_FORMS": "0", "plan_items-INITIAL_FORMS": "0"}
    url = reverse("admin:groups_group_add")
    assert operator(cast).post(url, {"cohort": cast.cohort.pk, "name": "Fern", **plan}).status_code == 302
    assert cast.cohort.groups.get(name="Fern").hue == 2


def test_admin_lets_no_row_contradict_itself(cast: Cast) -> None:
    fields = {
        "enrolment": cast.ana.enrolment_id,
        "group": cast.clover.pk,
        "started_on": "2026-09-10",
        "ended_on": "2026-09-01",
        "end_reason": "moved",
    }
    url = reverse("admin:groups_membership_change", args=[cast.ana.pk])
    answer = operator(cast).post(url, fields)
    assert "membership_ends_after_start" in answer.content.decode()
    assert Membership.objects.get(pk=cast.ana.pk).ended_on is None


def test_admin_shows_the_history_of_a_stay(cast: Cast) -> None:
    join_group(enrolment=cast.enrolment("ana"), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    url = reverse("admin:groups_membership_history", args=[cast.ana.pk])
    page = operator(cast).get(url).content.decode()
    assert "Inês Duarte" in page
