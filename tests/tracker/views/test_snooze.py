from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from groups.models import Enrolment, Membership
from people.models import User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.tracker import MeetingItemFactory, MeetingNoteFactory
from tracker.actions.attention import snooze_student
from tracker.actions.helping import answer_help
from tracker.actions.progress import mark
from tracker.models import AttentionPutAside


def url(cast: Cast) -> str:
    return reverse("tracker:snooze", args=[cast.bruno.enrolment_id])


def story(cast: Cast) -> str:
    return reverse("tracker:student-detail", args=[cast.bruno.enrolment_id])


def test_snooze_is_shown_and_can_be_ended(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    answer = browser.post(url(cast), {"until_on": "2026-09-20", "reason": "We talked"}, follow=True)
    assert answer.redirect_chain == [(story(cast), 302)]
    page = answer.content.decode()
    assert "Bruno Sá is snoozed until Sun 20 September." in page
    assert "by Marta Pires:" in page
    assert "We talked" in page
    aside = AttentionPutAside.objects.get()
    assert (aside.enrolment, aside.until_on, aside.put_aside_by) == (
        cast.enrolment("bruno"),
        date(2026, 9, 20),
        cast.marta,
    )
    end = reverse("tracker:snooze-end", args=[cast.bruno.enrolment_id, aside.pk])
    page = browser.post(end, follow=True).content.decode()
    assert "Bruno Sá is no longer snoozed." in page
    aside.refresh_from_db()
    assert (aside.ended_at, aside.ended_by) == (timezone.now(), cast.marta)


@pytest.mark.parametrize(
    ("until_on", "reason", "error"),
    [
        ("2026-09-16", "Ill", "Choose a date in the future."),
        ("2026-11-16", "Ill", "Choose Sun 15 November or an earlier date."),
        ("", "Ill", "This field is required."),
        ("2026-09-20", "", "This field is required."),
    ],
)
def test_snooze_wants_a_reason_and_a_day_within_reach(
    cast: Cast, as_: SignIn, until_on: str, reason: str, error: str
) -> None:
    answer = as_("marta").post(url(cast), {"until_on": until_on, "reason": reason})
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert not AttentionPutAside.objects.exists()


@pytest.mark.parametrize("until_on", ["2026-09-17", "2026-11-15"])
def test_snooze_takes_the_first_and_the_last_day(cast: Cast, as_: SignIn, until_on: str) -> None:
    as_("ines").post(url(cast), {"until_on": until_on, "reason": "Ill"})
    assert [str(row.until_on) for row in AttentionPutAside.objects.all()] == [until_on]


def test_snooze_is_not_offered_where_help_stands(cast: Cast, as_: SignIn) -> None:
    bruno, rag, now = cast.enrolment("bruno"), cast.milestones[3], timezone.now()
    browser, link = as_("marta"), f'href="{url(cast)}"'
    mark(enrolment=bruno, milestone=rag, state="need_help", by=bruno.person, at=now)
    assert link not in browser.get(story(cast)).text
    answer = browser.post(url(cast), {"until_on": "2026-09-20", "reason": "Ill"})
    assert (answer.status_code, "Bruno Sá needs help with RAG. Answer it first." in answer.text) == (
        422,
        True,
    )
    assert not AttentionPutAside.objects.exists()
    answer_help(
        enrolment=bruno, group=cast.clover, milestone=rag, body="So.", by=cast.marta, at=timezone.now()
    )
    assert link in browser.get(story(cast)).text
    browser.post(url(cast), {"until_on": "2026-09-20", "reason": "Ill"})
    assert AttentionPutAside.objects.count() == 1


def test_help_asked_for_again_within_minutes_is_shown_through_a_snooze(cast: Cast, as_: SignIn) -> None:
    bruno, rag, now = cast.enrolment("bruno"), cast.milestones[3], timezone.now()
    mark(enrolment=bruno, milestone=rag, state="need_help", by=bruno.person, at=now - timedelta(days=1))
    mark(enrolment=bruno, milestone=rag, state="working", by=bruno.person, at=now)
    snooze_student(enrolment=bruno, until_on=date(2026, 9, 20), reason="We talked", by=cast.marta, at=now)
    again = now + timedelta(minutes=2)
    mark(enrolment=bruno, milestone=rag, state="need_help", by=bruno.person, at=again)
    with time_machine.travel(again, tick=False):
        page = as_("marta").get(reverse("tracker:my-groups")).text
    assert "Bruno needs help" in page


def test_another_reason_is_shown_through_a_snooze_and_can_be_snoozed_too(cast: Cast, as_: SignIn) -> None:
    """Bruno is behind, active until yesterday; he falls silent while he is snoozed."""
    User.objects.update(last_login=NOW)
    Enrolment.objects.update(last_active_at=NOW - timedelta(days=1))
    browser, later = as_("marta"), NOW + timedelta(days=8)
    browser.post(url(cast), {"until_on": "2026-09-30", "reason": "We talked"})
    aside = AttentionPutAside.objects.get()
    assert aside.codes == ["behind"]
    page = browser.get(story(cast)).text
    assert "Bruno is snoozed" in page
    assert f'href="{url(cast)}"' not in page
    with time_machine.travel(later, tick=False):
        page = browser.get(story(cast)).text
        assert "No activity for 9 days." in page
        assert "Snoozed until" in page
        members = browser.get(reverse("tracker:my-groups")).context["dashboard"].cards[0].overview.members
        assert [each.words.text for each in members if each.name == "Bruno Sá"] == ["silent"]
        assert f'href="{url(cast)}"' in page
        browser.post(url(cast), {"until_on": "2026-10-09", "reason": "We talked again"})
        aside = AttentionPutAside.objects.in_force(later.date()).get()
        assert aside.codes == ["behind", "silent"]
        assert "Bruno is snoozed" in browser.get(story(cast)).text


def test_a_panel_shows_nothing_that_was_brought_while_its_reader_studied_there(
    cast: Cast, as_: SignIn
) -> None:
    """Ana left Clover, and mentors it since this week."""
    for text, days in (("Old worry", 8), ("New worry", 0)):
        MeetingItemFactory.create(
            enrolment=cast.enrolment("chidi"),
            group=cast.clover,
            text=text,
            added_at=NOW - timedelta(days=days),
        )
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=TODAY - timedelta(days=3), end_reason="moved")
    MentorshipFactory.create(
        group=cast.clover, person=cast.person("ana"), started_on=TODAY - timedelta(days=2)
    )
    MeetingNoteFactory.create(
        enrolment=cast.enrolment("chidi"), group=cast.clover, week_starts_on=date(2026, 9, 14)
    )
    told = {}
    for name in ("ana", "marta"):
        page = as_(name).get(reverse("tracker:my-groups"), {"student": cast.chidi.enrolment_id}).text
        told[name] = ["Old worry" in page, "New worry" in page]
    assert told == {"ana": [False, True], "marta": [True, True]}


def test_a_panel_tells_no_student_of_the_group_why_somebody_is_snoozed(cast: Cast, as_: SignIn) -> None:
    """As a course admin they open it, of themselves and of the others."""
    as_("marta").post(url(cast), {"until_on": "2026-09-20", "reason": "We talked"})
    panel = reverse("tracker:group-detail", args=[cast.clover.pk], query={"student": cast.bruno.enrolment_id})
    told = {}
    for name in ("ines", "bruno", "ana"):
        cast.course.admins.get_or_create(person=cast.person(name))
        page = as_(name).get(panel)
        told[name] = (page.context["student_panel"]["enrolment_id"], "We talked" in page.text)
    bruno = cast.bruno.enrolment_id
    assert told == {"ines": (bruno, True), "bruno": (bruno, False), "ana": (bruno, False)}
