from datetime import date

from django.urls import reverse

from groups.models import Enrolment
from people.actions.anonymise import anonymise
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import EnrolmentFactory
from tests.messages import told
from tests.moving import end_enrolment, move_student

SAID = {"hours_a_week": "4", "mentor_note": "I want to build a RAG.\nSlack, within a day."}


def url(enrolment: Enrolment) -> str:
    return reverse("groups:mentor-note", args=[enrolment.pk])


def test_student_writes_and_mentor_reads_it_where_they_look_at_the_student(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    week = reverse("tracker:week", args=[cast.clover.pk])
    assert url(ana) in as_("ana").get(week).text
    answer = as_("ana").post(url(ana), SAID)
    assert (told(answer), answer["Location"]) == (["Saved. You can change it any time."], "/week/")
    opened = reverse("tracker:group-detail", args=[cast.clover.pk], query={"student": ana.pk})
    assert as_("marta").post(url(ana), SAID | {"hours_a_week": "3"})["Location"] == opened
    ana.refresh_from_db()
    assert (ana.hours_a_week, ana.mentor_note) == (3, "I want to build a RAG.\nSlack, within a day.")
    assert 'name="hours_a_week" value="3" ' in as_("ana").get(url(ana)).text
    assert "I want to build a RAG." in as_("marta").get(opened, follow=True).text
    assert (
        "I want to build a RAG."
        not in as_("bruno").get(reverse("tracker:group-detail", args=[cast.clover.pk])).text
    )


def test_whoever_saves_second_sees_what_the_first_changed(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    opened = {"version": as_("marta").get(url(ana)).context["form"]["version"].value()}
    as_("ana").post(url(ana), SAID)
    mine = {"hours_a_week": "2", "mentor_note": "", **opened}
    answer = as_("marta").post(url(ana), mine)
    assert answer.status_code == 409
    form = answer.context["form"]
    assert (form.conflict.by, next((row.theirs, row.yours) for row in form.conflict.fields)) == (
        cast.person("ana"),
        ("4", "2"),
    )
    # The part that she did not change is Ana's.
    assert (form["hours_a_week"].value(), form["mentor_note"].value()) == ("2", SAID["mentor_note"])
    again = mine | {name: form[name].value() for name in ("version", "mentor_note")}
    assert as_("marta").post(url(ana), again).status_code == 302
    ana.refresh_from_db()
    assert (ana.hours_a_week, ana.mentor_note) == (2, SAID["mentor_note"])


def test_who_ends_later_still_changes_it(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    end_enrolment(enrolment=ana, on=date(2026, 9, 30), end_reason="dropped", by=cast.ines, at=NOW)
    assert as_("ana").post(url(ana), SAID).status_code == 302
    ana.refresh_from_db()
    assert ana.hours_a_week == 4


def test_who_moves_later_is_the_next_mentors_from_that_day_on(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    move_student(enrolment=ana, group=cast.juniper, on=date(2026, 9, 21), by=cast.ines, at=NOW)
    assert as_("tomas").post(url(ana), SAID).status_code == 403
    opened = reverse("tracker:group-detail", args=[cast.clover.pk], query={"student": ana.pk})
    assert as_("marta").post(url(ana), SAID)["Location"] == opened


def test_hours_alone_leave_the_note_as_it_is(cast: Cast, as_: SignIn) -> None:
    """The first page of a student asks for nothing else."""
    ana = cast.enrolment("ana")
    Enrolment.objects.filter(pk=ana.pk).update(mentor_note="Kept", level="python 3")
    refused = as_("ana").post(url(ana), {"hours_a_week": "81"})
    assert (refused.status_code, refused.context["form"]["mentor_note"].value()) == (422, "Kept")
    as_("ana").post(url(ana), {"hours_a_week": "5"})
    ana.refresh_from_db()
    assert (ana.hours_a_week, ana.mentor_note, ana.level) == (5, "Kept", "python 3")


def test_before_there_is_a_group_it_is_asked_for(cast: Cast, as_: SignIn) -> None:
    row = EnrolmentFactory.create(cohort=cast.cohort, person=cast.marta)
    browser = as_("marta")
    assert url(row) in browser.get("/week/").text
    assert "Groups are formed by time zone, hours a week and level." in " ".join(
        browser.get(url(row)).text.split()
    )
    browser.post(url(row), SAID | {"level": "python 3"})
    row.refresh_from_db()
    assert (row.hours_a_week, row.level) == (4, "python 3")
    as_("ines").post(url(row), SAID | {"hours_a_week": "81"})
    row.refresh_from_db()
    assert row.hours_a_week == 4


def test_what_has_ended_stays_as_it_was_written(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    as_("ana").post(url(ana), SAID)
    Enrolment.objects.filter(pk=ana.pk).update(ended_on=TODAY, end_reason="dropped")
    page = as_("ana").get(url(ana)).text
    assert "The enrolment has ended" in page
    assert "I want to build a RAG" in page
    as_("ana").post(url(ana), SAID | {"mentor_note": "Another"})
    ana.refresh_from_db()
    assert ana.mentor_note.startswith("I want")
    anonymise(person=cast.person("ana"), at=NOW)
    ana.refresh_from_db()
    assert (ana.mentor_note, ana.level) == ("", "")
    assert not Enrolment.history.exclude(mentor_note="").exists()
