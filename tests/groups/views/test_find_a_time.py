"""The people of a group without a meeting tap when they can, and their mentor sets the best of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from groups.actions.meeting import remove_free_times
from groups.dashboards.free_times import FreeTimes, free_times
from groups.models import Absence, FreeTime, Group
from people.models import Event, MailChoice, User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.mails import deliver
from tests.messages import said
from tests.moving import move_student

DAY = timedelta(days=1)


def url(cast: Cast, name: str = "find-a-time") -> str:
    return reverse(f"groups:{name}", args=[cast.clover.pk])


def live_in(person: User, zone: str) -> None:
    User.objects.filter(pk=person.pk).update(time_zone=zone)


def tap(client: Client, cast: Cast, *slots: str) -> None:
    assert client.post(url(cast), {"slots": slots}, headers={"hx-request": "true"}).status_code == 200


def times_of(cast: Cast, reader: User) -> FreeTimes:
    return free_times(Group.objects.get(pk=cast.clover.pk), User.objects.get(pk=reader.pk), TODAY)


def test_best_has_the_most_people_and_is_nobodys_night(cast: Cast, as_: SignIn) -> None:
    live_in(cast.person("bruno"), "America/Sao_Paulo")
    # Mornings in Lisbon are before 7 o'clock in São Paulo.
    tap(as_("ana"), cast, "0-8", "2-18", "3-12")
    tap(as_("chidi"), cast, "0-8", "2-18")
    tap(as_("marta"), cast, "0-8", "2-18")
    (best, missing), (following, without) = times_of(cast, cast.marta).best
    assert (best.label, len(best.can)) == ("Wednesdays 18:00", 3)
    assert missing == "Bruno has not answered. For Bruno it is 14:00."
    assert (following.label, without) == ("Mondays 08:00", "Bruno has not answered. For Bruno it is 04:00.")
    assert following.night_for == ("Bruno",)


def test_times_stand_in_the_zone_of_the_reader_with_the_day_where_it_differs(cast: Cast, as_: SignIn) -> None:
    live_in(cast.person("ana"), "Asia/Tokyo")
    page = as_("ana").get(url(cast)).text
    assert "in Tokyo" in page
    evening = times_of(cast, cast.person("ana")).rows[-1]
    assert (evening[2].hours, evening[2].days_off, evening[2].label) == ("2–5", 1, "Thursdays 02:00")
    assert page.count("<small>the day after</small>") == 1


def test_student_saves_with_a_tap_and_fellows_read_no_zone(cast: Cast, as_: SignIn) -> None:
    live_in(cast.person("bruno"), "America/Sao_Paulo")
    ana = as_("ana")
    tap(ana, cast, "1-14", "2-18")
    tap(ana, cast, "2-18")
    assert list(FreeTime.objects.values_list("person__name", "weekday", "part")) == [("Ana Ruivo", 2, 18)]
    page = as_("chidi").get(url(cast)).text
    assert "Wednesday, evening, also Ana Ruivo" in page
    assert "night for Bruno" in page
    assert "Paulo" not in page
    # Without a script the button saves, and the page opens anew.
    assert ana.post(url(cast), {"slots": "0-8"}).status_code == 302


@pytest.mark.parametrize("slots", ["9-18", "2-19", "x", "2"])
def test_what_no_page_sends_is_not_found(cast: Cast, as_: SignIn, slots: str) -> None:
    assert as_("ana").post(url(cast), {"slots": slots}).status_code == 404
    assert as_("marta").post(url(cast, "meeting-set"), {"slots": slots}).status_code == 404


def test_mentor_sets_the_meeting_in_the_zone_of_the_cohort_and_undoes_it(cast: Cast, as_: SignIn) -> None:
    live_in(cast.marta, "America/Sao_Paulo")
    Group.objects.filter(pk=cast.clover.pk).update(meeting="by video")
    tap(as_("ana"), cast, "2-14")
    marta = as_("marta")
    shown = marta.post(url(cast, "meeting-set"), {"slots": "2-14"}, follow=True).text
    group = Group.objects.get(pk=cast.clover.pk)
    assert group.meeting == "Wednesdays 18:00, by video"
    assert "Clover meets Wednesdays 18:00, by video." in shown
    assert Event.objects.filter(kind="meeting_set").count() == 1
    # Nobody ticks any longer; what was ticked is there until the undo is over.
    assert marta.get(url(cast)).status_code == 302
    marta.post(url(cast, "meeting-undo"), {"version": group.version})
    assert Group.objects.get(pk=cast.clover.pk).meeting == "by video"
    assert "undone" in Event.objects.latest("pk").ids
    assert "Ana Ruivo" in marta.get(url(cast)).text


def test_place_that_leaves_no_room_for_the_time_is_shortened_first(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="x" * 185)
    shown = as_("marta").post(url(cast, "meeting-set"), {"slots": "2-14"}, follow=True).text
    assert "Where Clover meets is too long to hold the time as well. Shorten it first." in shown
    assert Group.objects.get(pk=cast.clover.pk).meeting == "x" * 185
    assert not Event.objects.filter(kind="meeting_set").exists()


def test_second_mentor_who_sets_it_is_told_and_a_late_undo_changes_nothing(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    marta.post(url(cast, "meeting-set"), {"slots": "2-14"})
    again = marta.post(url(cast, "meeting-set"), {"slots": "3-14"}, follow=True).text
    assert "Clover meets Wednesdays 14:00 already." in again
    group = Group.objects.get(pk=cast.clover.pk)
    Group.objects.filter(pk=group.pk).update(version=group.version + 1, meeting="Fridays 9:00")
    late = marta.post(url(cast, "meeting-undo"), {"version": group.version}, follow=True).text
    assert "meeting was changed since" in late
    assert Group.objects.get(pk=group.pk).meeting == "Fridays 9:00"


def test_tap_after_the_meeting_is_set_leads_on_and_says_when(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    ana = as_("ana")
    answer = ana.post(url(cast), {"slots": ["1-9"]}, headers={"HX-Request": "true"})
    # A redirect would be followed by the script, and all of that page put into this one.
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (200, reverse("tracker:home"))
    assert "Clover meets Wednesdays 18:00 already." in said(ana.get(reverse("tracker:home"), follow=True))
    assert ana.post(url(cast), {"slots": ["1-9"]}).status_code == 302
    assert not FreeTime.objects.exists()


@pytest.fixture
def all_have_signed_in(cast: Cast) -> None:
    User.objects.update(last_login=NOW)


@pytest.mark.usefixtures("all_have_signed_in")
def test_mentor_reminds_who_has_not_tapped_once_a_day(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    assert "Remind all 3" in marta.get(url(cast)).text
    tap(as_("ana"), cast, "2-18")
    Absence.objects.create(
        enrolment=cast.enrolment("chidi"), starts_on=TODAY, ends_on=TODAY, accepted_by=cast.marta
    )
    assert "Remind Bruno" in marta.get(url(cast)).text
    assert "Remind" not in as_("ana").get(url(cast)).text
    assert said(marta.post(url(cast, "times-remind"))) == "Bruno is reminded by e-mail."
    page = marta.get(url(cast)).text
    assert "A reminder of today at 11:00 is on its way" in page
    assert "Remind Bruno" not in page
    again = marta.post(url(cast, "times-remind"))
    assert said(again) == "Already reminded within a day. Nobody is reminded twice a day."
    (sent,) = deliver()
    assert (sent.to, sent.subject) == (["bruno@example.com"], "Clover needs a time: when can you?")
    assert url(cast) in str(sent.body)
    assert "Reminded today at 11:00" in marta.get(url(cast)).text


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize("meanwhile", ["everybody taps", "the meeting is set"])
def test_reminder_is_not_sent_once_it_is_not_needed(cast: Cast, as_: SignIn, meanwhile: str) -> None:
    as_("marta").post(url(cast, "times-remind"))
    if meanwhile == "the meeting is set":
        Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    else:
        for each in ("ana", "bruno", "chidi"):
            tap(as_(each), cast, "2-18")
    assert deliver() == []


@pytest.mark.usefixtures("all_have_signed_in")
def test_nobody_is_reminded_who_wants_no_mail_about_the_group(cast: Cast, as_: SignIn) -> None:
    for each in ("ana", "bruno", "chidi"):
        MailChoice.objects.create(person=cast.person(each), kind="group", soon="never")
    marta = as_("marta")
    assert "Remind" not in marta.get(url(cast)).text
    assert said(marta.post(url(cast, "times-remind"))) == "Nobody is left to remind."
    assert not Event.objects.filter(kind="times_reminded").exists()


def test_times_of_who_left_are_not_shown_and_go_in_the_night(cast: Cast, as_: SignIn) -> None:
    tap(as_("ana"), cast, "2-18")
    tap(as_("chidi"), cast, "2-18")
    move_student(enrolment=cast.enrolment("chidi"), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    assert [each.name for each in times_of(cast, cast.marta).best[0][0].can] == ["Ana Ruivo"]
    assert remove_free_times(NOW + DAY) == 1
    assert FreeTime.objects.get().person == cast.person("ana")


def test_times_go_once_the_meeting_is_set_or_the_cohort_closed(cast: Cast, as_: SignIn) -> None:
    tap(as_("ana"), cast, "2-18")
    as_("marta").post(url(cast, "meeting-set"), {"slots": "2-18"})
    assert remove_free_times(NOW) == 0
    assert remove_free_times(NOW + DAY) == 1
    FreeTime.objects.create(
        group=cast.juniper, person=cast.person("dalia"), time_zone="Europe/Lisbon", weekday=1, part=8
    )
    assert remove_free_times(NOW + DAY) == 0
    cast.cohort.closed_on = TODAY
    cast.cohort.save()
    assert remove_free_times(NOW + DAY) == 1


def test_times_chosen_in_another_zone_do_not_count(cast: Cast, as_: SignIn) -> None:
    tap(as_("ana"), cast, "2-18")
    live_in(cast.marta, "Asia/Tokyo")
    assert times_of(cast, cast.marta).best == []


@pytest.mark.parametrize(("who", "queries"), [("ana", 8), ("marta", 11)])
def test_queries_do_not_grow_with_people(
    cast: Cast, as_: SignIn, who: str, queries: int, django_assert_num_queries
) -> None:
    client = as_(who)
    client.get(url(cast))
    for each in ("ana", "bruno", "chidi"):
        tap(as_(each), cast, "2-18", "3-8", "0-12")
    with django_assert_num_queries(queries):
        assert client.get(url(cast)).status_code == 200


def test_zone_of_a_group_without_a_mentor_is_that_of_the_cohort(cast: Cast, as_: SignIn) -> None:
    cast.clover.mentorships.all().delete()
    tap(as_("ana"), cast, "2-18")
    assert FreeTime.objects.get().time_zone == str(ZoneInfo(cast.cohort.time_zone))
