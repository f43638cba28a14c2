import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from groups.models import Enrolment
from people.models import Invitation, User
from sheets.forms.tabs import name_of
from sheets.management.commands.import_job import JobTicker, run_job
from sheets.models import ImportJob, SheetImport
from tests.conftest import NOW, Cast, SignIn
from tests.mails import deliver
from tests.sheets.importing import confirmed, roster, shown
from tracker.actions.mailing_invitations import send_waiting_invitations

pytestmark = pytest.mark.django_db
ROWS = "Name,E-mail,Group,Mentor\nGus Lind,gus@example.com,Willow,Nadia Rahal\nIvo,ivo@,,\n=Evil,evil@,,\n"


def given(client: Client, cast: Cast, content: bytes, name: str = "people.csv", **fields: str) -> SheetImport:
    file = SimpleUploadedFile(name, content)
    response = client.post(
        reverse("sheets:import-give", args=[cast.cohort.pk, "roster"]), {"uploads": file, **fields}
    )
    sheet_import = SheetImport.objects.latest("pk")
    assert response.headers["Location"] == reverse("sheets:import-tabs", args=[sheet_import.pk])
    return sheet_import


def test_roster_is_given_corrected_answered_confirmed_and_undone(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    sheet_import = given(client, cast, ROWS.encode())
    page = client.get(reverse("sheets:import-tabs", args=[sheet_import.pk])).text
    assert "Who is the mentor “Nadia Rahal”?" in page
    key = sheet_import.understood["tables"][0]["key"]
    asked = name_of(sheet_import.understood["questions"][0])
    fields = {
        f"{key}-kind": "people",
        f"{key}-column-0": "name",
        f"{key}-column-1": "email",
        f"{key}-column-2": "group",
        f"{key}-column-3": "mentor",
        f"answer-{asked}": "by-email",
        f"email-{asked}": "nadia@example.com",
    }
    refused = client.post(
        reverse("sheets:import-tabs", args=[sheet_import.pk]), fields | {f"email-{asked}": "nobody"}
    )
    assert refused.status_code == 200
    assert "Enter an e-mail address." in refused.text
    preview = client.post(reverse("sheets:import-tabs", args=[sheet_import.pk]), fields, follow=True)
    assert preview.redirect_chain == [(sheet_import.get_absolute_url(), 302)]
    assert "Nadia Rahal &lt;nadia@example.com&gt;" in preview.text
    assert not User.objects.filter(email="gus@example.com").exists()
    done = client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]), follow=True)
    assert "Imported on" in done.text
    assert Enrolment.objects.filter(person__email="gus@example.com").exists()
    again = client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]), follow=True)
    assert "it was already imported" in again.text
    back = client.post(reverse("sheets:import-undo", args=[sheet_import.pk]), follow=True)
    assert "everything is back as it was" in back.text
    assert not User.objects.filter(email__in=["gus@example.com", "nadia@example.com"]).exists()


def test_pasted_rows_are_a_file_too(cast: Cast, as_: SignIn) -> None:
    url = reverse("sheets:import-give", args=[cast.cohort.pk, "roster"])
    as_("ines").post(url, {"text": "Name\tE-mail\r\nGus Lind\tgus@example.com\r\n"})
    assert list(SheetImport.objects.get().lines.filter(verdict="new").values_list("what", flat=True)) == [
        "Gus Lind <gus@example.com>"
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose a file, or paste its text."),
        ({"uploads": SimpleUploadedFile("a.csv", b" ")}, "“a.csv” is empty."),
    ],
)
def test_nothing_given_is_said(cast: Cast, as_: SignIn, fields: dict[str, object], words: str) -> None:
    response = as_("ines").post(reverse("sheets:import-give", args=[cast.cohort.pk, "roster"]), fields)
    assert words in response.text
    assert not SheetImport.objects.exists()


def test_new_people_are_invited_only_when_ticked(
    cast: Cast, as_: SignIn, mailoutbox: list[EmailMessage]
) -> None:
    client = as_("ines")
    sheet_import = given(client, cast, b"Name,E-mail\nGus Lind,gus@example.com\n", is_inviting="on")
    assert mailoutbox == []
    client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]))
    assert mailoutbox == []
    send_waiting_invitations(NOW)
    assert [mail.to for mail in mailoutbox] == [["gus@example.com"]]
    client.post(reverse("sheets:import-undo", args=[sheet_import.pk]))
    assert not Invitation.objects.exists()


def test_list_of_more_people_than_a_batch_is_imported_once(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    rows = "".join(f"Person {n},p{n}@example.com\n" for n in range(2_100))
    file = SimpleUploadedFile("people.csv", f"Name,E-mail\n{rows}".encode())
    client.post(reverse("sheets:import-give", args=[cast.cohort.pk, "roster"]), {"uploads": file})
    sheet_import = SheetImport.objects.get()
    assert (sheet_import.state, sheet_import.lines.count()) == ("uploaded", 0)
    run_job(sheet_import.job.pk, JobTicker(sheet_import.job.pk))
    assert sheet_import.lines.count() == 2_106
    confirm_url = reverse("sheets:import-confirm", args=[sheet_import.pk])
    client.post(confirm_url)
    # Until the worker has done it, everything is as it was.
    assert cast.cohort.enrolments.count() == 6
    job = ImportJob.objects.get()
    run_job(job.pk, JobTicker(job.pk))
    assert cast.cohort.enrolments.count() == 2_106
    assert "Imported on" in client.post(confirm_url, follow=True).text
    assert not ImportJob.objects.exists()


def test_list_and_preview_ask_as_many_queries_for_one_as_for_many(
    cast: Cast,
    as_: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = as_("ines")
    for people in (1, 150):
        rows = "".join(f"Person {n},p{n}@example.com\n" for n in range(people))
        sheet_import = given(client, cast, f"Name,E-mail\n{rows}".encode())
        with django_assert_num_queries(11):
            client.get(sheet_import.get_absolute_url())
        with django_assert_num_queries(9):
            client.get(reverse("sheets:import-list", args=[cast.cohort.pk]))


def test_list_of_imports_has_pages(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    given(client, cast, ROWS.encode())
    oldest = SheetImport.objects.get()
    SheetImport.objects.bulk_create(
        SheetImport(
            kind="roster", course=cast.course, cohort=cast.cohort, uploaded_by=cast.ines, uploaded_at=NOW
        )
        for _ in range(25)
    )
    first, second = (
        client.get(reverse("sheets:import-list", args=[cast.cohort.pk]), {"page": n}).text for n in (1, 2)
    )
    assert (first.count('<li class="line">'), second.count('<li class="line">')) == (25, 1)
    assert f'href="/imports/{oldest.pk}/"' in second


def test_given_and_not_confirmed_can_be_deleted(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    sheet_import = given(client, cast, ROWS.encode())
    response = client.post(reverse("sheets:import-delete", args=[sheet_import.pk]))
    assert response.headers["Location"] == reverse("sheets:import-list", args=[cast.cohort.pk])
    assert not SheetImport.objects.exists()


def test_level_is_seen_on_the_page_of_the_student(cast: Cast, as_: SignIn) -> None:
    enrolment = cast.enrolment("ana")
    confirmed(
        roster(cast, ("name", "email", "level"), ("Ana Ruivo", "ana@example.com", "knows Python")), cast.ines
    )
    ines = as_("ines")
    for page in (
        f"/enrolments/{enrolment.pk}/",
        f"/enrolments/{enrolment.pk}/mentor-note/",
    ):
        assert "knows Python" in ines.get(page).content.decode(), page


PASTED = """Gus Lind <gus@example.com>
Hana Mori;hana@example.com;Juniper
Ivo Petrov
ana@example.com, Ana Ruivo"""


def pasted(client: Client, cast: Cast, text: str, **fields: str) -> SheetImport:
    give = reverse("sheets:import-give", args=[cast.cohort.pk, "roster"])
    response = client.post(give, {"text": text, **fields})
    sheet_import = SheetImport.objects.latest("pk")
    # There are no columns to check.
    asks = bool(sheet_import.understood["questions"])
    page = reverse("sheets:import-tabs", args=[sheet_import.pk])
    assert response.headers["Location"] == (page if asks else sheet_import.get_absolute_url())
    return sheet_import


def test_pasted_people_are_previewed_at_once_enrolled_invited_and_undone(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    page = client.get(reverse("sheets:import-give", args=[cast.cohort.pk, "roster"])).text
    assert page.index("One person per line") < page.index("Or a workbook")
    sheet_import = pasted(client, cast, PASTED, is_inviting="on")
    lines = [(line.verdict, line.what, line.location) for line in sheet_import.lines.in_order()]
    assert [line for line in lines if line[0] != "missing"] == [
        ("new", "Gus Lind <gus@example.com>", "row 1"),
        ("new", "Hana Mori <hana@example.com>", "row 2"),
        ("unreadable", "Ivo Petrov", "row 3"),
        ("unchanged", "Ana Ruivo <ana@example.com>", "row 4"),
    ]
    [asked] = sheet_import.understood["questions"]
    said = {f"answer-{name_of(asked)}": "leave-out"}
    preview = client.post(reverse("sheets:import-tabs", args=[sheet_import.pk]), said, follow=True).text
    assert "and invites new people by e-mail" in preview
    assert "Skipped, as you chose." in preview
    client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]))
    hana = Enrolment.objects.get(person__email="hana@example.com")
    assert hana.memberships.get().group == cast.juniper
    assert cast.cohort.enrolments.filter(ended_on=None).count() == 8
    assert {message.to[0] for message in deliver()} == {"gus@example.com", "hana@example.com"}
    back = client.post(reverse("sheets:import-undo", args=[sheet_import.pk]), follow=True)
    assert "everything is back as it was" in back.text
    assert not User.objects.filter(email__in=["gus@example.com", "hana@example.com"]).exists()


def test_pasted_line_whose_group_is_full_is_enrolled_without_one(cast: Cast, as_: SignIn) -> None:
    client = as_("ines")
    text = "Gus Lind, gus@example.com, Juniper\nHana Mori, hana@example.com, Juniper"
    sheet_import = pasted(client, cast, text)
    assert "Nothing is saved yet, and nobody is invited." in client.get(sheet_import.get_absolute_url()).text
    client.post(reverse("sheets:import-confirm", args=[sheet_import.pk]))
    assert cast.juniper.memberships.filter(enrolment__person__email="gus@example.com").exists()
    assert not Enrolment.objects.get(person__email="hana@example.com").memberships.exists()
    assert deliver() == []


def test_pasted_account_that_is_disabled_is_not_enrolled(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.zoe.pk).update(is_active=False)
    sheet_import = pasted(as_("ines"), cast, "Zoe <zoe@example.com>\nHana <hana@example.com>")
    assert shown(sheet_import, "unreadable", "new") == [
        ("unreadable", "Zoe <zoe@example.com>", "Zoe can no longer sign in; ask a site admin."),
        ("new", "Hana <hana@example.com>", "joins the cohort"),
    ]
