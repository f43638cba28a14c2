from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from django.urls import reverse

from courses.models import Cohort
from groups.models import Closing, Enrolment
from questions.models import Question
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import QuestionFactory
from tests.moving import move_student
from tracker.actions.progress import mark


def test_the_page_costs_the_same_for_more_students(
    cast: Cast, as_: SignIn, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    browser, url = as_("ines"), reverse("tracker:cohort-close", args=[cast.cohort.pk])
    with django_assert_num_queries(15):
        browser.get(url)
    MembershipFactory.create_batch(3, group=GroupFactory.create(cohort=cast.cohort, name="Fern"))
    with django_assert_num_queries(15):
        browser.get(url)


def test_closing_asks_shows_what_it_means_and_is_done_as_shown(cast: Cast, as_: SignIn) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    for enrolment, count in ((ana, 4), (bruno, 3)):
        for milestone in cast.milestones[:count]:
            mark(enrolment=enrolment, milestone=milestone, state="done", by=cast.marta, at=NOW)
    question = QuestionFactory.create(membership=cast.ana, title="Why?")
    later = TODAY + timedelta(days=2)
    move_student(enrolment=cast.enrolment("dalia"), group=cast.clover, on=later, by=cast.ines, at=NOW)
    browser, url = as_("ines"), reverse("tracker:cohort-close", args=[cast.cohort.pk])
    page = browser.get(url)
    assert [row.name for row in page.context["found"].finished] == ["Ana Ruivo"]
    assert page.context["found"].others[0].label == "Bruno Sá (Clover, 1 milestone left)"
    assert list(page.context["form"].fields) == [
        "on", "for_finished", "for_others", "also_finished", "word",
    ]  # fmt: skip
    fields = {
        "on": TODAY.isoformat(), "for_finished": "finished", "for_others": "dropped",
        "also_finished": [bruno.pk], "word": "Thank you.",
    }  # fmt: skip
    tomorrow = browser.post(url, fields | {"on": "2026-09-17"})
    assert "Choose today or an earlier day" in tomorrow.text
    assert tomorrow.text.count("Please correct the following") == 1
    assert 'name="form_key"' in tomorrow.text
    assert "Choose what happens to them." in browser.post(url, fields | {"for_others": ""}).text
    preview = browser.post(url, fields | {"form_key": "a" * 32})
    # What the browser keeps of the form goes when the preview is confirmed.
    assert f'name="form_key" value="{"a" * 32}"' in preview.text
    assert preview.context["preview"].shown["sentences"] == [
        "Autumn 2026 is closed from 16 September 2026 on. Everything in it stays readable. Mentors can still log "
        "earlier weeks, and you can end enrolments, correct days and sort questions for the next cohort. To change "
        "anything else, reopen it.",
        "2 students finished.",
        "4 students dropped out.",
        "1 open question closed without an answer; the e-mail tells the people who asked.",
        "1 planned move taken back.",
    ]
    assert [(label, len(rows)) for label, rows in preview.context["preview"].shown["outcomes"]] == [
        ("Finished", 2), ("Dropped out", 4),
    ]  # fmt: skip
    assert "Bruno Sá (Clover, 1 milestone left)" in preview.text
    assert not Closing.objects.exists()
    assert browser.post(url, fields | {"back": "1"}).context["form"]["word"].value() == "Thank you."
    # Somebody asked in the meantime: it is shown anew.
    seen = preview.context["preview"].key
    QuestionFactory.create(membership=cast.bruno, title="How?")
    anew = browser.post(url, fields | {"seen": seen})
    assert "This is different from what you saw before" in anew.text
    done = browser.post(url, fields | {"seen": anew.context["preview"].key}, follow=True)
    assert "Autumn 2026 is closed. Its students and mentors get an e-mail." in done.text
    assert "6 enrolments ended, 2 questions closed" in done.text
    assert dict(Enrolment.objects.values_list("person__name", "end_reason"))["Bruno Sá"] == "finished"
    assert "Nothing was changed" in browser.post(url, fields, follow=True).text
    # Its pages stay readable for those who took part.
    student = as_("ana")
    assert (
        "You finished on Wed 16 September. Your last group was Clover. Autumn 2026 closed on"
        in student.get("/week/").text
    )
    assert "Thank you." in student.get(question.get_absolute_url()).text
    assert (
        "LLM basics"
        in student.get(reverse("questions:milestone-questions", args=[cast.milestones[0].pk])).text
    )
    mentor = as_("marta")
    detail = mentor.get(reverse("tracker:group-detail", args=[cast.clover.pk]))
    listed = mentor.get(reverse("tracker:check-in-list", args=[cast.clover.pk]))
    now_url = reverse("tracker:check-in-now", args=[cast.clover.pk])
    assert now_url not in detail.text + listed.text
    group = detail.context["page"]
    assert [member.name for member in group["overview"].members] == ["Ana Ruivo", "Bruno Sá", "Chidi Okafor"]
    # Its last day is that of the closing.
    edit = reverse("groups:cohort-edit", args=[cast.cohort.pk])
    form = browser.get(edit).context["form"]
    assert "closed_on" not in form.fields
    browser.post(edit, {name: form[name].value() or "" for name in form.fields} | {"closed_on": ""})
    assert Cohort.objects.get(pk=cast.cohort.pk).closed_on == TODAY
    again = browser.post(reverse("tracker:cohort-open-again", args=[cast.cohort.pk]), follow=True)
    assert "Autumn 2026 is open again." in again.text
    assert Cohort.objects.get(pk=cast.cohort.pk).closed_on is None
    assert set(Question.objects.values_list("status", flat=True)) == {"open"}
    assert "Reopened by Inês Duarte" in browser.get(url).text
