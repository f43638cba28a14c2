from datetime import date

from django.urls import reverse

from courses.models import Cohort
from groups.models import Enrolment
from people.models import Event
from questions.models import Question
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory, PauseFactory
from tests.factories.groups import GroupFactory, MentorshipFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory
from tests.messages import told


def test_new_cohort_takes_the_time_zone_and_nobody_where_nothing_is_ticked(cast: Cast, as_: SignIn) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 9))
    MentorshipFactory.create(group=GroupFactory.create(cohort=cast.cohort, name="Fern"), person=cast.marta)
    MentorshipFactory.create(group=cast.clover, person=cast.zoe, role="cover")
    CohortFactory.create(course=cast.course, title="Next", starts_on=date(2026, 12, 7), time_zone="UTC")
    url = reverse("tracker:cohort-new", args=["llm"])
    cast.cohort.asks_before_meeting = True
    cast.cohort.save()
    browser = as_("ines")
    form = browser.get(url).context["form"]
    assert form["asks_before_meeting"].value() is True
    assert form["time_zone"].value() == "Europe/Lisbon"
    # A browser elsewhere offers its own, and does not choose it.
    assert 'data-time-zones="offered"' in str(form["time_zone"])
    fields = {"title": "Spring 2027", "starts_on": "2027-02-01", "time_zone": "Europe/Lisbon"}
    again = browser.post(url, fields | {"title": "autumn 2026"})
    assert again.context["form"].errors == {"title": ["This course already has a cohort with this title."]}
    browser.post(url, fields)
    made = Cohort.objects.get(title="Spring 2027")
    assert (made.starts_on, made.closed_on, made.changed_by) == (date(2027, 2, 1), None, cast.ines)
    assert (made.pauses.count(), made.groups.count(), made.enrolments.count()) == (0, 0, 0)
    assert not Event.objects.exists()
    # Present mentors are proposed where the mentors of its groups are chosen.
    mentors = browser.get(reverse("groups:willing-mentor-list", args=[made.pk]))
    assert [person.name for person in mentors.context["to_ask"]] == ["Marta Pires", "Tomás Reis", "Zoe Lind"]


def test_who_finished_says_that_they_would_mentor(cast: Cast, as_: SignIn) -> None:
    ana = cast.enrolment("ana")
    cast.ana.ended_on, cast.ana.end_reason = TODAY, "finished"
    cast.ana.save()
    Enrolment.objects.filter(pk=ana.pk).update(ended_on=TODAY, end_reason="finished")
    browser = as_("ana")
    assert "Would you mentor a group in a later cohort?" in browser.get("/week/").text
    browser.post(reverse("groups:would-mentor", args=[ana.pk]))
    assert "Undo the offer" in browser.get("/week/").text
    mentors = as_("ines").get(reverse("groups:willing-mentor-list", args=[cast.cohort.pk]))
    assert [person.name for person in mentors.context["to_ask"]] == ["Ana Ruivo", "Marta Pires", "Tomás Reis"]
    browser.post(reverse("groups:would-not-mentor", args=[ana.pk]))
    ana.refresh_from_db()
    assert ana.would_mentor_at is None


def test_new_cohort_brings_along_what_is_ticked_and_tells_nobody(cast: Cast, as_: SignIn) -> None:
    # The second falls into the weeks of the new one, and makes them longer; the third is after them.
    for title, first, last in (
        ("Autumn break", date(2026, 9, 21), date(2026, 9, 25)),
        ("Winter break", date(2026, 10, 12), date(2026, 10, 18)),
        ("Spring break", date(2027, 3, 1), date(2027, 3, 5)),
    ):
        PauseFactory.create(cohort=cast.cohort, title=title, starts_on=first, ends_on=last)
    MentorshipFactory.create(group=cast.clover, person=cast.zoe, role="cover")
    helped, again, once, hidden = (
        QuestionFactory.create(
            membership=cast.ana,
            milestone=cast.milestones[0],
            title=title,
            visibility=visibility,
            status="answered",
            first_answered_at=NOW,
        )
        for title, visibility in (
            ("Helped", "course"),
            ("Again", "course"),
            ("Once", "course"),
            ("Hidden", "group"),
        )
    )
    for question in (helped, again, once, hidden):
        AnswerFactory.create(question=question, helped_at=None if question in (again, once) else NOW)
    AskFactory.create(
        question=again, group=cast.clover, enrolment=cast.enrolment("bruno"), logged_by=cast.person("bruno")
    )
    url, browser = reverse("tracker:cohort-new", args=["llm"]), as_("ines")
    page = browser.get(url)
    form, shown = page.context["form"], page.context["shown"]
    # The calendar of the one before is over on 4 October, with its break.
    assert (form["title"].value(), form["starts_on"].value()) == ("October 2026", date(2026, 10, 5))
    assert form.fields["mentors"].help_text == "Marta and Tomás stand as willing; nobody is assigned."
    assert form.fields["answers"].help_text == "2 questions, published as frequent ones."
    assert [f"{day:%d %b}" for _, day in shown.dated] == ["11 Oct", "25 Oct", "01 Nov", "08 Nov"]
    assert "Winter break: 12 Oct to 18 Oct" in page.text
    # Another start, another calendar.
    later = browser.get(url, {"like": cast.cohort.pk, "starts_on": "2027-01-04"})
    assert [str(row.title) for row in later.context["shown"].breaks] == []
    fields = {"title": "Next", "starts_on": "2026-10-05", "time_zone": "Europe/Lisbon"}
    answer = browser.post(url, fields | dict.fromkeys(("breaks", "mentors", "answers"), "on"))
    made = Cohort.objects.get(title="Next")
    assert told(answer) == [
        "Next created with 1 break, 2 willing mentors and 2 frequent questions. Nobody was told."
        " Check its calendar, then add people."
    ]
    assert [pause.title for pause in made.pauses.all()] == ["Winter break"]
    willing = made.willing_mentors.order_by("person__name")
    assert [(row.person.name, row.most_groups) for row in willing] == [("Marta Pires", 1), ("Tomás Reis", 1)]
    published = Question.objects.exclude(published_at=None)
    assert [question.title for question in published.order_by("title")] == ["Again", "Helped"]
    assert not Event.objects.exists()
    # What was published is not offered again; like nothing, nothing comes along.
    assert "answers" not in browser.get(url, {"like": cast.cohort.pk}).context["form"].fields
    empty = browser.get(url, {"like": ""}).context["form"]
    assert not {"breaks", "mentors", "answers"} & set(empty.fields)
