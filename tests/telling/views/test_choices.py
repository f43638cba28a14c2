"""The choice of mails, and how soon: on a page of their own, and by the links of a mail."""

import pytest
from django.test import Client

from courses.models import Course
from people.models import MailChoice, Message, User
from questions.actions import ask
from telling.forms.choices import ChoicesForm
from telling.kinds import KINDS
from telling.links import stop_url
from tests.conftest import NOW, Cast, SignIn
from tests.factories.people import UserFactory
from tests.mails import deliver
from tracker.actions.progress import mark


def path_of(cast: Cast, name: str, kind: str) -> str:
    return stop_url(cast.person(name), kind).partition("127.0.0.1:8000")[2]


def choices(cast: Cast, name: str) -> dict[str, str]:
    return dict(MailChoice.objects.filter(person=cast.person(name)).values_list("kind", "soon"))


def form_of(cast: Cast, as_: SignIn, name: str) -> ChoicesForm:
    form: ChoicesForm = as_(name).get("/account/mails/").context["form"]
    return form


def shown(cast: Cast, as_: SignIn, name: str) -> dict[str, object]:
    """What the page says, by field."""
    form = form_of(cast, as_, name)
    return {field: form.fields[field].initial for field in form.fields}


def save(cast: Cast, as_: SignIn, name: str, **changes: object) -> int:
    """Send the page back as it is shown, but for these fields."""
    fields = {**shown(cast, as_, name), **changes}
    sent = {field: "on" if value is True else value for field, value in fields.items() if value is not False}
    return int(as_(name).post("/account/mails/", sent).status_code)


AS_EVER = {
    "now": True,
    "morning": True,
    "monday": True,
    "help": "usual",
    "questions": "usual",
    "dates": "usual",
}


def test_three_switches_and_three_topics_set_every_kind(cast: Cast, as_: SignIn) -> None:
    assert shown(cast, as_, "marta") == AS_EVER
    assert save(cast, as_, "marta") == 302
    assert choices(cast, "marta") == {}, "what is not touched chooses nothing"
    save(cast, as_, "marta", help="always", questions="never")
    kept = choices(cast, "marta")
    assert (kept["help"], kept["promise"], kept["question"], kept["change"]) == (
        "always",
        "at_once",
        "never",
        "never",
    )
    assert kept.keys() == {kind.name for kind in KINDS.values() if kind.topic != "dates"} - {
        "concern",
        "review",
    }
    assert shown(cast, as_, "marta") == AS_EVER | {"help": "always", "questions": "never"}
    # A switch that is moved sets all that it covers, but for a topic that is changed with it.
    save(cast, as_, "marta", now=False, questions="at_once")
    kept = choices(cast, "marta")
    assert (kept["help"], kept["meeting"], kept["question"]) == ("digest", "digest", "at_once")
    save(cast, as_, "marta", now=True, help="usual", questions="usual", dates="usual")
    assert (choices(cast, "marta"), shown(cast, as_, "marta")) == ({}, AS_EVER)
    save(cast, as_, "marta", monday=False, morning=False)
    assert (choices(cast, "marta")["digest"], choices(cast, "marta")["news"]) == ("never", "never")


def test_a_choice_by_kind_of_before_stays_until_it_is_changed(cast: Cast, as_: SignIn) -> None:
    MailChoice.objects.create(person=cast.marta, kind="question", soon="never")
    MailChoice.objects.create(person=cast.marta, kind="log", soon="digest")
    assert shown(cast, as_, "marta") == AS_EVER | {"questions": "mixed", "dates": "mixed"}
    page = as_("marta").get("/account/mails/")
    assert page.text.count(">As before<") == 2
    save(cast, as_, "marta", help="at_once")
    assert choices(cast, "marta") == {
        "question": "never",
        "log": "digest",
        "help": "at_once",
        "promise": "at_once",
    }
    save(cast, as_, "marta", questions="digest")
    kept = choices(cast, "marta")
    assert (kept["question"], kept["request"], kept["log"]) == ("digest", "digest", "digest")
    assert ">As before<" in as_("marta").get("/account/mails/").text


def test_only_what_somebody_of_ones_roles_gets_is_there(cast: Cast, as_: SignIn) -> None:
    def kinds(name: str) -> set[str]:
        return {kind.name for of_topic in form_of(cast, as_, name).topics.values() for kind in of_topic}

    assert {"review", "promise"} <= kinds("ana")
    Course.objects.update(has_code_reviews=False)
    assert kinds("ana") & {"review", "promise", "help", "admins"} == set()
    assert {"promise", "help"} <= kinds("marta")
    assert "also at night and at weekends" in as_("marta").get("/account/mails/").text
    assert "also at night and at weekends" not in as_("ana").get("/account/mails/").text
    staff = UserFactory.create(name="Otto", is_staff=True, is_superuser=True)
    browser = Client()
    browser.force_login(staff)
    assert set(browser.get("/account/mails/").context["form"].fields) == {"now", "help"}
    staff.is_superuser = False
    staff.save()
    assert "Once you are in a group" in browser.get("/account/mails/").text


def test_questions_do_not_come_at_night(cast: Cast, as_: SignIn) -> None:
    assert save(cast, as_, "marta", questions="always") == 422
    assert choices(cast, "marta") == {}


def test_opening_the_link_of_a_mail_changes_nothing_and_signs_nobody_in(cast: Cast) -> None:
    browser = Client()
    page = browser.get(path_of(cast, "ana", "answer")).content.decode()
    assert "Fewer e-mails about this?" in page
    assert "Somebody answers my question" in page
    assert choices(cast, "ana") == {}
    assert "_auth_user_id" not in browser.session
    assert browser.get("/account/").status_code == 302


@pytest.mark.parametrize(("was", "kind"), [("dates", "group"), ("away", "group"), ("check-in-late", "log")])
def test_link_of_a_mail_that_was_sent_under_an_old_kind_leads_on(cast: Cast, was: str, kind: str) -> None:
    path = path_of(cast, "marta", was)
    assert "Fewer e-mails about this?" in Client().get(path).text
    Client().post(path, {"List-Unsubscribe": "One-Click"})
    assert choices(cast, "marta") == {kind: "never"}


@pytest.mark.parametrize(
    ("fields", "soon"),
    [
        ({"List-Unsubscribe": "One-Click"}, "never"),
        ({"soon": "never"}, "never"),
        ({"soon": "digest"}, "digest"),
    ],
)
def test_one_click_is_enough_without_a_cookie(cast: Cast, fields: dict[str, str], soon: str) -> None:
    """As mail programs do it (RFC 8058)."""
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(path_of(cast, "ana", "answer"), fields)
    assert answer.status_code == 200
    assert choices(cast, "ana") == {"answer": soon}
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(("kind", "soon"), [("help", "never"), ("help", "digest"), ("digest", "never")])
def test_a_link_ends_requests_for_help_by_a_button_and_tells_the_person(
    cast: Cast, kind: str, soon: str
) -> None:
    """A reader of a forwarded mail of a mentor has the link, too."""
    if kind == "digest":
        MailChoice.objects.create(person=cast.marta, kind="help", soon="digest")
        MailChoice.objects.create(person=cast.marta, kind="news", soon="never")
    browser, path = Client(enforce_csrf_checks=True), path_of(cast, "marta", kind)
    before = choices(cast, "marta")
    for page in (browser.get(path), browser.post(path, {"List-Unsubscribe": "One-Click"})):
        assert "A student who needs help then waits until you open Trefoil." in page.text
    assert (choices(cast, "marta"), deliver()) == (before, [])
    for _ in range(2):
        browser.post(path, {"soon": soon})
    how = "only sent in a summary" if soon == "digest" else "switched off"
    assert choices(cast, "marta") == before | {kind: soon}
    (told,) = deliver()
    assert (told.to, told.subject) == (
        ["marta@example.com"],
        f"E-mails about requests for help are {how}",
    )
    assert "http://127.0.0.1:8000/account/mails/" in told.body


def test_mail_programs_end_no_requests_for_help(cast: Cast) -> None:
    """Their button asks for nothing (RFC 8058): such a mail leads to the page instead."""
    User.objects.update(last_login=NOW)
    mark(
        enrolment=cast.enrolment("ana"),
        milestone=cast.milestones[0],
        state="need_help",
        by=cast.person("ana"),
        at=NOW,
    )
    ask(group=cast.juniper, by=cast.person("dalia"), at=NOW, title="Why the root?")
    MailChoice.objects.create(person=cast.tomas, kind="question", soon="at_once")
    sent = {mail.subject: set(mail.extra_headers) for mail in deliver()}
    (other,) = sent.keys() - {"Ana needs help with LLM basics"}
    assert sent["Ana needs help with LLM basics"] == sent[other] - {"List-Unsubscribe-Post"} < sent[other]


def test_the_digest_cannot_wait_for_the_digest(cast: Cast) -> None:
    path = path_of(cast, "ana", "digest")
    assert "Only in the next summary" not in Client().get(path).content.decode()
    assert Client().post(path, {"soon": "digest"}).status_code == 200
    assert choices(cast, "ana") == {"digest": "never"}


def test_nothing_can_wait_for_a_summary_that_does_not_come(cast: Cast, as_: SignIn) -> None:
    sent = {"now": "on", "help": "usual", "questions": "digest", "dates": "usual"}
    answer = as_("marta").post("/account/mails/", sent)
    assert answer.status_code == 422
    assert "You get no summary, so this would never reach you." in answer.content.decode()
    assert choices(cast, "marta") == {}
    # By the link of the only one that comes it is one click, which says what else it means.
    MailChoice.objects.create(person=cast.marta, kind="news", soon="never")
    User.objects.update(last_login=NOW)
    MailChoice.objects.create(person=cast.marta, kind="question", soon="digest")
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?")
    deliver()
    path = path_of(cast, "marta", "digest")
    for page in (Client().get(path), Client().post(path, {"soon": "never"})):
        assert "A question is asked in my group" in page.content.decode()
    assert (Message.objects.get().state, choices(cast, "marta")["digest"]) == ("withdrawn", "never")
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="And now?")
    assert deliver() == []
    assert Message.objects.count() == 1


def test_a_link_that_is_not_ours_is_not_found(cast: Cast) -> None:
    path = path_of(cast, "ana", "answer")
    for wrong in (path[:-4] + "xyz/", path_of(cast, "ana", "nonsense"), "/account/mails/stop/x/"):
        assert Client().post(wrong).status_code == 404
    assert choices(cast, "ana") == {}
