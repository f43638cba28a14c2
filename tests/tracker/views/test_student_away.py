from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from groups.models import Absence, Enrolment, Group, Membership
from people.models import User
from telling.actions.mornings import begin_mornings
from tests.conftest import NOW, TODAY, Cast, SignIn, make_cast
from tests.factories.groups import MentorAwayFactory
from tests.factories.tracker import AgreedStepFactory
from tests.mails import deliver
from tests.moving import end_enrolment, let_return
from tests.racing import held_up

FIELDS = {"starts_on": "2026-09-21", "ends_on": "2026-09-25", "reason": "Exams"}


def url(cast: Cast, name: str = "bruno") -> str:
    return reverse("tracker:student-away", args=[cast.enrolment(name).pk])


def days(cast: Cast, name: str = "bruno") -> list[tuple[int, int, str]]:
    rows = Absence.objects.filter(enrolment=cast.enrolment(name)).order_by("starts_on")
    return [(row.starts_on.day, row.ends_on.day, row.reason) for row in rows]


def shown(page: str) -> str:
    return " ".join(strip_tags(page).split())


def press(browser: Client, page: str, word: str) -> str:
    """Press the button beside which the page says this word, a minute later."""
    form = next(part for part in page.split("<form")[1:] if word in part.split("</form>")[0])
    action = form.split('action="')[1].split('"')[0]
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        return browser.post(action, follow=True).text


@pytest.mark.parametrize("who", ["bruno", "marta"])
def test_menu_leads_there_from_the_page_itself(cast: Cast, as_: SignIn, who: str) -> None:
    pages = {"bruno": url(cast), "marta": reverse("groups:mentor-away")}
    mentorship = cast.clover.mentorships.get(person=cast.marta)
    MentorAwayFactory.create(mentorship=mentorship, starts_on=TODAY, ends_on=TODAY)
    as_("bruno").post(pages["bruno"], FIELDS)
    assert f'<a href="{pages[who]}">I’m away</a>' in as_(who).get(pages[who]).text


def test_mentor_adds_days_away_and_removes_them(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    page = browser.post(url(cast), FIELDS, follow=True).text
    assert "Bruno Sá is away Mon 21 to Fri 25 September." in page
    assert "Mon 21 to Fri 25 September: Exams Marta Pires" in shown(page)
    absence = Absence.objects.get()
    assert (absence.enrolment, absence.accepted_by, absence.accepted_at) == (
        cast.enrolment("bruno"),
        cast.marta,
        timezone.now(),
    )
    page = press(browser, page, "the days away")
    assert "Removed: Bruno Sá away Mon 21 to Fri 25 September." in page
    assert not Absence.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        press(browser, page, "Undo")
    assert days(cast) == [(21, 25, "Exams")]


def test_days_away_need_no_reason(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(url(cast), {"starts_on": "2026-09-21", "ends_on": "2026-09-21"})
    assert days(cast) == [(21, 21, "")]


def test_student_says_that_they_are_away_undoes_it_and_is_back(cast: Cast, as_: SignIn) -> None:
    browser = as_("bruno")
    today = {"starts_on": f"{TODAY}", "ends_on": "2026-09-18"}
    page = browser.post(url(cast), today, follow=True).text
    assert "You are away Wed 16 to Fri 18 September." in page
    assert "You are away until Friday 18 September. Nothing becomes late on these days." in shown(page)
    detail = reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])
    assert "Bruno is away until Friday" in as_("marta").get(detail).text
    assert "You are away until" not in shown(press(browser, page, "Undo"))
    assert days(cast) == []
    browser.post(url(cast), today)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        page = browser.get(reverse("tracker:week", args=[cast.clover.pk])).text
        page = press(browser, page, "I’m back")
        assert "You are back." in page
        # The day that has passed stays.
        assert days(cast) == [(16, 16, "")]
        with time_machine.travel(NOW + timedelta(days=1, minutes=2), tick=False):
            press(browser, page, "Undo")
    assert days(cast) == [(16, 18, "")]


def test_days_that_overlap_or_touch_are_joined_and_undone_alone(cast: Cast, as_: SignIn) -> None:
    browser = as_("bruno")
    as_("marta").post(url(cast), FIELDS)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        later = {"starts_on": "2026-09-24", "ends_on": "2026-09-28", "reason": "Ill"}
        page = browser.post(url(cast), later, follow=True).text
    assert "You are away Mon 21 to Mon 28 September." in page
    assert days(cast) == [(21, 28, "Exams; Ill")]
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        press(browser, page, "Undo")
    assert days(cast) == [(21, 25, "Exams")]
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        browser.post(url(cast), {"starts_on": "2026-09-26", "ends_on": "2026-09-26"})
    assert days(cast) == [(21, 26, "Exams")]


@pytest.mark.parametrize(("when", "is_undone"), [("now", True), ("changed", False), ("tomorrow", False)])
def test_undo_leaves_days_that_changed_since_and_those_of_yesterday(
    cast: Cast, as_: SignIn, when: str, is_undone: bool
) -> None:
    browser = as_("bruno")
    page = browser.post(url(cast), {"starts_on": f"{TODAY}", "ends_on": "2026-09-17"}, follow=True).text
    later = NOW + timedelta(days=when == "tomorrow", minutes=1)
    with time_machine.travel(later, tick=False):
        if when == "changed":
            as_("marta").post(url(cast), {"starts_on": "2026-09-17", "ends_on": "2026-09-20"})
        page = press(browser, page, "Undo")
    assert (days(cast) == []) is is_undone
    assert ("These days have changed since, so this cannot be undone." in page) is not is_undone


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_days_at_once_the_second_joins_those_of_the_first() -> None:
    cast = make_cast()

    def add(name: str, ends_on: str) -> str:
        browser = Client()
        browser.force_login(cast.person(name))
        return browser.post(url(cast), {"starts_on": "2026-09-21", "ends_on": ends_on}, follow=True).text

    held_up(
        lambda: Enrolment.objects.select_for_update().get(pk=cast.bruno.enrolment_id),
        lambda: add("marta", "2026-09-25"),
        lambda: add("ines", "2026-09-28"),
    )
    assert days(cast) == [(21, 28, "")]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "error"),
    [
        ("2026-09-21", "2026-09-20", "The last day is before the first day."),
        ("", "2026-09-20", "This field is required."),
        ("0001-01-01", "2026-09-01", "Choose a date within two years of today."),
        ("2028-10-01", "2028-10-02", "Choose a date within two years of today."),
    ],
)
def test_days_that_cannot_be_are_refused(
    cast: Cast, as_: SignIn, starts_on: str, ends_on: str, error: str
) -> None:
    answer = as_("marta").post(url(cast), {"starts_on": starts_on, "ends_on": ends_on, "reason": "Ill"})
    assert error in answer.text
    assert 'value="Ill"' in answer.text
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "error"),
    [
        ("2026-09-15", "2026-09-17", "Choose today or a later day."),
        ("2026-09-16", "2026-09-29", ""),
        ("2026-09-16", "2026-09-30", "Your mentor can add more than 14 days at a time."),
    ],
)
def test_student_alone_says_fourteen_days_at_most_from_today_on(
    cast: Cast, as_: SignIn, starts_on: str, ends_on: str, error: str
) -> None:
    fields = {"starts_on": starts_on, "ends_on": ends_on}
    page = as_("bruno").post(url(cast), fields).text
    assert error in page
    assert Absence.objects.exists() is not error
    if not error:
        # Another day would make it fifteen.
        browser = as_("bruno")
        page = browser.post(url(cast), {"starts_on": "2026-09-30", "ends_on": "2026-09-30"}).text
        assert "Your mentor can add more than 14 days at a time." in page
    as_("marta").post(url(cast), fields)
    assert Absence.objects.count() == 1


def test_the_days_before_a_student_came_back_are_not_of_the_fourteen(cast: Cast, as_: SignIn) -> None:
    bruno, back_on = cast.enrolment("bruno"), TODAY + timedelta(days=20)
    of: dict[str, Any] = {"by": cast.ines, "at": NOW}
    end_enrolment(enrolment=bruno, end_reason="dropped", on=TODAY, **of)
    let_return(enrolment=bruno, group=cast.clover, on=back_on, **of)
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        fields = {"starts_on": back_on, "ends_on": back_on + timedelta(days=14), "reason": "Exams"}
        browser = as_("bruno")
        assert "Your mentor can add more than 14 days at a time." in browser.post(url(cast), fields).text
        browser.post(url(cast), fields | {"ends_on": back_on + timedelta(days=13)})
    assert days(cast) == [(TODAY.day, (back_on + timedelta(days=13)).day, "Not enrolled; Exams")]


def test_form_proposes_the_day_of_the_next_meeting(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Fridays 17:00")
    form = as_("bruno").get(url(cast)).context["form"]
    assert (form["starts_on"].value(), form["ends_on"].value()) == (date(2026, 9, 18), None)
    assert as_("marta").get(url(cast)).context["form"]["starts_on"].value() is None


def test_group_sees_the_days_and_not_the_reason_which_mentors_and_course_admins_read(
    cast: Cast, as_: SignIn
) -> None:
    as_("bruno").post(url(cast), FIELDS)
    pages = [
        reverse("tracker:week", args=[cast.clover.pk]),
        reverse("tracker:group-detail", args=[cast.clover.pk]),
    ]
    assert "Exams" not in "".join(as_("ana").get(page, follow=True).text for page in pages)
    detail = reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])
    reads = {name: "Exams" in as_(name).get(detail).text for name in ("bruno", "marta", "ines")}
    assert reads == {"bruno": True, "marta": True, "ines": True}
    # A course admin who studies in the group is of the group, also once they have left it.
    cast.course.admins.create(person=cast.person("ana"))
    assert "Exams" not in as_("ana").get(detail).text
    assert "Mon 21 to Fri 25 September" in as_("ana").get(detail).text
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=TODAY, end_reason="moved")
    assert "Exams" not in as_("ana").get(detail).text


def test_mentor_is_told_and_told_again_when_they_are_back(cast: Cast, as_: SignIn) -> None:
    User.objects.update(last_login=NOW)
    browser = as_("bruno")
    browser.post(url(cast), {"starts_on": f"{TODAY}", "ends_on": "2026-09-18", "reason": "Ill"})
    (mail,) = deliver(NOW + timedelta(minutes=11))
    assert (mail.to, mail.subject) == ([cast.marta.email], "Bruno is away Wed 16 to Fri 18 September")
    assert "“Ill”" in mail.body
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        page = browser.get(reverse("tracker:week", args=[cast.clover.pk])).text
        press(browser, page, "I’m back")
    (mail,) = deliver(NOW + timedelta(days=1, hours=1))
    assert (mail.to, mail.subject) == ([cast.marta.email], "Bruno is back")


def test_without_a_mentor_the_course_admins_are_told_and_of_what_is_undone_soon_nobody(
    cast: Cast, as_: SignIn
) -> None:
    User.objects.update(last_login=NOW)
    cast.clover.mentorships.update(ended_on=TODAY)
    browser = as_("bruno")
    page = browser.post(url(cast), {"starts_on": f"{TODAY}", "ends_on": "2026-09-18"}, follow=True).text
    press(browser, page, "Undo")
    assert deliver(NOW + timedelta(hours=1)) == []
    browser.post(url(cast), {"starts_on": f"{TODAY}", "ends_on": "2026-09-18"})
    (mail,) = deliver(NOW + timedelta(hours=2))
    assert mail.to == [cast.ines.email]


def test_who_is_away_gets_no_monday_mail_and_is_not_asked_how_it_is_going(cast: Cast, as_: SignIn) -> None:
    User.objects.update(last_login=NOW)
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    as_("bruno").post(url(cast), FIELDS)
    monday = datetime(2026, 9, 21, 10, tzinfo=NOW.tzinfo)
    begin_mornings(monday)
    told = {mail.to[0] for mail in deliver(monday) if mail.subject.startswith("Your week")}
    assert cast.person("ana").email in told
    assert cast.person("bruno").email not in told
    with time_machine.travel(monday, tick=False):
        pages = {name: as_(name).get(f"/week/{cast.clover.pk}/").context["week"] for name in ("ana", "bruno")}
    assert {name: week.before is not None for name, week in pages.items()} == {"ana": True, "bruno": False}


def test_calendar_of_the_cohort_says_who_is_away_and_not_why(cast: Cast, as_: SignIn) -> None:
    as_("bruno").post(url(cast), FIELDS)
    page = as_("ines").get(reverse("groups:cohort-calendar", args=[cast.cohort.pk])).text
    assert "Bruno Sá Clover · Mon 21 to Fri 25 September" in shown(page)
    assert "Exams" not in page


def test_check_in_has_who_is_away_as_excused_in_one_line_with_their_step_kept(
    cast: Cast, as_: SignIn
) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 9:00")
    step = AgreedStepFactory.create(
        group=cast.clover, enrolment=cast.enrolment("bruno"), agreed_by=cast.marta
    )
    as_("bruno").post(url(cast), {"starts_on": f"{TODAY}", "ends_on": "2026-09-18"})
    page = as_("marta").get(reverse("tracker:check-in-now", args=[cast.clover.pk]), follow=True)
    rows = {row.member.enrolment_id: row for row in page.context["page"].rows}
    row = rows[cast.bruno.enrolment_id]
    assert (row.is_fine, row.keeps_step, row.entry["attendance"].value()) == (True, True, "excused")
    assert "away until Friday · step kept for next time" in shown(page.text)
    step.refresh_from_db()
    assert step.state == "open"
