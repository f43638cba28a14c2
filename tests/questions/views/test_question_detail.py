import re
from html import unescape
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from questions.access.questions import question_to_read
from questions.actions import answer, ask, ask_again, mark_duplicate, remove_answer
from questions.dashboards.question_detail import question_detail
from questions.forms.needs import NeedForm
from questions.forms.questions import AnswerForm
from questions.models import Answer, Question
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.lib.test_markdown import ATTACKS


@pytest.fixture
def question(cast: Cast) -> Question:
    material = MaterialFactory.create(
        milestone=cast.milestones[0], title="The paper", url="https://example.com/p"
    )
    return ask(
        group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?", detail="At **12:30**.",
        material=material, category="concept",
    )  # fmt: skip


def page(browser: Client, question: Question) -> str:
    return " ".join(unescape(browser.get(question.get_absolute_url()).content.decode()).split())


def deeds(html: str) -> set[str]:
    """The page's actions on the question: the words of its buttons and links."""
    offered = {
        "I have this too", "Asked again in Clover", "Asked again in Juniper", "Reopen", "Mark as answered",
        "Mark for follow-up", "Mark as duplicate", "Remove", "Not a duplicate", "Answer",
    }  # fmt: skip
    found = {words for words in offered if re.search(rf">{words}</(button|a)>", html)}
    return found | ({"Edit"} if re.search(r'href="/questions/\d+/edit/"', html) else set())


def test_question_detail_says_everything_of_a_question(as_: SignIn, question: Question) -> None:
    html = page(as_("bruno"), question)
    for words in (
        "<h1>Why the root?</h1>",
        "At <strong>12:30</strong>.",
        "by Ana Ruivo in Clover · Autumn 2026 · asked once",
        "<dd>LLM basics</dd>",
        '<a href="https://example.com/p" rel="nofollow noopener">The paper</a>',
        "<dd>concept</dd>",
        "<dd>everybody in the cohort</dd>",
        "No answer yet",
    ):
        assert words in html


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("ana", {"Mark for follow-up", "Edit", "Remove", "Answer"}),
        ("bruno", {"I have this too", "Answer"}),
        ("dalia", {"I have this too", "Answer"}),
        (
            "marta",
            {"Mark for follow-up", "Edit", "Remove", "Mark as duplicate", "Asked again in Clover", "Answer"},
        ),
        ("tomas", {"Asked again in Juniper", "Answer"}),
        ("ines", {"Mark for follow-up", "Edit", "Remove", "Mark as duplicate", "Answer"}),
    ],
)
def test_question_detail_offers_what_each_may_do(
    as_: SignIn, question: Question, who: str, offered: set[str]
) -> None:
    assert deeds(page(as_(who), question)) == offered


def test_question_detail_offers_what_its_state_allows(cast: Cast, as_: SignIn, question: Question) -> None:
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    assert deeds(page(as_("ana"), question)) == {"Reopen", "Mark for follow-up", "Edit", "Answer"}
    Question.objects.filter(pk=question.pk).update(status="open")
    assert deeds(page(as_("ana"), question)) == {"Mark as answered", "Mark for follow-up", "Edit", "Answer"}
    Question.objects.filter(pk=question.pk).update(status="follow_up")
    assert deeds(page(as_("ana"), question)) == {"Mark as answered", "Edit", "Answer"}


def test_question_detail_of_a_duplicate_leads_to_its_original(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    twin = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why a root?")
    mark_duplicate(question=twin, original=question, by=cast.tomas, at=NOW)
    html = page(as_("emre"), twin)
    assert f'See the answers: <a href="/questions/{question.pk}/">Why the root?</a>' in html
    assert deeds(html) == {"I have this too"}
    assert deeds(page(as_("tomas"), twin)) == {"Not a duplicate", "Edit", "Asked again in Juniper"}
    original = page(as_("emre"), question)
    assert f'<li><a href="/questions/{twin.pk}/">Why a root?</a>' in original
    assert "asked 2 times" in original


def test_question_detail_names_no_duplicate_that_is_not_for_the_reader(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    twin = ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Our secret?", visibility="group")
    mark_duplicate(question=twin, original=question, by=cast.tomas, at=NOW)
    assert "Our secret?" in page(as_("emre"), question)
    assert "Our secret?" not in page(as_("bruno"), question)
    assert "Our secret?" not in page(as_("marta"), question)


def test_question_detail_tells_the_asker_when_the_original_is_closed_to_them(cast: Cast, as_: SignIn) -> None:
    original = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Ours?", visibility="group")
    twin = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Mine?", visibility="group")
    mark_duplicate(question=twin, original=original, by=cast.marta, at=NOW)
    cast.bruno.ended_on, cast.bruno.end_reason = NOW.date(), "dropped"
    cast.bruno.save()
    html = page(as_("bruno"), twin)
    assert "You can no longer see the original question." in html
    assert "Ours?" not in html


def test_question_detail_tells_leaders_who_asked(cast: Cast, as_: SignIn, question: Question) -> None:
    ask_again(question=question, group=cast.juniper, by=cast.person("emre"), at=NOW)
    ask_again(question=question, group=cast.clover, by=cast.marta, at=NOW)

    def who_asked(name: str) -> list[str]:
        html = page(as_(name), question)
        return re.findall(r"<li>([^<]+ in (?:Clover|Juniper)) <span", html)

    assert who_asked("marta") == ["Ana Ruivo in Clover", "somebody in Juniper", "somebody in Clover"]
    assert who_asked("ines") == ["Ana Ruivo in Clover", "Emre Kaya in Juniper", "somebody in Clover"]
    for name in ("ana", "bruno", "tomas"):
        assert who_asked(name) == []
    assert "asked 3 times in 2 groups" in page(as_("marta"), question)
    assert "asked 3 times · answer promised by" in page(as_("bruno"), question)


def test_question_detail_shows_its_history_to_its_asker_and_leaders(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    given = answer(question=question, by=cast.marta, at=NOW, body="First words.")
    remove_answer(answer=given, by=cast.marta, at=NOW)
    for name, sees in (("ana", True), ("marta", True), ("ines", True), ("bruno", False), ("tomas", False)):
        html = page(as_(name), question)
        assert ("<summary>History</summary>" in html) is sees, name
        assert ("First words." in html) is sees, name


def test_question_detail_tells_the_role_of_who_answers(cast: Cast, as_: SignIn, question: Question) -> None:
    for by in (cast.marta, cast.tomas, cast.ines, cast.person("bruno"), cast.zoe):
        AnswerFactory.create(question=question, answered_by=by)
    html = page(as_("dalia"), question)
    shown = re.findall(
        r'<h3 class="named"><span class="(mark[^"]*)" aria-hidden="true">(.)</span>([^<]+)</h3>'
        r'(?: *<span class="small"> (mentor|course admin) ·)?',
        html,
    )
    assert shown == [
        ("mark", "M", "Marta Pires", "mentor"),
        ("mark", "T", "Tomás Reis", "mentor"),
        ("mark", "I", "Inês Duarte", "course admin"),
        ("mark hue-1", "B", "Bruno Sá", ""),
        ("mark", "Z", "Zoe Lind", ""),
    ]


def test_question_answer_is_shown_and_answers(cast: Cast, as_: SignIn, question: Question) -> None:
    browser = as_("bruno")
    done = browser.post(
        reverse("questions:question-answer", args=[question.pk]), {"body": "It **is** so."}, follow=True
    )
    given = Answer.objects.get()
    assert done.redirect_chain == [(f"/questions/{question.pk}/#answer-{given.pk}", 302)]
    html = done.content.decode()
    assert "<p>It <strong>is</strong> so.</p>" in html
    assert "“Why the root?” is answered." in html
    question.refresh_from_db()
    assert question.status == "answered"
    cast.enrolment("bruno").refresh_from_db()
    assert cast.enrolment("bruno").last_active_at == NOW


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("  ", "Write an answer first."),
        (
            "x" * 8_001,
            "At most 8,000 characters, and this has 8,001. Shorten it, or put the rest in another answer.",
        ),
    ],
)
def test_question_answer_keeps_what_was_typed_wrong(
    as_: SignIn, question: Question, body: str, why: str
) -> None:
    done = as_("marta").post(reverse("questions:question-answer", args=[question.pk]), {"body": body})
    assert done.context["form"].errors == {"body": [why]}
    assert body in done.text
    # A browser would cut what is pasted, and say nothing.
    assert "maxlength" not in done.text.partition("</textarea>")[0].partition("<textarea")[2]
    assert not Answer.objects.exists()


def test_question_answer_counts_a_line_end_once(as_: SignIn, question: Question) -> None:
    as_("marta").post(
        reverse("questions:question-answer", args=[question.pk]), {"body": "x\r\n" * 3_999 + "x"}
    )
    assert len(Answer.objects.get().body) == 7_999


def test_question_detail_shows_twenty_five_answers_a_page(
    cast: Cast, as_: SignIn, question: Question
) -> None:
    given = [
        AnswerFactory.create(question=question, answered_by=cast.marta, body=f"No. {n}") for n in range(26)
    ]
    html = page(as_("bruno"), question)
    assert "26 answers" in html
    assert re.findall("No. [0-9]+", html) == [f"No. {n}" for n in range(25)]
    assert "Page 1 of 2" in html
    done = as_("marta").post(
        reverse("questions:answer-edit", args=[given[25].pk]), {"body": "Last"}, follow=True
    )
    assert done.redirect_chain == [(f"/questions/{question.pk}/?page=2#answer-{given[25].pk}", 302)]
    assert "<p>Last</p>" in done.text
    assert "No. 24" not in done.text


def test_question_answer_refuses_a_duplicate_in_words(cast: Cast, as_: SignIn, question: Question) -> None:
    twin = ask(group=cast.clover, by=cast.person("bruno"), at=NOW, title="Why a root?")
    mark_duplicate(question=twin, original=question, by=cast.marta, at=NOW)
    url = reverse("questions:question-answer", args=[twin.pk])
    html = as_("marta").post(url, {"body": "Not lost."}).content.decode()
    assert "is a duplicate. Answer “Why the root?” instead." in html
    assert "Not lost." in html
    assert not Answer.objects.exists()


@pytest.mark.parametrize("name", ["question-detail", "question-answer"])
def test_question_is_closed_to_others(cast: Cast, as_: SignIn, name: str) -> None:
    ours = QuestionFactory.create(membership=cast.ana, visibility="group")
    url = reverse(f"questions:{name}", args=[ours.pk])
    codes = {}
    for who in ("dalia", "tomas", "zoe"):
        browser = as_(who)
        codes[who] = browser.post(url, {"body": "x"}) if name == "question-answer" else browser.get(url)
    assert {who: answer.status_code for who, answer in codes.items()} == {
        "dalia": 403,
        "tomas": 403,
        "zoe": 404,
    }
    assert not Answer.objects.exists()


class Tags(HTMLParser):
    """The elements of a page as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "attack", [*ATTACKS, '"><script>alert(1)</script>', "{{ 7 }}{% now 'Y' %}", "' onfocus='alert(1)"]
)
def test_questions_run_nothing_that_was_typed(cast: Cast, as_: SignIn, attack: str) -> None:
    question = ask(group=cast.clover, by=cast.person("ana"), at=NOW, title=attack, detail=attack)
    answer(question=question, by=cast.person("bruno"), at=NOW, body=attack)
    for url in (question.get_absolute_url(), "/questions/", f"/questions/{question.pk}/edit/"):
        html = as_("ana").get(url, {"q": attack[:20]}).content.decode()
        for tag, attributes in Tags(html.partition("<main")[2]).found:
            assert tag not in ("script", "style", "iframe", "img", "b", "object", "embed"), url
            assert not [name for name in attributes if name.startswith("on")], url
            assert not re.match(
                r"\s*(javascript|data|vbscript):", attributes.get("href") or "", re.IGNORECASE
            ), url
            assert not (attributes.get("action") or "/").startswith("//"), url


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize(("who", "queries"), [("bruno", 12), ("ana", 14), ("marta", 20), ("ines", 19)])
def test_question_detail_takes_as_many_queries_for_four_as_for_one(
    cast: Cast,
    as_: SignIn,
    question: Question,
    who: str,
    queries: int,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(count):
        AnswerFactory.create(question=question, answered_by=cast.marta)
        QuestionFactory.create(
            membership=cast.dalia, title=f"Twin {n}", duplicate_of=question, status="duplicate"
        )
        AskFactory.create(question=question, group=cast.clover, logged_by=cast.marta)
        question.save()
    browser = as_(who)
    # Session, person, relations, question, family, answers, asks; two for the history; the need, for who leads.
    # Two for mails that the reader has looked at.
    with django_assert_num_queries(queries):
        html = browser.get(question.get_absolute_url()).content.decode()
    assert html.count('id="answer-') == count


def test_question_detail_template_asks_the_database_nothing(
    cast: Cast, question: Question, django_assert_num_queries: DjangoAssertNumQueries, rf: RequestFactory
) -> None:
    answer(question=question, by=cast.marta, at=NOW, body="So.")
    access = question_to_read(cast.marta, question.pk, NOW)
    shown = question_detail(access, QueryDict())
    context = {"question": access.question, "access": access, "shown": shown, "need_form": NeedForm()}
    request = rf.get("/")
    request.user = AnonymousUser()
    with django_assert_num_queries(0):
        render_to_string("questions/question_detail.html", context | {"form": AnswerForm()}, request=request)
