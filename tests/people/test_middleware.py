"""A signed-out person is led to a page; a script is told, and never gets the sign-in page for an answer."""

from datetime import datetime, timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.conftest import NOW, Cast, SignIn
from tests.messages import told

ASK = "/groups/1/questions/new/"


@pytest.mark.parametrize("header", [{"HX-Request": "true"}, {"X-Requested-With": "check-in"}])
def test_script_of_somebody_signed_out_is_told_so(db: None, header: dict[str, str]) -> None:
    for answer in (
        Client().get("/week/", headers=header),
        Client().post("/groups/1/progress/", headers=header),
    ):
        assert (answer.status_code, answer.text) == (401, "Sign in first.")
        assert "Trefoil-Person" not in answer


def test_script_learns_for_whom_an_answer_is(cast: Cast, as_: SignIn) -> None:
    answer = as_("ana").get("/week/", headers={"HX-Request": "true"})
    assert answer["Trefoil-Person"] == str(cast.person("ana").pk)
    assert "Trefoil-Person" not in as_("ana").get("/week/")


@pytest.mark.parametrize(
    ("referer", "next_url"),
    [
        ("http://testserver/week/?milestone=3", "/week/%3Fmilestone%3D3"),
        ("https://elsewhere.example/week/", "/"),
        ("", "/"),
    ],
)
def test_form_of_somebody_signed_out_leads_back_to_its_page(db: None, referer: str, next_url: str) -> None:
    answer = Client().post(ASK, {"title": "Why?"}, headers={"Referer": referer})
    assert answer["Location"] == f"/account/login/code/?next={next_url}"
    assert told(answer) == ["Not saved: you were signed out. Sign in, then send it again."]


def test_address_of_a_form_opened_as_a_page_leads_to_ones_own(cast: Cast, as_: SignIn) -> None:
    url = reverse("tracker:progress-mark", args=[cast.clover.pk])
    answer = as_("ana").get(url, headers={"Sec-Fetch-Mode": "navigate"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert as_("ana").get(url).status_code == 405


def test_session_is_renewed_once_a_day_by_people_and_never_by_scripts(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")

    def ends() -> datetime:
        return Session.objects.get().expire_date

    first = ends()
    with time_machine.travel(NOW + timedelta(hours=5), tick=False):
        browser.get("/week/")
    assert ends() == first
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        for header in ({"HX-Request": "true"}, {"X-Requested-With": "check-in"}):
            browser.get("/week/", headers=header)
        assert ends() == first
        browser.get("/week/")
    assert ends() == first + timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("sheets:export-workbook", ["group"]),
        ("sheets:export-csv", ["cohort", "progress"]),
        ("trends:trends-csv", ["llm"]),
    ],
)
def test_download_opened_while_signed_out_starts_on_a_page_after_signing_in(
    cast: Cast, as_: SignIn, name: str, args: list[str]
) -> None:
    of = {"group": cast.clover.pk, "cohort": cast.cohort.pk}
    file = reverse(name, args=[of.get(one, one) for one in args]) + "?private_notes=on"
    answer = Client().get(file)
    _, _, target = answer["Location"].partition("?next=")
    page = as_("ines").get(unquote(target))
    assert page["Refresh"] == f"0; url={file}"
    assert f'href="{file}"' in page.text
    assert as_("ines").get(file)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "file", ["", "/week/", "//evil.example/groups/1/workbook/", "/nothing/", "https://[::1"]
)
def test_page_of_a_download_leads_to_nothing_else(cast: Cast, as_: SignIn, file: str) -> None:
    assert as_("ines").get(reverse("people:download"), {"file": file}).status_code == 404
