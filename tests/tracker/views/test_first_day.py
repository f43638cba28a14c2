import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from courses.models import Cohort, Course, Material
from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from people.models import Invitation, User
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import CourseSectionFactory, MaterialFactory
from tests.factories.tracker import CheckInFactory
from tests.messages import told
from tests.moving import leave_group, move_student
from tests.tracker.dashboards.test_my_groups import group_of
from tracker.actions.progress import mark


@pytest.fixture
def first_day(cast: Cast) -> Cast:
    """Clover has said nothing; Bruno and Chidi were invited and have not signed in, nor has Ana, who was not."""
    Group.objects.filter(pk=cast.clover.pk).update(meeting="")
    PlanItem.objects.update(due_on=date(2026, 9, 20))
    people = [cast.person(name) for name in ("ana", "bruno", "chidi")]
    User.objects.filter(pk__in=[person.pk for person in people]).update(last_login=None, password="!")
    for person in people:
        person.refresh_from_db()
    at = NOW - timedelta(days=3)
    for person in people[1:]:
        Invitation.objects.create(
            person=person, invited_by=cast.ines, invited_at=at, queued_at=at, sent_at=at, expires_at=NOW
        )
    return cast


def test_meeting_and_a_word_are_asked_until_they_are_said(first_day: Cast, as_: SignIn) -> None:
    browser, url = as_("marta"), reverse("groups:group-meeting", args=[first_day.clover.pk])

    find = reverse("groups:find-a-time", args=[first_day.clover.pk])

    def asked() -> list[str]:
        return re.findall(f'href="({find}|{url}#id_hello)"', browser.get("/groups/").text)

    said: dict[str, Any] = {"version": 1, "call": ""}
    assert asked() == [find, f"{url}#id_hello"]
    browser.post(url, said | {"meeting": "Wednesdays 18:00", "hello": ""})
    assert asked() == [f"{url}#id_hello"]
    said["version"] += 1
    word = "I am Marta.\nAsk me anything."
    browser.post(url, said | {"meeting": "Wednesdays 18:00", "hello": word})
    assert asked() == []
    for who, is_told in (("ana", True), ("dalia", False)):
        assert ("I am Marta.<br>Ask me anything." in as_(who).get("/week/").text) is is_told
    CheckInFactory.create(group=first_day.clover, week_starts_on=date(2026, 9, 7), logged_by=first_day.marta)
    assert "I am Marta." not in as_("ana").get("/week/").text


def test_mentor_of_a_group_that_begins_later_reads_who_when_and_what_to_do(
    first_day: Cast, as_: SignIn
) -> None:
    Mentorship.objects.filter(group=first_day.clover).update(started_on=date(2026, 9, 21))
    Group.objects.filter(pk=first_day.clover.pk).update(meeting="Wednesdays 18:00")
    page = " ".join(as_("marta").get("/groups/").text.split())
    for said in (
        "<h1>Welcome, Marta</h1>",
        "You mentor Clover: Ana, Bruno and Chidi. You begin on Mon 21 September. You meet: Wednesdays 18:00.",
        "you do three things here: set the meeting, say hello, and agree on each student’s hours a week.",
    ):
        assert said in page
    assert "You don’t mentor a group right now" not in page


def test_name_of_who_begins_later_opens_what_their_mentor_reads_by_then(first_day: Cast, as_: SignIn) -> None:
    Membership.objects.update(started_on=date(2026, 9, 21))
    browser, pk = as_("marta"), first_day.enrolment("ana").pk
    note = reverse("groups:mentor-note", args=[pk])
    for plans in (True, False):
        page = browser.get("/groups/")
        assert f'href="{note}"' in page.text
        assert f"?student={pk}" not in page.text
        if plans:
            PlanItem.objects.all().delete()
    answer = browser.get("/groups/", {"student": pk})
    assert (answer.status_code, "student_panel" in answer.context) == (200, False)
    saved = browser.post(note, {"hours_a_week": "3", "mentor_note": ""}, follow=True)
    assert saved.status_code == 200
    history = " ".join(browser.get(reverse("tracker:student-detail", args=[pk])).text.split())
    assert "In Clover from Mon 21 September on" in history
    assert "You see what happened" not in history


def test_first_page_of_a_student_says_who_and_what_to_do_first(first_day: Cast, as_: SignIn) -> None:
    ana, browser = first_day.enrolment("ana"), as_("ana")
    Cohort.objects.update(starts_on=date(2026, 9, 14))
    Membership.objects.update(started_on=date(2026, 9, 14))
    page = " ".join(browser.get("/week/").text.split())
    assert "<h1>Welcome, Ana</h1>" in page
    assert "You are in Clover with Bruno and Chidi. Marta is your mentor." in page
    assert "bruno@example.com" not in page
    note = reverse("groups:mentor-note", args=[ana.pk])
    browser.post(note, {"hours_a_week": "3"})
    page = browser.get("/week/").text
    assert "You have 3 hours a week" in page
    assert 'name="hours_a_week"' not in page
    mark(enrolment=ana, milestone=first_day.milestones[0], state="working", by=ana.person, at=NOW)
    page = " ".join(browser.get("/week/").text.split())
    assert "<h1>LLM basics</h1>" in page
    assert "LLM basics is started" in page
    browser.post(note, {"mentor_note": "I know Python."})
    assert "Three things to start" not in browser.get("/week/").text


def test_student_is_received_before_their_group_begins(first_day: Cast, as_: SignIn) -> None:
    Membership.objects.update(started_on=date(2026, 9, 21))
    said_first = {
        "meeting": "Wednesdays 18:00",
        "hello": "I am Marta.",
        "call": "https://call.example/clover",
    }
    Group.objects.filter(pk=first_day.clover.pk).update(**said_first)
    MaterialFactory.create(milestone=first_day.milestones[2], title="Indexing", url="https://index.example/")
    PlanItem.objects.filter(milestone__in=first_day.milestones[:2]).delete()
    browser = as_("ana")
    for page in ("tracker:group-detail", "tracker:week"):
        answer = browser.get(reverse(page, args=[first_day.clover.pk]))
        assert (answer["Location"], told(answer)) == ("/week/", ["You join Clover on Mon 21 September."])
        browser.get("/week/")
    page = " ".join(browser.get("/week/").text.split())
    for said in (
        "<h1>Welcome, Ana</h1>",
        "You are in Clover with Bruno and Chidi. Marta is your mentor.",
        "You begin on Mon 21 September. You meet: Wednesdays 18:00.",
        "I am Marta.",
        'href="https://call.example/clover"',
        "https://index.example/",
        'name="hours_a_week"',
    ):
        assert said in page
    assert "No week to show" not in page
    # Without a material to read ahead, nothing here can be started yet.
    Material.objects.all().delete()
    page = " ".join(browser.get("/week/").text.split())
    assert "Start Indexation: this page has it once you begin" in page
    assert "below" not in page
    # It counts newcomers too, but nobody who studies elsewhere.
    assert as_("dalia").get(reverse("tracker:group-detail", args=[first_day.clover.pk])).status_code == 403


def test_what_a_mentor_does_is_said_once_until_a_check_in_is_logged(first_day: Cast, as_: SignIn) -> None:
    sorrel = group_of(first_day, "Sorrel", done=0, check_ins=0)
    PlanItem.objects.update(due_on=date(2026, 9, 20))
    browser = as_("marta")
    Course.objects.update(help_days=1, question_days=3)
    page = " ".join(browser.get("/groups/").text.split())
    assert page.count("What a mentor does") == 1
    assert "Log the check-in: one minute." in page
    assert "Answer requests for help within 1 weekday, questions within 3." in page
    # The words of the course, where it has some, stand on its page.
    expected = f'href="{first_day.course.get_absolute_url()}#expected"'
    CourseSectionFactory.create(course=first_day.course, meant_for="students", body="Come.")
    assert expected not in browser.get("/groups/").text
    CourseSectionFactory.create(course=first_day.course, meant_for="mentors", body="Ask back.")
    assert expected in browser.get("/groups/").text
    CheckInFactory.create(group=sorrel, week_starts_on=date(2026, 9, 7), logged_by=first_day.marta)
    assert "What a mentor does" not in browser.get("/groups/").text


def test_groups_are_three_steps_until_a_meeting_is_set_and_all_have_signed_in(
    first_day: Cast, as_: SignIn
) -> None:
    """One is open at a time: the first with a step left, or the one that the address names."""
    clover, sorrel = first_day.clover, group_of(first_day, "Sorrel", done=0, check_ins=0)
    Cohort.objects.update(starts_on=date(2026, 9, 14))
    PlanItem.objects.update(due_on=date(2026, 9, 20))
    browser = as_("marta")

    def shown(address: str = "/groups/") -> list[tuple[str, str]]:
        page = browser.get(address).text
        kinds = r'(<details class="door" name="first"[^>]*">)|(<details [^>]* open>)|<table\s+class="paths'
        parts = re.findall(rf'<section class="group" id="group-(\d+)".*?(?:{kinds})', page, re.DOTALL)
        names = {str(group.pk): group.name for group in (clover, sorrel)}
        return [(names[pk], "" if closed else "open" if opened else "sheet") for pk, closed, opened in parts]

    assert shown() == [("Clover", "open"), ("Sorrel", "")]
    assert shown(f"/groups/?group={sorrel.pk}") == [("Clover", ""), ("Sorrel", "open")]
    page = " ".join(browser.get("/groups/").text.split())
    assert "You mentor 2 groups, about 60 minutes a week." in page
    assert "is due on Sunday for all of them." in page
    assert page.count("3 steps left") == 2
    said = {"meeting": "Wednesdays 18:00", "hello": "Welcome!"}
    Group.objects.filter(pk=clover.pk).update(**said)
    Enrolment.objects.filter(memberships__group=clover).update(hours_a_week=3)
    # Nothing is left to do, but Ana has not signed in: the next one opens.
    assert shown() == [("Clover", ""), ("Sorrel", "open")]
    User.objects.update(last_login=NOW)
    assert shown() == [("Sorrel", "open"), ("Clover", "sheet")]
    # Who has begun has something to show; a request for help stands first.
    bruno = first_day.enrolment("bruno")
    mark(enrolment=bruno, milestone=first_day.milestones[0], state="need_help", by=bruno.person, at=NOW)
    assert shown() == [("Clover", "sheet"), ("Sorrel", "open")]
    ravi = Enrolment.objects.filter(memberships__group=sorrel).latest("pk")
    mark(enrolment=ravi, milestone=first_day.milestones[0], state="working", by=ravi.person, at=NOW)
    assert shown() == [("Clover", "sheet"), ("Sorrel", "sheet")]


def test_who_was_invited_and_has_not_signed_in_is_invited_again(
    first_day: Cast, as_: SignIn, settings: Any
) -> None:
    settings.SENDS_MAIL = True
    browser, url = as_("marta"), reverse("tracker:group-invite-again", args=[first_day.clover.pk])
    assert "Ana, Bruno and Chidi have not signed in, invited 3 days ago" in browser.get("/groups/").text
    answer = browser.post(url)
    assert told(answer) == ["Bruno and Chidi are invited again."]
    waiting = Invitation.objects.filter(queued_at=NOW, revoked_at=None).values_list("person__name", flat=True)
    assert sorted(waiting) == ["Bruno Sá", "Chidi Okafor"]
    # The links of before end.
    assert Invitation.objects.filter(revoked_at=None).count() == 2


def test_nobody_is_invited_again_where_no_mail_is_sent(first_day: Cast, as_: SignIn, settings: Any) -> None:
    settings.SENDS_MAIL = False
    answer = as_("marta").post(reverse("tracker:group-invite-again", args=[first_day.clover.pk]))
    assert told(answer) == ["Nobody’s invitation could be sent again."]
    assert Invitation.objects.filter(revoked_at=None).count() == 2


def test_a_stay_that_begins_later_closes_nothing_while_one_holds(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    leave_group(enrolment=ana, on=date(2026, 9, 18), by=cast.ines, at=NOW)
    move_student(enrolment=ana, group=cast.clover, on=date(2026, 9, 28), by=cast.ines, at=NOW)
    for name in ("group-detail", "week"):
        page = as_("ana").get(reverse(f"tracker:{name}", args=[cast.clover.pk]), follow=True)
        assert page.request["PATH_INFO"] == reverse("tracker:week", args=[cast.clover.pk])
