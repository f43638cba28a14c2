from datetime import date

from django.urls import reverse

from courses.models import Cohort
from groups.models import Enrolment
from people.models import Event
from tests.conftest import TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory, PauseFactory
from tests.factories.groups import GroupFactory, MentorshipFactory


def test_new_cohort_takes_the_time_zone_and_nothing_of_people(cast: Cast, as_: SignIn) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 9))
    MentorshipFactory.create(group=GroupFactory.create(cohort=cast.cohort, name="Fern"), person=cast.marta)
    MentorshipFactory.create(group=cast.clover, person=cast.zoe, role="cover")
    CohortFactory.create(course=cast.course, title="Next", starts_on=date(2026, 12, 7), time_zone="UTC")
    url = reverse("groups:cohort-new", args=["llm"])
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
