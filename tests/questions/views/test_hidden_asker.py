"""A student with a hidden name is named to no other student: on no page, in no order, by no filter."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from questions.actions import answer, ask, ask_again, mark_duplicate
from questions.models import Picture, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInFactory
from tests.pictures import picture_file

# Nothing of it is in another name, a title or an address.
NAME, MAIL = "Quirina Xanthopoulos", "quirina@example.com"


@pytest.fixture
def hidden(cast: Cast) -> Question:
    """Ana, under a name that is found if it stands anywhere, hid it, answered herself, and has a duplicate."""
    ana = cast.person("ana")
    ana.name, ana.email = NAME, MAIL
    ana.save()
    question = ask(
        group=cast.clover, by=ana, at=NOW, title="What is a token worth?", is_asker_hidden=True, detail="Quite?",
        milestone=cast.milestones[0],
    )  # fmt: skip
    answer(question=question, by=ana, at=NOW, body="Found it.", enrolment_id=cast.enrolment("ana").pk)
    ask_again(question=question, group=cast.juniper, by=cast.person("emre"), at=NOW)
    twin = ask(
        group=cast.clover,
        by=ana,
        at=NOW,
        title="How much is a token?",
        is_asker_hidden=True,
        visibility="group",
    )
    mark_duplicate(question=twin, original=question, by=cast.marta, at=NOW)
    return question


def pages(cast: Cast, browser: Client, question: Question) -> dict[str, str]:
    """Every page of questions, as far as the person may open it."""
    twin = question.duplicates.get()
    new = reverse("questions:question-new", args=[cast.clover.pk])
    juniper = reverse("questions:question-new", args=[cast.juniper.pk])
    addresses = [
        *(f"/questions/?{query}" for query in (
            "", "q=token", "q=found", "sort=most-asked", "sort=oldest-open", f"q={NAME.split()[0]}",
            f"group={cast.clover.pk}", "status=answered", f"milestone={cast.milestones[0].pk}", "mine=on",
        )),
        question.get_absolute_url(),
        twin.get_absolute_url(),
        f"/questions/{question.pk}/edit/",
        f"/questions/{question.pk}/duplicate/?q=token",
        f"/questions/{twin.pk}/duplicate/",
        new,
        juniper,
    ]  # fmt: skip
    found = {}
    for address in addresses:
        page = browser.get(address)
        if page.status_code == 200:
            found[address] = page.content.decode()
    for address in (new, juniper):
        page = browser.post(address, {"title": "What is a token worth then?", "visibility": "cohort"})
        if page.status_code == 200:
            found[f"POST {address}"] = page.content.decode()
    asked = {"title": "A token to us?", "visibility": "cohort"}
    found["asked"] = browser.post(new, asked, follow=True).text
    found["box"] = browser.get("/search/?q=token").text
    again = browser.post(reverse("questions:question-again", args=[question.pk]), follow=True)
    found["again"] = again.content.decode()
    return found


def leaking(found: dict[str, str]) -> list[str]:
    return [
        address for address, html in found.items() if re.search("quirina|xanthopoulos", html, re.IGNORECASE)
    ]


# Of the same group, and who asked it again in another.
@pytest.mark.parametrize("who", ["bruno", "emre"])
def test_hidden_asker_is_named_to_no_other_student(
    cast: Cast, as_: SignIn, hidden: Question, who: str
) -> None:
    found = pages(cast, as_(who), hidden)
    assert "What is a token worth?" in found["/questions/?q=token"]
    assert "somebody in the cohort" in found[hidden.get_absolute_url()]
    assert "The asker" in found[hidden.get_absolute_url()]
    # Searching the name puts it into the field of the form.
    found = {address: html.replace('value="Quirina"', "") for address, html in found.items()}
    assert leaking(found) == []


def test_hidden_asker_is_named_to_no_other_mentor(cast: Cast, as_: SignIn, hidden: Question) -> None:
    found = {
        address: html.replace('value="Quirina"', "")
        for address, html in pages(cast, as_("tomas"), hidden).items()
    }
    assert leaking(found) == []


def test_hidden_asker_is_named_to_no_former_mentor(cast: Cast, hidden: Question) -> None:
    former = UserFactory.create(name="Former Mentor")
    MentorshipFactory.create(group=cast.clover, person=former, ended_on=NOW.date())
    browser = Client()
    browser.force_login(former)
    found = {
        address: html.replace('value="Quirina"', "") for address, html in pages(cast, browser, hidden).items()
    }
    assert "What is a token worth?" in found["/questions/?q=token"]
    assert leaking(found) == []


@pytest.mark.parametrize("who", ["marta", "ines", "ana"])
def test_hidden_asker_is_known_to_leaders_and_themself(
    cast: Cast, as_: SignIn, hidden: Question, who: str
) -> None:
    html = as_(who).get(hidden.get_absolute_url()).content.decode().partition("<main")[2]
    assert NAME in html


@pytest.mark.parametrize(("who", "finds"), [("bruno", False), ("ana", True), ("ines", True)])
def test_group_filter_does_not_tell_of_which_three_a_hidden_asker_is(
    cast: Cast, as_: SignIn, hidden: Question, who: str, finds: bool
) -> None:
    html = as_(who).get("/questions/", {"group": cast.clover.pk}).content.decode()
    assert ("What is a token worth?" in html) is finds


def test_group_filter_finds_what_is_of_the_group_anyway(cast: Cast, as_: SignIn, hidden: Question) -> None:
    question = ask(
        group=cast.clover,
        by=cast.person("ana"),
        at=NOW,
        title="Among us?",
        is_asker_hidden=True,
        visibility="group",
    )
    html = as_("bruno").get("/questions/", {"group": cast.clover.pk}).content.decode()
    assert "Among us?" in html
    assert "somebody in the group" in as_("bruno").get(question.get_absolute_url()).text


def test_group_of_a_hidden_asker_is_not_named(cast: Cast, as_: SignIn, hidden: Question) -> None:
    for who in ("bruno", "dalia"):
        html = as_(who).get(hidden.get_absolute_url()).content.decode()
        said = re.findall(r"by somebody in the cohort[^<]*", html)
        assert said
        assert not any("Clover" in words for words in said)


@pytest.mark.parametrize(("who", "finds"), [("bruno", False), ("ana", True), ("ines", True)])
def test_pages_of_a_group_do_not_tell_that_a_hidden_asker_is_in_it(
    cast: Cast, as_: SignIn, hidden: Question, who: str, finds: bool
) -> None:
    """Ana's question is of this week and this group; only those who know her name are told so."""
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14), logged_by=cast.marta)
    for url in (
        reverse("tracker:group-detail", args=[cast.clover.pk]),
        reverse("tracker:check-in-detail", args=[cast.clover.pk, "2026-W38"]),
    ):
        page = as_(who).get(url, follow=True)
        assert page.status_code == 200
        # Fellow students are led to my week, which names nobody else's questions.
        is_week = "week" in page.context
        assert ("What is a token worth?" in page.text) is (finds and not is_week), url


@pytest.mark.parametrize(
    ("who", "letters"),
    [
        # Group and name of Juniper's own, of a hidden asker to who leads them, and to nobody else.
        ("dalia", {"Mine?": "D", "For all?": "B", "What is a token worth?": ""}),
        ("marta", {"Mine?": "D", "For all?": "B", "What is a token worth?": "Q"}),
        ("ines", {"Mine?": "D", "For all?": "B", "What is a token worth?": "Q"}),
        # Of another cohort, and so told of no student.
        ("elsewhere", {"Mine?": "", "For all?": ""}),
    ],
)
def test_mark_says_only_who_and_which_group_the_reader_may_know(
    cast: Cast, as_: SignIn, hidden: Question, who: str, letters: dict[str, str]
) -> None:
    ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Mine?", visibility="course")
    ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="For all?", visibility="course")
    if who == "elsewhere":
        other = MembershipFactory.create(group__cohort__course=cast.course, person__name="Elsewhere Lee")
        browser = Client()
        browser.force_login(other.enrolment.person)
    else:
        browser = as_(who)
    html = browser.get("/questions/?sort=newest").content.decode()
    rows = re.findall(r'<li>\s*<span class="(mark[^"]*)"[^>]*>(\w*)</span>\s*<span><a[^>]*>([^<]+)', html)
    assert {title: letter for _, letter, title in rows} == letters
    assert all(("hue-" in classes) == bool(letter) for classes, letter, _ in rows)


def test_group_of_a_hidden_asker_is_not_told_by_the_question_that_theirs_is_merged_into(
    cast: Cast, as_: SignIn
) -> None:
    """Dalia of Juniper hides what Ana of Clover asked too: Marta mentors Clover only."""
    about = {"group": cast.juniper, "by": cast.person("dalia"), "at": NOW}
    original = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="What is a token?")
    hidden = ask(**about, title="How much is a token?", is_asker_hidden=True)
    for_group = ask(**about, title="Is a token much?", is_asker_hidden=True, visibility="group")
    for question in (hidden, for_group):
        mark_duplicate(question=question, original=original, by=cast.ines, at=NOW)

    def told(who: str) -> tuple[list[str], int]:
        shown = as_(who).get(original.get_absolute_url()).context["shown"]
        return [f"{who} in {group}" for who, group, _ in shown["asks"]], shown["group_count"]

    assert told("marta") == (["Ana Ruivo in Clover", *["somebody in the course"] * 2], 1)
    for question in (original, hidden):
        assert "Juniper" not in as_("marta").get(question.get_absolute_url()).content.decode()
    named = cast.person("dalia").name
    assert told("ines") == (["Ana Ruivo in Clover", *[f"{named} in Juniper"] * 2], 2)
    # That somebody else of the group asked it again is no secret.
    ask_again(question=original, group=cast.juniper, by=cast.person("emre"), at=NOW)
    assert told("marta") == (
        ["Ana Ruivo in Clover", *["somebody in the course"] * 2, "somebody in Juniper"],
        2,
    )
    MentorshipFactory.create(group=cast.juniper, person=cast.marta)
    assert told("marta")[0][1] == f"{named} in Juniper"


def test_a_picture_does_not_tell_who_hid_their_name(cast: Cast, as_: SignIn, hidden: Question) -> None:
    taken = Image.Exif()
    taken[0x013B] = NAME
    sent = SimpleUploadedFile(f"{NAME}.jpg", picture_file("JPEG", exif=taken), "image/jpeg")
    asked = {"title": "Whose?", "detail": "See", "visibility": "cohort", "is_asker_hidden": "on"}
    as_("ana").post(
        reverse("questions:question-new", args=[cast.clover.pk]), asked | {"detail_pictures": sent}
    )
    (picture,) = Picture.objects.used()
    page = as_("dalia").get(f"/questions/{picture.question_id}/")
    assert f'<img src="{picture.get_absolute_url()}" alt="Picture"' in page.text
    shown = as_("dalia").get(picture.get_absolute_url())
    told = f"{page.text}{shown.headers}{shown.content!r}{picture.get_absolute_url()}"
    assert not re.search("Quirina|Xanthopoulos", told)
