"""One page of what is kept about its reader, who looked at their week and where they are signed in; and the file."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from people.models import User
from tests.conftest import NOW, Cast, SignIn
from tests.factories.people import UserFactory
from tracker.models import WeekLook

PASSWORD = "three words in a row"


def look(cast: Cast, person: User, role: str = "mentor") -> None:
    WeekLook.objects.create(enrolment=cast.enrolment("ana"), person=person, role=role, looked_at=NOW)


def test_who_looked_is_a_line_each(cast: Cast, as_: SignIn) -> None:
    for person, role in ((cast.marta, "mentor"), (cast.marta, "mentor"), (cast.ines, "course admin")):
        look(cast, person, role)
    page = " ".join(as_("ana").get(reverse("tracker:privacy")).text.split())
    assert 'Marta Pires</span> <span class="small muted"> mentor · 2 times, last <time' in page
    assert 'Inês Duarte</span> <span class="small muted"> course admin · once, <time' in page
    assert "Looked at your week" not in as_("marta").get(reverse("tracker:privacy")).text


def test_the_page_costs_the_same_for_more_of_everything(
    cast: Cast, as_: SignIn, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    browser = as_("ana")
    browser.get(reverse("tracker:privacy"))
    for number in (1, 3):
        for _ in range(number):
            look(cast, UserFactory.create())
        with django_assert_num_queries(7):
            browser.get(reverse("tracker:privacy"))


def test_the_file_is_for_who_has_signed_in_lately(cast: Cast, client: Client) -> None:
    ana, address = cast.person("ana"), reverse("people:own-data")
    ana.set_password(PASSWORD)
    ana.save()
    client.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    answer = client.get(address)
    assert (answer.status_code, answer.streaming) == (200, True)
    assert answer["Content-Disposition"] == 'attachment; filename="trefoil-2026-09-16.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as archive:
        assert archive.namelist() == ["data.json", "page.html"]
        [account] = json.loads(archive.read("data.json"))["tables"]["people.User"]
        assert account["email"] == "ana@example.com"
        assert "ana@example.com" in archive.read("page.html").decode()
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 16 * 60}]
    session.save()
    # Asked for the password, then led to the page on which the download starts.
    asked = client.get(address)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    page = client.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert page["Refresh"] == f"0; url={address}"
    assert client.get(address).status_code == 200


def test_a_site_admin_writes_the_file_of_somebody(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "ana.zip"
    call_command("export_person", "Ana@example.com", str(file), stdout=(said := io.StringIO()))
    assert said.getvalue().startswith(f"{file}: ")
    assert file.stat().st_mode & 0o777 == 0o600
    assert zipfile.ZipFile(file).namelist() == ["data.json", "page.html"]
    with pytest.raises(CommandError, match="cannot be written: File exists"):
        call_command("export_person", "ana@example.com", str(file))
    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command("export_person", "nobody@example.com", str(tmp_path / "nobody.zip"))
