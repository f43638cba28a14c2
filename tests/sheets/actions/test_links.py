"""A sheet by its address, with a server of the tests' own. Google's own answers are not tried anywhere."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from groups.models import Enrolment
from people.models import Hold, SentForm
from sheets.actions.confirm import confirm
from sheets.actions.links import file_address
from sheets.management.commands.import_job import JobTicker, run_job
from sheets.models import ImportFile, ImportJob, SheetImport
from sheets.reading.limits import LIMITS
from tests.conftest import NOW, Cast, SignIn
from tests.web_server import WebServer, web_server

SHEET = "https://docs.google.com/spreadsheets/d/1aBcDeFgHiJkLmNoPqRsTuV"
CSV = b"Name,E-mail\nGus Lind,gus@example.com\n"
SECRET = "/pub/0f3a-secret?key=9"


@pytest.fixture
def site(settings: Any) -> Iterator[WebServer]:
    settings.OUTGOING_HOSTS = ["localhost"]
    with web_server() as site:
        yield site


def address(site: WebServer, path: str = SECRET) -> str:
    return f"http://localhost:{site.port}{path}"


def give(ines: Client, cast: Cast, link: str, kind: str = "roster", **fields: Any) -> str:
    url = reverse("sheets:import-give", args=[cast.cohort.pk, kind])
    answer = ines.post(url, {"link": link, **fields})
    return answer["Location"] if answer.status_code == 302 else answer.text


def run() -> SheetImport:
    """Do the job as the worker has it done."""
    job = ImportJob.objects.get()
    run_job(job.pk, JobTicker(job.pk))
    return SheetImport.objects.latest("pk")


def answering(site: WebServer, content: bytes, **headers: str) -> None:
    site.answers[f"GET {SECRET}"] = (200, {name.replace("_", "-"): value for name, value in headers.items()})
    site.bodies[f"GET {SECRET}"] = content


@pytest.mark.parametrize(
    ("link", "has_all_tabs", "expected"),
    [
        (f"{SHEET}/edit#gid=7", False, f"{SHEET}/export?format=csv&gid=7"),
        (f"{SHEET}/edit?gid=7#gid=7", False, f"{SHEET}/export?format=csv&gid=7"),
        (f"{SHEET}/edit#gid=7", True, f"{SHEET}/export?format=xlsx"),
        (f"{SHEET}/edit?usp=sharing", False, f"{SHEET}/export?format=xlsx"),
        (f"{SHEET}/edit#gid=7%26x", False, f"{SHEET}/export?format=xlsx"),
        (SHEET.replace("/d/", "/u/0/d/"), False, f"{SHEET}/export?format=xlsx"),
        (f"{SHEET}/export?format=csv", True, f"{SHEET}/export?format=csv"),
        ("https://docs.google.com.example.org/spreadsheets/d/x/edit", True, ""),
        ("https://example.org/people.csv#gid=7", False, ""),
    ],
)
def test_address_of_a_google_sheet_leads_to_its_file(link: str, has_all_tabs: bool, expected: str) -> None:
    assert file_address(link, has_all_tabs=has_all_tabs) == (expected or link)


def test_sheet_is_fetched_once_by_the_worker_and_its_address_forgotten_with_the_import(
    cast: Cast, as_: SignIn, site: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answering(site, CSV, Content_Disposition="attachment; filename*=UTF-8''Team%20%C3%A9.csv")
    ines = as_("ines")
    waits = give(ines, cast, address(site))
    # It may take a minute, so no request waits for it.
    assert (waits.endswith("/work/"), site.received) == (True, [])
    sheet_import = run()
    assert sheet_import.state == "previewed"
    assert not sheet_import.is_long
    [file] = sheet_import.files.all()
    assert (file.name, file.size, b"Gus Lind" in bytes(file.content)) == ("Team é.csv", len(CSV), True)
    columns = reverse("sheets:import-tabs", args=[sheet_import.pk])
    assert ines.get(waits)["Location"] == columns
    # Somebody of the team edits the sheet: what was shown is what is imported.
    answering(site, CSV.replace(b"Gus", b"Hana"))
    ines.post(reverse("sheets:import-read", args=[sheet_import.pk]))
    page = ines.get(sheet_import.get_absolute_url()).text
    assert SECRET in page
    confirm(sheet_import=sheet_import, by=cast.ines, at=NOW)
    assert Enrolment.objects.filter(person__name="Gus Lind").exists()
    assert len(site.received) == 1
    kept = [SheetImport.objects.values().get(), *ImportFile.objects.values(), *SentForm.objects.values()]
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert any("works on import" in line for line in logged)
    for text in (str(kept), "\n".join(logged), ines.get(sheet_import.get_absolute_url()).text):
        assert "0f3a-secret" not in text


@pytest.mark.parametrize(
    ("status", "headers", "content", "said"),
    [
        (200, {"Content-Type": "text/html; charset=utf-8"}, b"Sign in", "is not shared"),
        (200, {}, b"\n<!DOCTYPE HTML><title>Sign in</title>", "is not shared"),
        (403, {}, b"", "is not shared"),
        (404, {}, b"", "is not shared"),
        (503, {}, b"", "localhost answers 503"),
        (200, {}, b"  ", "“localhost” is empty"),
        (200, {}, b"%PDF-1.7", "is a PDF"),
        (302, {"Location": "https://127.0.0.1/"}, b"", "private network"),
    ],
)
def test_what_is_no_sheet_says_what_to_do_and_can_be_tried_again(
    cast: Cast, as_: SignIn, site: WebServer, status: int, headers: dict[str, str], content: bytes, said: str
) -> None:
    ines = as_("ines")
    answering(site, content)
    site.answers[f"GET {SECRET}"] = (status, headers)
    waits = give(ines, cast, address(site))
    sheet_import = run()
    assert ines.get(waits)["Location"] == sheet_import.get_absolute_url()
    page = ines.get(sheet_import.get_absolute_url()).text
    assert said in page
    assert "Anyone with the link" in page or said != "is not shared"
    assert "Try again" in page
    answering(site, CSV)
    again = ines.post(reverse("sheets:import-read", args=[sheet_import.pk]))
    assert again["Location"] == waits
    assert run().state == "previewed"


def test_nothing_is_fetched_for_what_was_restored_until_it_is_released(
    cast: Cast, as_: SignIn, site: WebServer
) -> None:
    ines, hold = as_("ines"), Hold.objects.create(restored_at=NOW, backup_at=NOW)
    answering(site, CSV)
    give(ines, cast, address(site))
    sheet_import = run()
    page = ines.get(sheet_import.get_absolute_url()).text
    assert "Nothing is fetched before a site admin releases what was restored" in page
    assert site.received == []
    hold.delete()
    ines.post(reverse("sheets:import-read", args=[sheet_import.pk]))
    assert run().state == "previewed"


def test_more_than_the_limit_is_not_fetched_packed_or_not(
    cast: Cast, as_: SignIn, site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = replace(LIMITS, bytes=30_000, unpacked_bytes=50_000)
    monkeypatch.setattr("sheets.actions.links.LIMITS", small)
    monkeypatch.setattr("sheets.actions.tabs.LIMITS", small)
    book, packed = Workbook(), BytesIO()
    for _ in range(3_000):
        book.active.append(["Gus Lind", "gus@example.com"])
    book.save(packed)
    assert len(packed.getvalue()) < 30_000
    refused = []
    for content in (b"x" * 30_001, packed.getvalue()):
        answering(site, content)
        give(as_("ines"), cast, address(site))
        refused.append(run().understood["refusal"])
    assert "It has more than" in refused[0]
    assert "would unpack to" in refused[1]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("http://example.org/people.csv", "begins with https://"),
        ("https://127.0.0.1/people.csv", "private network"),
        ("https://[::1]/people.csv", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("https://ana:word@example.org/people.csv", "not an address"),
        ("people.csv", "not an address"),
    ],
)
def test_address_that_leads_nowhere_outside_is_refused_beside_its_field(
    cast: Cast, as_: SignIn, link: str, said: str
) -> None:
    page = give(as_("ines"), cast, link)
    assert "id_link_error" in page
    assert said in page
    assert f'value="{link}"' in page
    assert not SheetImport.objects.exists()


def test_own_network_is_refused_where_no_site_admin_allows_it(
    cast: Cast, as_: SignIn, site: WebServer, settings: Any
) -> None:
    """The name is looked up when it is fetched, and leads to this machine."""
    answering(site, CSV)
    settings.OUTGOING_HOSTS = []
    give(as_("ines"), cast, f"https://localhost:{site.port}{SECRET}")
    assert "There is no public host localhost." in run().understood["refusal"]
    assert site.received == []


def test_an_address_may_come_beside_what_is_pasted_and_is_offered_where_sheets_are(
    cast: Cast, as_: SignIn, site: WebServer
) -> None:
    answering(site, CSV)
    give(as_("ines"), cast, address(site), text="Hana Ito <hana@example.com>")
    assert run().lines.filter(verdict="new").count() == 2
    ines = as_("ines")
    for kind, is_offered in {"outline": False, "materials": True}.items():
        page = ines.get(reverse("sheets:course-import-give", args=[cast.course.slug, kind])).text
        assert ('name="link"' in page) is is_offered
    assert 'name="link"' in ines.get(reverse("sheets:import-give", args=[cast.cohort.pk, "sheet"])).text


def test_who_asked_and_is_no_course_admin_any_more_fetches_nothing(
    cast: Cast, as_: SignIn, site: WebServer
) -> None:
    answering(site, CSV)
    give(as_("ines"), cast, address(site))
    cast.course.admins.filter(person=cast.ines).delete()
    run()
    assert site.received == []
    assert "may no longer do it" in ImportJob.objects.get().why_ended


def test_more_than_ten_sheets_within_an_hour_wait_and_are_kept(cast: Cast, as_: SignIn) -> None:
    """One long job is done at a time, and each of these may take it a minute."""
    client = as_("ines")
    for n in range(10):
        assert give(client, cast, f"https://example.org/{n}.csv").endswith("/work/")
    page = client.get(give(client, cast, "https://example.org/more.csv")).text
    assert "You fetched 10 sheets by their address within an hour, the most allowed. Try again in 6" in page
    assert "Read the files" in page
    assert (ImportJob.objects.count(), SheetImport.objects.count()) == (10, 11)
    # Fetched sheets are read anew as often as one likes, and files are no matter of it.
    client.post(
        reverse("sheets:import-give", args=[cast.cohort.pk, "roster"]), {"text": "Hana <hana@example.com>"}
    )
    assert SheetImport.objects.latest("pk").lines.filter(verdict="new").count() == 1
