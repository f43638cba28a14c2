"""Private messages past the mentor: who reads it, who hears of it, and that it is nowhere else."""

from collections.abc import Callable
from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.html import strip_tags

from groups.actions.concerns import answer_concern, tell_concern
from groups.actions.enrolment import join_group
from groups.concern_access import concern_readers, concerns_to_read
from groups.models import Concern
from people.actions.anonymise import anonymise
from people.models import User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory

SECRET = "quasar"


def told(cast: Cast) -> Concern:
    return tell_concern(enrolment=cast.enrolment("ana"), wish="mentor", body=SECRET, at=NOW)


def readers(concern: Concern) -> set[str]:
    """By both ways to ask, which must agree."""
    asked = {person.name for person in concern_readers(concern.enrolment, concern.told_at)}
    others = User.objects.exclude(pk=concern.enrolment.person_id)
    assert {person.name for person in others if concern in concerns_to_read(person)} == asked
    return asked


def test_course_admins_read_it_and_nobody_of_the_group(cast: Cast) -> None:
    concern = told(cast)
    olga = UserFactory.create(name="Olga Reis")
    olga.user_permissions.add(Permission.objects.get(codename="read_left_concern"))
    # Access to the Django admin lets nobody read them.
    UserFactory.create(name="Rui Melo", is_staff=True)
    assert readers(concern) == {"Inês Duarte"}
    tomas = cast.course.admins.create(person=cast.tomas, added_at=NOW)
    assert readers(concern) == {"Inês Duarte", "Tomás Reis"}
    # A later course admin reads the messages from then on.
    tomas.added_at = NOW + timedelta(seconds=1)
    tomas.save()
    assert readers(concern) == {"Inês Duarte"}
    tomas.added_at = NOW
    tomas.save()
    # The one mentors what the student studies in now; the other mentored it, and no longer does.
    join_group(enrolment=cast.enrolment("ana"), group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    MentorshipFactory.create(group=cast.clover, person=cast.ines, ended_on=TODAY)
    assert readers(concern) == {"Olga Reis"}
    # An operator who studies in it, too.
    MembershipFactory.create(group=cast.juniper, person=olga)
    assert readers(concern) == set()


def test_who_mentors_them_in_another_cohort_reads_nothing_either(cast: Cast) -> None:
    spring = GroupFactory.create(cohort__course=cast.course, cohort__starts_on=date(2027, 3, 1))
    MembershipFactory.create(group=spring, person=cast.person("ana"))
    MentorshipFactory.create(group=spring, person=cast.ines)
    cast.course.admins.create(person=cast.tomas, added_at=NOW)
    assert readers(told(cast)) == {"Tomás Reis"}


def test_own_course_admin_who_studies_reads_nothing_of_fellows(cast: Cast) -> None:
    concern = told(cast)
    cast.course.admins.create(person=cast.person("bruno"))
    assert readers(concern) == {"Inês Duarte"}
    cast.course.admins.create(person=cast.person("ana"))
    assert readers(concern) == {"Inês Duarte"}


def test_student_tells_and_is_answered_there(cast: Cast, as_: SignIn) -> None:
    page = f"/enrolments/{cast.enrolment('ana').pk}/concern/"
    shown = as_("ana").get(page)
    assert (
        "Read by Inês Duarte. Your mentor, your group and course admins who are part of it cannot read it."
    ) in " ".join(strip_tags(shown.text).split())
    fields = {"wish": "group", "body": SECRET, "readers": f"{cast.ines.pk}"}
    # The reader is another one by the time it is sent: said first, nothing lost.
    zoe = cast.course.admins.create(person=cast.zoe)
    refused = as_("ana").post(page, fields)
    assert refused.status_code == 422
    assert "Its readers have changed" in refused.text
    assert SECRET in refused.text
    assert "Zoe Lind" in refused.text
    zoe.delete()
    assert as_("ana").post(page, fields).status_code == 302
    concern = Concern.objects.get()
    detail = f"/concerns/{concern.key}/"
    answered = as_("ines").post(f"{detail}answer/", {"body": "Come to **us**"})
    assert answered.status_code == 302
    late = as_("ines").post(f"{detail}answer/", {"body": "Second words"})
    assert late.status_code == 422
    assert "Inês Duarte has answered already." in late.text
    assert "Second words" in late.text
    assert "Come to **us**" in as_("ana").get(detail).text
    assert "Ana Ruivo" in as_("ines").get("/concerns/").text
    # Mails of before had the number in the address.
    assert as_("ines").get(f"/concerns/{concern.pk}/")["Location"] == "/concerns/"
    # No browser keeps this text.
    assert "data-keep" not in shown.text + as_("ines").get(detail).text
    assert detail not in as_("marta").get("/concerns/").text


def test_unanswered_one_stands_on_the_first_page_of_its_readers(cast: Cast, as_: SignIn) -> None:
    concern = told(cast)
    pages = [reverse("tracker:board", args=[cast.cohort.pk]), reverse("groups:course-list")]
    cast.course.admins.create(person=cast.marta)
    for page in pages:
        assert "rivate message" in as_("ines").get(page).text
        assert "rivate message" not in as_("marta").get(page).text
    answer_concern(concern=concern, body="Come", by=cast.ines, at=NOW)
    assert not [page for page in pages if "rivate message" in as_("ines").get(page).text]


def test_only_operators_are_left_and_the_page_says_so(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.ines)
    page = f"/enrolments/{cast.enrolment('ana').pk}/concern/"
    assert "Nobody else could read it" in as_("ana").get(page).text
    UserFactory.create(name="Olga Reis", is_superuser=True)
    shown = as_("ana").get(page).text
    assert "All course admins of LLM specialisation are in your group or mentor it" in shown
    assert "<strong>Olga Reis</strong>" in shown


def test_list_takes_constant_queries(
    cast: Cast, as_: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = as_("ines")
    Concern.objects.bulk_create(
        Concern(enrolment=EnrolmentFactory.create(cohort=cast.cohort), body="x", told_at=NOW)
        for _ in range(30)
    )
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        assert client.get("/concerns/").status_code == 200


def test_it_goes_with_its_author(cast: Cast) -> None:
    told(cast)
    anonymise(person=cast.person("ana"), at=NOW)
    assert not Concern.objects.exists()
