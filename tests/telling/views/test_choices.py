"""The choice of mails, and how soon: on a page of their own, and by the links of a mail."""

import pytest
from django.test import Client

from courses.models import Course
from people.models import MailChoice, Message, User
from questions.actions import ask
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


def test_one_chooses_among_the_kinds_of_ones_roles(cast: Cast, as_: SignIn) -> None:
    page = as_("ana").get("/account/mails/").content.decode()
    assert "Somebody answers my question" in page
    assert "Somebody in my group needs help" not in page
    page = as_("marta").get("/account/mails/").content.decode()
    assert "At once, also at night and at weekends" in page
    # All that waited, and for a student what is due; a reminder of a check-in comes at once.
    assert as_("ana").get("/account/mails/").text.count(">In the morning<") == 2
    assert page.count(">In the morning<") == 1
    given = {name: "at_once" for name, kind in KINDS.items() if "mentor" in kind.roles}
    answer = as_("marta").post("/account/mails/", given | {"help": "always", "question": "digest"})
    assert answer.status_code == 302
    kept = choices(cast, "marta")
    # What is as usual is not kept: a question waits for the morning, and of a group not all is urgent.
    assert (kept["help"], kept["change"], kept.keys() & {"question", "group"}) == ("always", "at_once", set())


def switches(cast: Cast, as_: SignIn, name: str) -> dict[str, tuple[bool, set[str]]]:
    """By switch whether it is on, and which kinds are chosen otherwise."""
    shown = as_(name).get("/account/mails/").context["switches"].switches
    return {key: (switch.is_on, {kind.name for kind in switch.others}) for key, switch in shown.items()}


def test_three_switches_set_the_kinds_that_they_cover_and_say_which_differ(cast: Cast, as_: SignIn) -> None:
    all_on: dict[str, tuple[bool, set[str]]] = {
        "now": (True, set()),
        "morning": (True, set()),
        "monday": (True, set()),
    }
    assert switches(cast, as_, "marta") == all_on
    on = dict.fromkeys(all_on, "on")
    as_("marta").post("/account/mails/switches/", on)
    assert choices(cast, "marta") == {}, "a switch that is not moved chooses nothing"
    as_("marta").post("/account/mails/", {"help": "always", "question": "never"})
    assert switches(cast, as_, "marta") == all_on | {"now": (True, {"question"})}
    page = as_("marta").get("/account/mails/")
    kinds = page.context["switches"].switches["now"].kinds
    assert f"By kind, you chose differently for 1 of {len(kinds)}." in page.text
    as_("marta").post("/account/mails/switches/", {"now": "on", "monday": "on"})
    kept = choices(cast, "marta")
    assert (kept["help"], kept["question"], kept["log"], kept["news"]) == (
        "always",
        "never",
        "digest",
        "never",
    )
    as_("marta").post("/account/mails/switches/", {"monday": "on"})
    as_("marta").post("/account/mails/switches/", {})
    kept = choices(cast, "marta")
    assert (kept["help"], kept["question"], kept["digest"]) == ("digest", "digest", "never")
    assert switches(cast, as_, "marta") == {name: (False, set()) for name in all_on}
    # One kind is changed without the others, which no summary says now, being asked again.
    assert as_("marta").post("/account/mails/", kept | {"question": "never"}).status_code == 302
    as_("marta").post("/account/mails/switches/", on)
    assert choices(cast, "marta") == {}
    assert switches(cast, as_, "marta") == all_on


def test_only_kinds_that_somebody_of_ones_roles_gets_are_there(cast: Cast, as_: SignIn) -> None:
    def shown(name: str) -> set[str]:
        return set(as_(name).get("/account/mails/").context["form"].fields)

    assert {"review", "promise"} <= shown("ana")
    Course.objects.update(has_code_reviews=False)
    assert shown("ana") & {"review", "promise", "help", "admins"} == set()
    assert {"promise", "help"} <= shown("marta")
    staff = UserFactory.create(name="Otto", is_staff=True, is_superuser=True)
    browser = Client()
    browser.force_login(staff)
    assert set(browser.get("/account/mails/").context["form"].fields) == {"concern"}
    staff.is_superuser = False
    staff.save()
    assert "Once you are in a group" in browser.get("/account/mails/").text


def test_questions_do_not_come_at_night(cast: Cast, as_: SignIn) -> None:
    given = {name: "at_once" for name, kind in KINDS.items() if "mentor" in kind.roles}
    answer = as_("marta").post("/account/mails/", given | {"question": "always"})
    assert answer.status_code == 422
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
    none = {"digest": "never", "news": "never"}
    answer = as_("marta").post("/account/mails/", none | {"question": "digest"})
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
