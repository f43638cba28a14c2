"""What holds for every request: the way back stays here, a GET changes nothing, what people wrote runs nowhere."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Cohort, Course, Material, Milestone
from groups.models import Absence, Group
from people.models import User
from questions.models import Answer, Question
from tests.conftest import Cast
from tests.places import PLACES, furnish
from tests.security.everything import addresses, pages, places
from tracker.models import AgreedStep, AttentionPutAside, CheckIn, CheckInEntry, CodeReview

SCRIPT = "\"'><script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)>"
MARKDOWN = (
    f"{SCRIPT}\n\n[x](javascript:alert(3)) [y](data:text/html,x) ![z](https://evil.example/z.png)\n\n"
    "<javascript:alert(4)>\n\n[q]: javascript:alert(5)\n[q]"
)
EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "http:///evil.example/",
    "http:evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " https://evil.example/",
    "\thttps://evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "evil",
    "foo:bar",
    "tracker:home",
    "?x=1",
    "#",
    "/x\r\nSet-Cookie: a=b",
    "/" + "x" * 5000,
    "\x00",
]


def sends_back(client: Client, url: str, fields: dict[str, object]) -> bool:
    """Whether the page goes where `next` says; only such pages are worth all the tries."""
    with transaction.atomic():
        response = client.post(url, {**fields, "next": "/there/"})
        transaction.set_rollback(True)
    return "/there/" in (response.get("Location"), response.get("HX-Location"))


@pytest.mark.parametrize("name", PLACES)
def test_a_way_back_never_leads_elsewhere(cast: Cast, name: str) -> None:
    furnish(cast)
    place = PLACES[name](cast)
    url = reverse(name, args=place.args)
    led: dict[str, str] = {}
    for role in ("ana", "ines"):
        client = Client()
        client.force_login(cast.person(role))
        for evil in EVIL if sends_back(client, url, place.fields) else EVIL[:1]:
            for headers in ({}, {"HX-Request": "true", "HX-Current-URL": evil, "Referer": evil}):
                fields = {**place.fields} if headers else {**place.fields, "next": evil}
                safe = {key: value.replace("\r\n", "") for key, value in headers.items()}
                with transaction.atomic():
                    response = client.post(url, fields, headers=safe)
                    transaction.set_rollback(True)
                to = response.get("Location", "") or response.get("HX-Location", "")
                if response.status_code >= 500 or (to and not to.startswith("/")) or to[1:2] in ("/", "\\"):
                    led[evil] = to or str(response.status_code)
                assert "a" not in response.cookies
    assert led == {}


@pytest.mark.parametrize("name", PLACES)
def test_a_get_changes_nothing(cast: Cast, name: str) -> None:
    furnish(cast)
    place = PLACES[name](cast)
    for role in ("ana", "marta", "ines"):
        client = Client()
        client.force_login(cast.person(role))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(name, args=place.args), place.fields)
        written = [
            row["sql"]
            for row in queries.captured_queries
            if row["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in row["sql"]
        ]
        assert written == []


@pytest.mark.django_db
def test_signing_out_asks_first() -> None:
    client = Client()
    client.force_login(User.objects.create_user("a@example.com", name="A"))
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def write_scripts(cast: Cast) -> None:
    """Put HTML and scripts wherever people write."""
    furnish(cast)
    User.objects.update(name=SCRIPT)
    for model in (Course, Cohort, Milestone, Material):
        model._default_manager.update(title=SCRIPT)
    Course.objects.update(summary=MARKDOWN, prerequisites=MARKDOWN)
    Milestone.objects.filter(course=cast.course).update(title=SCRIPT)
    Group.objects.filter(pk=cast.clover.pk).update(name=SCRIPT, meeting=SCRIPT)
    CheckIn.objects.update(summary=MARKDOWN, private_note=MARKDOWN, request=MARKDOWN)
    CheckInEntry.objects.update(blocker=SCRIPT, note=MARKDOWN)
    AgreedStep.objects.update(text=SCRIPT)
    Question.objects.update(title=SCRIPT, detail=MARKDOWN)
    Answer.objects.update(body=MARKDOWN)
    CodeReview.objects.update(note=MARKDOWN)
    Absence.objects.update(reason=SCRIPT[:100])
    AttentionPutAside.objects.update(reason=SCRIPT[:100])


def runs(text: str) -> list[str]:
    return [
        word
        for word in (
            "<script>alert", "<img src=x", 'href="javascript:', 'href="data:', "src=\"https://evil", ">49<",
        )
        if word in text
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["ana", "bruno", "marta", "ines"])
def test_nothing_that_people_wrote_runs_on_a_page(cast: Cast, role: str) -> None:
    write_scripts(cast)
    client = Client()
    client.force_login(cast.person(role))
    shown = list(pages(client, list(dict.fromkeys([*places(cast), *addresses()]))))
    assert any("&lt;script&gt;alert(1)" in text for _, text in shown)
    assert {url: runs(text) for url, text in shown if runs(text)} == {}


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def lacking(response: object) -> set[str]:
    policy = response.get("Content-Security-Policy", "")  # type: ignore[attr-defined]
    wrong = {name for name, value in HEADERS.items() if response.get(name) != value}  # type: ignore[attr-defined]
    if "default-src 'self'" not in policy or "unsafe" in policy or "frame-ancestors 'none'" not in policy:
        wrong.add("Content-Security-Policy")
    return wrong


def test_every_answer_carries_the_headers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(cast)
    client = Client(raise_request_exception=False)
    operator = User.objects.create_superuser("root@example.com", "a long password", name="Root")
    assert lacking(client.get("/no-such-page/")) == set()
    assert lacking(client.get("/admin/login/")) == set()
    assert lacking(client.get(reverse("account_login"))) == set()
    client.force_login(operator)
    for url in ("/admin/", "/admin/people/user/", "/admin/no-such/", "/account/logout/"):
        assert lacking(client.get(url)) == set(), url
    client.force_login(cast.ines)
    for name, place in PLACES.items():
        found = place(cast)
        for method in ("get", "post"):
            with transaction.atomic():
                response = getattr(client, method)(reverse(name, args=found.args), found.fields)
                transaction.set_rollback(True)
            assert lacking(response) == set(), name
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.ines)
    refused = strict.post(reverse("people:account"), {"name": "X"})
    assert refused.status_code == 403
    assert lacking(refused) == set()

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("people.views.account.AccountForm", broken)
    failed = client.get(reverse("people:account"))
    assert failed.status_code == 500
    assert lacking(failed) == set()


@pytest.mark.parametrize("name", PLACES)
def test_every_post_wants_a_token(cast: Cast, name: str) -> None:
    furnish(cast)
    place = PLACES[name](cast)
    for role in ("ana", "marta", "ines"):
        client = Client(enforce_csrf_checks=True)
        client.force_login(cast.person(role))
        with transaction.atomic():
            response = client.post(reverse(name, args=place.args), place.fields)
            transaction.set_rollback(True)
        assert response.status_code == 403
