from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from groups.models import Enrolment
from people.actions.anonymise import anonymise
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import EnrolmentFactory
from tests.messages import told

type SignIn = Callable[[str], Client]

AGREED = {"hours_a_week": "4", "level": "python 3", "goal": "Build a RAG", "contact": "Chat, within a day"}


def url(enrolment: Enrolment) -> str:
    return reverse("groups:agreement", args=[enrolment.pk])


def test_student_and_mentor_agree_and_it_shows_where_they_meet(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    week = reverse("tracker:week", args=[cast.clover.pk])
    assert url(ana) in as_("ana").get(week).text
    assert "Write at least one thing." in as_("ana").post(url(ana), dict.fromkeys(AGREED, "")).text
    answer = as_("ana").post(url(ana), AGREED)
    assert (told(answer), answer["Location"]) == (["Saved. You can change it any time."], "/week/")
    as_("marta").post(url(ana), AGREED | {"hours_a_week": "3"})
    ana.refresh_from_db()
    assert (ana.hours_a_week, ana.goal, ana.agreed_by, ana.agreed_at) == (3, "Build a RAG", cast.marta, NOW)
    story = reverse("tracker:student-detail", args=[ana.pk])
    for who in ("ana", "marta"):
        assert url(ana) in as_(who).get(story).text
    history = as_("ines").get(url(ana)).context["history"]
    lines = [(line.by, line.field, line.before, line.after) for line in history]
    assert ("Marta Pires", "hours a week", "4", "3") in lines


def test_whoever_saves_second_sees_what_the_first_changed(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    form = as_("marta").get(url(ana)).context["form"]
    opened = {"opened": form["opened"].value()}
    as_("ana").post(url(ana), AGREED)
    mine = {"hours_a_week": "2", "level": "", "goal": "Find work", "contact": "", **opened}
    answer = as_("marta").post(url(ana), mine)
    assert answer.status_code == 409
    conflict = answer.context["form"].conflict
    assert (conflict.by, [(row.label, row.theirs, row.yours) for row in conflict.fields]) == (
        cast.person("ana"),
        [("Hours a week", "4", "2"), ("Goal", "Build a RAG", "Find work")],
    )
    again = {**mine, "opened": answer.context["form"]["opened"].value()}
    # What she left as it was is Ana's, unless she saves the page that shows it.
    as_("marta").post(url(ana), mine | {"hours_a_week": "4", "goal": "Build a RAG"})
    ana.refresh_from_db()
    assert (ana.level, ana.contact) == ("python 3", "Chat, within a day")
    assert as_("marta").post(url(ana), again).status_code == 302


def test_before_there_is_a_group_it_is_asked_for(cast: Cast, as_: SignIn) -> None:
    row = EnrolmentFactory.create(cohort=cast.cohort, person=cast.marta)
    browser = as_("marta")
    assert url(row) in browser.get("/week/").text
    assert "Before there is a group" in browser.get(url(row)).text
    browser.post(url(row), AGREED)
    row.refresh_from_db()
    assert (row.hours_a_week, row.agreed_at) == (4, None)
    as_("ines").post(url(row), AGREED | {"hours_a_week": "81"})
    row.refresh_from_db()
    assert row.hours_a_week == 4


def test_what_has_ended_stays_as_it_was_agreed(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    as_("ana").post(url(ana), AGREED)
    Enrolment.objects.filter(pk=ana.pk).update(ended_on=TODAY, end_reason="dropped")
    page = as_("ana").get(url(ana)).text
    assert "The enrolment has ended" in page
    assert "Build a RAG" in page
    as_("ana").post(url(ana), AGREED | {"goal": "Another"})
    ana.refresh_from_db()
    assert ana.goal == "Build a RAG"
    anonymise(person=cast.person("ana"), at=NOW)
    ana.refresh_from_db()
    assert (ana.goal, ana.contact, ana.level) == ("", "", "")
    assert not Enrolment.history.exclude(goal="").exists()
