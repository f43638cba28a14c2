"""Help: a page for students, for mentors and for course admins, which names what stands on the pages."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from groups.views.help_pages import PAGES
from tests.conftest import Cast, SignIn


@pytest.mark.parametrize(
    ("who", "page"),
    [("ana", "students"), ("marta", "mentors"), ("ines", "course-admins"), ("zoe", "course-admins")],
)
def test_help_opens_at_what_one_does(cast: Cast, as_: SignIn, who: str, page: str) -> None:
    browser = as_(who)
    assert f'href="{reverse("groups:help")}"' in browser.get("/account/").text
    answer = browser.get(reverse("groups:help"), follow=True)
    assert answer.redirect_chain == [(reverse("groups:help-page", args=[page]), 302)]
    assert f"<h1>For {page.replace('-', ' ')}</h1>" in answer.text
    assert all(reverse("groups:help-page", args=[other]) in answer.text for other in PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_help_shows_its_pictures(cast: Cast, as_: SignIn, page: str) -> None:
    text = as_("ana").get(reverse("groups:help-page", args=[page])).text
    pictures = re.findall(r'<img src="/static/([^"]+)"', text)
    assert pictures
    assert all(finders.find(picture) for picture in pictures)


@pytest.mark.parametrize("page", PAGES)
def test_help_leads_nowhere_that_is_not_there(cast: Cast, as_: SignIn, page: str) -> None:
    browser = as_("ines")
    text = browser.get(reverse("groups:help-page", args=[page])).text
    links = [
        link for link in re.findall(r'<a [^>]*href="([^"#]+)', text) if not re.match("/static/|https?:", link)
    ]
    assert [link for link in links if browser.get(link, follow=True).status_code != 200] == []


def test_there_is_help_for_nobody_else(cast: Cast, as_: SignIn) -> None:
    assert as_("ana").get(reverse("groups:help-page", args=["../security"[3:]])).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_help_names_what_stands_on_pages(page: str) -> None:
    text = (settings.BASE_DIR / "docs" / f"for-{page}.md").read_text()
    apps = ["config", "groups", "questions", "telling", "tracker", "trends", "sheets", "courses"]
    files = [*settings.BASE_DIR.glob("templates/**/*.html")]
    files += [path for app in apps for path in settings.BASE_DIR.glob(f"{app}/**/*.py")]
    pages = " ".join(" ".join(path.read_text().split()) for path in files)
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text)
    assert len(named) > 5
    assert [words for words in named if words not in pages] == []
