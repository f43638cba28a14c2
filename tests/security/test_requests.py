"""What holds for every answer: what people wrote runs nowhere, the headers stand, signing out asks first."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort, Course, CourseLink, CourseSection, Material, Milestone
from groups.models import Absence, Group
from people.models import User
from questions.models import Answer, Question
from tests.conftest import Cast
from tests.places import furnish
from tests.security.everything import addresses, pages, places
from tests.security.headers import lacking
from tracker.models import AgreedStep, AttentionPutAside, CheckIn, CheckInEntry, CodeReview

SCRIPT = "\"'><script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)>"
MARKDOWN = (
    f"{SCRIPT}\n\n[x](javascript:alert(3)) [y](data:text/html,x) ![z](https://evil.example/z.png)\n\n"
    "<javascript:alert(4)>\n\n[q]: javascript:alert(5)\n[q]"
)


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
    Course.objects.update(summary=MARKDOWN)
    CourseSection.objects.update(title=SCRIPT, body=MARKDOWN)
    CourseLink.objects.update(name=SCRIPT[:60])
    Milestone.objects.filter(course=cast.course).update(title=SCRIPT)
    Group.objects.filter(pk=cast.clover.pk).update(name=SCRIPT, meeting=SCRIPT)
    CheckIn.objects.update(summary=MARKDOWN, private_note=MARKDOWN, request=MARKDOWN)
    CheckInEntry.objects.update(note=f"{SCRIPT} {MARKDOWN}")
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


@pytest.mark.no_cover
@pytest.mark.parametrize("role", ["ana", "marta", "ines"])
def test_nothing_that_people_wrote_runs_on_a_page(cast: Cast, role: str) -> None:
    write_scripts(cast)
    client = Client()
    client.force_login(cast.person(role))
    urls = list(dict.fromkeys([*places(cast), *addresses()]))
    shown = list(pages(client, urls, as_parts=role == "marta"))
    assert any("&lt;script&gt;alert(1)" in text for _, text in shown)
    # A calendar is text/calendar with nosniff: nothing in it runs.
    assert {url: runs(text) for url, text in shown if runs(text) and not url.endswith(".ics")} == {}


def test_answers_that_are_no_pages_of_ours_carry_the_headers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of our pages are looked at on the walk over all of them, in `every_page`."""
    client = Client(raise_request_exception=False)
    operator = User.objects.create_superuser("root@example.com", "a long password", name="Root")
    assert lacking(client.get("/no-such-page/")) == set()
    assert lacking(client.get("/admin/login/")) == set()
    assert lacking(client.get(reverse("account_login"))) == set()
    client.force_login(operator)
    for url in ("/admin/", "/admin/people/user/", "/admin/no-such/", "/account/logout/"):
        assert lacking(client.get(url)) == set(), url
    client.force_login(cast.ines)
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
