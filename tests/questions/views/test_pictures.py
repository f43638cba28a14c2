"""Pictures as people send, see and publish them. A refusal stands beside its field; nothing typed is lost."""

from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import IO, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from groups.models import Enrolment
from lib.markdown_pictures import address_of, keys_in, picture_named
from lib.pictures import written_anew
from people.models import User
from questions.actions import answer, ask
from questions.actions.pictures import add_picture
from questions.models import Answer, Picture, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.questions import AnswerFactory, PictureFactory, QuestionFactory
from tests.messages import said
from tests.pictures import is_red, picture_file, shown
from tracker.actions.helping import answer_help
from tracker.actions.progress import mark
from tracker.dashboards.week.waiting import help_of

ADD = "/pictures/add/"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def file(content: bytes | None = None, name: str = "Ana’s screen.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_file() if content is None else content, "image/png")


def added(by: User) -> Picture:
    add_picture(file=BytesIO(picture_file()), by=by, at=NOW)
    return Picture.objects.latest("pk")


def asked_with(cast: Cast, **fields: Any) -> tuple[Question, Picture]:
    """Ana's question with a picture."""
    picture = added(cast.person("ana"))
    detail = picture_named(picture.key, "A terminal")
    return ask(
        group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?", detail=detail, **fields
    ), picture


def error_of(html: str, field: str) -> str:
    """The message beside a field."""
    return html.partition(f'id="id_{field}_error"')[2].partition(">")[2].partition("</div>")[0].strip()


def test_its_address_is_the_one_that_texts_name(cast: Cast) -> None:
    picture = PictureFactory.create(added_by=cast.ines)
    assert reverse("questions:picture", args=[picture.key]) == picture.get_absolute_url()
    assert keys_in(address_of(picture.key)) == [picture.key]


def test_a_picture_is_shown_as_what_it_is_and_may_do_nothing(cast: Cast, as_: SignIn) -> None:
    _, picture = asked_with(cast)
    answered = as_("bruno").get(picture.get_absolute_url())
    assert is_red(shown(answered.content))
    assert answered["Content-Type"] == "image/webp"
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert answered["Cache-Control"] == "no-store"
    assert answered["Content-Disposition"] == "inline"
    assert answered["Content-Security-Policy"].endswith("; sandbox")


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        ("group", ["ana", "bruno", "marta", "ines"]),
        ("cohort", ["ana", "bruno", "marta", "ines", "dalia", "tomas"]),
    ],
)
def test_who_sees_the_question_sees_its_pictures(
    cast: Cast, as_: SignIn, visibility: str, seen_by: list[str]
) -> None:
    question, picture = asked_with(cast, visibility=visibility)
    for url in (question.get_absolute_url(), picture.get_absolute_url()):
        answers = {
            name: as_(name).get(url).status_code
            for name in ("ana", "bruno", "marta", "ines", "dalia", "tomas")
        }
        assert [name for name, status in answers.items() if status == 200] == seen_by
        assert {status for name, status in answers.items() if name not in seen_by} <= {403}
        assert as_("zoe").get(url).status_code == 404


def test_what_is_not_sent_is_seen_by_who_added_it_only(cast: Cast, as_: SignIn) -> None:
    question, picture = asked_with(cast)
    Question.objects.filter(pk=question.pk).update(detail="")
    as_("marta").post(
        reverse("questions:question-edit", args=[question.pk]), {"title": "Why?", "detail": "Nothing"}
    )
    for unsent in (picture, PictureFactory.create(added_by=cast.person("ana"))):
        statuses = {
            name: as_(name).get(unsent.get_absolute_url()).status_code for name in ("bruno", "marta", "ines")
        }
        assert set(statuses.values()) == {404}
        assert as_("ana").get(unsent.get_absolute_url()).status_code == 200


def test_what_is_pasted_is_answered_with_what_to_write(cast: Cast, as_: SignIn) -> None:
    done = as_("ana").post(ADD, {"picture": file()})
    picture = Picture.objects.get()
    assert (done.text, done["Content-Type"]) == (
        f"![](/pictures/{picture.key}/)",
        "text/plain; charset=utf-8",
    )
    assert (picture.added_by, picture.question) == (cast.person("ana"), None)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({}, "This file is empty."),
        ({"picture": "words"}, "This file is empty."),
        (
            {"picture": file(SVG)},
            "This file is not a picture that can be shown. Choose a PNG, JPEG or WebP file.",
        ),
        ({"picture": file(picture_file()[:-30])}, "This picture is broken, or part of it is missing."),
        ({"picture": file(bytes(4_000_001))}, "This picture is larger than 4 MB."),
    ],
)
def test_what_is_refused_says_why(as_: SignIn, sent: dict[str, Any], why: str) -> None:
    done = as_("ana").post(ADD, sent)
    assert (done.status_code, done.text[: len(why)]) == (422, why)
    assert not Picture.objects.exists()


def test_without_a_script_pictures_come_with_the_form(cast: Cast, as_: SignIn) -> None:
    sent = {"title": "Why?", "detail": "I see:", "visibility": "group", "detail_shows": "A ] terminal"}
    url = reverse("questions:question-new", args=[cast.clover.pk])
    assert 'enctype="multipart/form-data"' in as_("ana").get(url, follow=True).text
    as_("ana").post(url, sent | {"detail_pictures": [file(), file()]})
    question = Question.objects.get()
    one, other = question.pictures.used().order_by("pk")
    assert (
        question.detail
        == f"I see:\n\n![A terminal](/pictures/{one.key}/)\n\n![A terminal](/pictures/{other.key}/)"
    )
    page = as_("bruno").get(question.get_absolute_url()).text
    assert page.count(f'<img src="{one.get_absolute_url()}" alt="A terminal"') == 1
    assert "Ana’s screen" not in page


type Form = Callable[[Cast], tuple[str, str, str, dict[str, Any]]]
NEW = {"title": "Why?", "visibility": "group"}


def question_of(cast: Cast) -> Question:
    return QuestionFactory.create(membership=cast.ana)


def answer_of(cast: Cast) -> Answer:
    return AnswerFactory.create(question=question_of(cast), answered_by=cast.marta)


def url(page: str, pk: int) -> str:
    return reverse(page, args=[pk])


# The writer, the page, the text, and what else is in the form.
FORMS: dict[str, Form] = {
    "ask": lambda cast: ("ana", url("questions:question-new", cast.clover.pk), "detail", {**NEW}),
    "edit": lambda cast: ("ana", url("questions:question-edit", question_of(cast).pk), "detail", {**NEW}),
    "answer": lambda cast: ("marta", url("questions:question-answer", question_of(cast).pk), "body", {}),
    "answer-edit": lambda cast: ("marta", url("questions:answer-edit", answer_of(cast).pk), "body", {}),
    "help": lambda cast: (
        "marta",
        url("tracker:help-answer", cast.ana.enrolment_id),
        "body",
        {"milestone": cast.milestones[0].pk},
    ),
}


def need_help(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    mark(enrolment=ana, milestone=cast.milestones[0], state="need_help", by=ana.person, at=NOW)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_form_that_refuses_a_picture_says_so_and_loses_nothing(cast: Cast, as_: SignIn, form: Form) -> None:
    need_help(cast)
    who, page, field, sent = form(cast)
    texts = [*Question.objects.values_list("detail"), *Answer.objects.values_list("body")]
    sent |= {field: "What I *typed*", f"{field}_pictures": [file(), file(SVG, "drawing.png")]}
    refused = as_(who).post(page, sent)
    picture = Picture.objects.get()
    html = unescape(refused.text)
    assert refused.status_code == 422
    assert "drawing.png: This file is not a picture that can be shown" in error_of(html, field)
    typed = f"What I *typed*\n\n![](/pictures/{picture.key}/)"
    assert f">\n{typed}</textarea>" in html
    assert [*Question.objects.values_list("detail"), *Answer.objects.values_list("body")] == texts
    # Sent again with what the page shows.
    del sent[f"{field}_pictures"]
    assert as_(who).post(page, sent | {field: typed}).status_code == 302
    assert Picture.objects.used().get() == picture


def test_pictures_of_a_form_are_read_before_it_is_saved(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, _ = asked_with(cast)
    saving = []

    def read(sent: IO[bytes]) -> tuple[bytes, int, int]:
        saving.append(len(connection.savepoint_ids))
        return written_anew(sent)

    monkeypatch.setattr("questions.actions.pictures.written_anew", read)
    url = reverse("questions:question-edit", args=[question.pk])
    sent = {"title": "Why?", "visibility": "group", "detail_pictures": file(), "form_key": "0" * 32}
    assert as_("ana").post(url, sent).status_code == 302
    assert saving == [0]
    assert question.pictures.used().count() == 1


def test_a_fourth_picture_is_one_too_many(cast: Cast, as_: SignIn) -> None:
    url = reverse("questions:question-new", args=[cast.clover.pk])
    four = "".join(picture_named(f"{n}" * 22, "") for n in range(4))
    several = {"detail": "", "detail_pictures": [file() for _ in range(4)]}
    for sent, of in (({"detail": four}, ""), (several, "Ana’s screen.png: ")):
        refused = as_("ana").post(url, {"title": "Why?", "visibility": "group"} | sent)
        assert (refused.status_code, error_of(refused.text, "detail")) == (
            422, f"<p>{of}At most 3 pictures. Remove one first.</p>",
        )  # fmt: skip
    assert not Question.objects.exists()


def test_a_page_reads_all_its_pictures_in_one_query(
    cast: Cast, as_: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def page(answers: int) -> str:
        question, _ = asked_with(cast)
        for _ in range(answers):
            picture = added(cast.marta)
            answer(question=question, by=cast.marta, at=NOW, body=picture_named(picture.key, "So"))
        return question.get_absolute_url()

    bruno = as_("bruno")
    for answers in (1, 5):
        url = page(answers)
        bruno.get(url)
        with django_assert_num_queries(11):
            assert bruno.get(url).text.count("<img ") == answers + 1


def help_with(cast: Cast, count: int) -> None:
    """Ana's requests for help with that many milestones, each answered with a picture."""
    ana = cast.enrolment("ana")
    for milestone in cast.milestones[Question.objects.count() : count]:
        mark(enrolment=ana, milestone=milestone, state="need_help", by=ana.person, at=NOW)
        body = add_picture(file=BytesIO(picture_file()), by=cast.marta, at=NOW)
        answer_help(enrolment=ana, group=cast.clover, milestone=milestone, body=body, by=cast.marta, at=NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_read_the_pictures_of_all_they_show_in_one_query(
    cast: Cast, as_: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    help_with(cast, count)
    rows = Enrolment.objects.select_related("cohort__course").prefetch_related("cohort__pauses")
    ana = rows.get(pk=cast.ana.enrolment_id)
    with django_assert_num_queries(3):
        assert "".join(each.answer.html for each in help_of(ana, NOW) if each.answer).count("<img ") == count
    Question.objects.update(
        visibility="course", milestone=cast.milestones[0], published_at=NOW, published_by=cast.ines
    )
    page = reverse("questions:milestone-questions", args=[cast.milestones[0].pk])
    bruno = as_("bruno")
    # One of them counts the questions for their pages.
    with django_assert_num_queries(10):
        assert bruno.get(page).text.count("<img ") == count


def publishable(cast: Cast) -> tuple[Question, Picture]:
    question, picture = asked_with(cast, visibility="course", milestone=cast.milestones[0])
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    return question, picture


def test_publishing_shows_the_pictures_first_and_asks(cast: Cast, as_: SignIn) -> None:
    question, picture = publishable(cast)
    url = reverse("questions:question-publish", args=[question.pk])
    asks = as_("ines").post(url)
    assert not Question.objects.exclude(published_at=None).exists()
    assert f'<img src="{picture.get_absolute_url()}" alt="A terminal"' in asks.text
    assert "Everybody in the course can read" in asks.text
    assert f'<input type="hidden" name="next" value="{question.get_absolute_url()}">' in asks.text
    # One that came since is shown before it is published.
    later = added(cast.marta)
    given = answer(question=question, by=cast.marta, at=NOW, body=picture_named(later.key, "Later"))
    assert later.get_absolute_url() in as_("ines").post(url, {"seen_pictures": picture.key}).text
    assert not Question.objects.exclude(published_at=None).exists()
    given.delete()
    later.delete()
    assert "published" in said(as_("ines").post(url, {"seen_pictures": picture.key}))
    assert Question.objects.exclude(published_at=None).get() == question


def test_a_published_picture_is_seen_in_later_cohorts(cast: Cast, as_: SignIn) -> None:
    question, picture = publishable(cast)
    as_("ines").post(
        reverse("questions:question-publish", args=[question.pk]), {"seen_pictures": picture.key}
    )
    page = as_("dalia").get(reverse("questions:milestone-questions", args=[cast.milestones[0].pk])).text
    assert f'<img src="{picture.get_absolute_url()}" alt="A terminal"' in page
    assert as_("dalia").get(picture.get_absolute_url()).status_code == 200


def test_the_answer_to_a_request_for_help_shows_its_picture_on_my_week(cast: Cast, as_: SignIn) -> None:
    need_help(cast)
    page = reverse("tracker:help-answer", args=[cast.ana.enrolment_id])
    as_("marta").post(page, {"milestone": cast.milestones[0].pk, "body": "So:", "body_pictures": file()})
    picture = Picture.objects.used().get()
    assert f'<img src="{picture.get_absolute_url()}"' in as_("ana").get("/", follow=True).text
