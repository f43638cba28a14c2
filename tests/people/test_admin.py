import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import User
from tests.conftest import Cast
from tests.places import furnish


@pytest.fixture
def operator(cast: Cast) -> Client:
    User.objects.filter(pk=cast.ines.pk).update(is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(cast.ines)
    return client


def test_admin_is_for_operators(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.marta)
    answer = client.get(reverse("admin:index"))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("admin:login"))


def test_admin_makes_a_person_without_a_password(cast: Cast, operator: Client) -> None:
    fields = {"email": "Gus@example.com", "name": "Gus Lind", "usable_password": "false"}
    answer = operator.post(reverse("admin:people_user_add"), fields)
    assert answer.status_code == 302
    gus = User.objects.get(name="Gus Lind")
    assert (gus.email.lower(), gus.has_usable_password()) == ("gus@example.com", False)


def test_admin_finds_people_by_name_and_address(cast: Cast, operator: Client) -> None:
    page = operator.get(reverse("admin:people_user_changelist"), {"q": "marta"}).content.decode()
    assert "marta@example.com" in page
    assert "ana@example.com" not in page


def test_admin_deletes_no_person(cast: Cast, operator: Client) -> None:
    assert (
        operator.post(reverse("admin:people_user_delete", args=[cast.zoe.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert User.objects.filter(pk=cast.zoe.pk).exists()


def test_admin_anonymises_after_a_second_thought(cast: Cast, operator: Client) -> None:
    url = reverse("admin:people_user_changelist")
    # Oneself is left out: who else would undo a slip?
    chosen = {"action": "anonymise_people", "_selected_action": [cast.zoe.pk, cast.ines.pk]}
    asked = operator.post(url, chosen).content.decode()
    assert "Zoe Lind, zoe@example.com" in asked
    assert "ines@example.com" not in asked
    assert User.objects.get(pk=cast.zoe.pk).name == "Zoe Lind"
    operator.post(url, chosen | {"confirmed": "1"})
    gone = User.objects.get(pk=cast.zoe.pk)
    assert (gone.name, gone.anonymised_at) == (f"Former person {gone.pk}", timezone.now())
    assert User.objects.get(pk=cast.ines.pk).name == "Inês Duarte"
    assert [(entry.user, entry.object_id) for entry in LogEntry.objects.all()] == [(cast.ines, str(gone.pk))]


@pytest.mark.parametrize(
    "name", sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry)
)
def test_admin_shows_list_and_row_of_everything(cast: Cast, operator: Client, name: str) -> None:
    """No list is ordered by what it has not, and no page of a row falls over."""
    furnish(cast)
    answer = operator.get(reverse(f"admin:{name}_changelist"))
    assert answer.status_code == 200
    assert operator.get(reverse(f"admin:{name}_changelist"), {"q": "a"}).status_code == 200
    rows = answer.context["cl"].result_list
    for row in rows[:1]:
        assert operator.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200
