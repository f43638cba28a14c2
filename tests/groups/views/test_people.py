import pytest
from django.urls import reverse

from groups.models import Enrolment, Group
from people.models import User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory
from tests.moving import end_enrolment


@pytest.mark.parametrize("many", [1, 30])
def test_cohort_people_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for _ in range(many):
        MembershipFactory.create(group=GroupFactory.create(cohort=cast.cohort))
        person = EnrolmentFactory.create(cohort=cast.cohort).person
        person.invitations.create(invited_by=cast.ines, expires_at=NOW.replace(month=10))
    browser = as_("ines")
    with django_assert_num_queries(16):
        answer = browser.get(reverse("groups:cohort-people", args=[cast.cohort.pk]))
    assert len(answer.context["page"]) == 6 + 2 * many
    assert answer.context["tabs"][0]["label"] == f"{6 + 2 * many} students"


def test_cohort_people_filters_by_group_and_name(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:cohort-people", args=[cast.cohort.pk])

    def shown(**query: str) -> list[str]:
        answer = as_("ines").get(url, query)
        return [enrolment.person.get_short_name() for enrolment, *_ in answer.context["lines"]]

    assert shown(group=str(cast.clover.pk)) == ["Ana", "Bruno", "Chidi"]
    assert shown(q="a", group=str(cast.juniper.pk)) == ["Dalia", "Emre", "Fátima"]
    assert shown(q="bruno") == ["Bruno"]
    assert shown(show="nonsense") == ["Ana", "Bruno", "Chidi", "Dalia", "Emre", "Fátima"]
    nobody = as_("ines").get(url, {"q": "nobody"}).content.decode()
    assert "No people found" in nobody
    assert f'href="{url}">Clear</a>' in nobody


def test_who_is_in_no_group_comes_first_and_who_left_is_apart(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:cohort-people", args=[cast.cohort.pk])

    def shown(**query: str) -> tuple[list[str], list[str]]:
        context = as_("ines").get(url, query).context
        people = [enrolment.person.get_short_name() for enrolment, *_ in context["lines"]]
        return people, [tab["label"] for tab in context["tabs"]]

    EnrolmentFactory.create(cohort=cast.cohort, person=cast.zoe)
    assert shown() == (["Zoe", "Ana", "Bruno", "Chidi", "Dalia", "Emre", "Fátima"], ["7 students"])
    end_enrolment(enrolment=cast.enrolment("emre"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    assert shown()[1] == ["6 students", "1 left"]
    assert shown(show="ended") == (["Emre"], ["6 students", "1 left"])


def test_cohort_people_of_many_groups_are_filtered_by_its_name(cast: Cast, as_: SignIn) -> None:
    Group.objects.bulk_create([Group(cohort=cast.cohort, name=f"Group {n}") for n in range(1, 41)])
    second = MembershipFactory.create(group=Group.objects.get(name="Group 2"))
    url = reverse("groups:cohort-people", args=[cast.cohort.pk])

    def shown(group: str) -> tuple[list[str], str]:
        answer = as_("ines").get(url, {"group": group})
        people = [enrolment.person.get_short_name() for enrolment, *_ in answer.context["lines"]]
        return people, " ".join(answer.context["form"].errors.get("group", []))

    assert shown("clover") == (["Ana", "Bruno", "Chidi"], "")
    assert shown("group 2") == ([second.enrolment.person.get_short_name()], "")
    everybody, error = shown("Group")
    assert len(everybody) == 7
    assert error == (
        "40 groups match: “Group 1”, “Group 2”, “Group 3”, “Group 4” and 36 more. Type the whole name."
    )
    assert shown("Fern")[1] == "No group has a name like “Fern”."
    page = as_("ines").get(url, {"group": "Fern"}).content.decode()
    assert 'value="Fern"' in page
    assert "<option value=" in page
    assert "Group 17" not in page


def test_cohort_people_of_a_new_cohort_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    cohort = CohortFactory.create(course=cast.course)
    page = as_("ines").get(reverse("groups:cohort-people", args=[cohort.pk])).content.decode()
    assert "No one is enrolled yet" in page
    assert reverse("sheets:import-give", args=[cohort.pk, "roster"]) in page


def test_cohort_people_has_a_hundred_on_a_page(cast: Cast, as_: SignIn) -> None:
    names = [f"Zzz{n:03}" for n in range(100)]
    people = User.objects.bulk_create(User(email=f"{name}@example.com", name=name) for name in names)
    Enrolment.objects.bulk_create(
        Enrolment(cohort=cast.cohort, person=person, started_on=TODAY) for person in people
    )
    url = reverse("groups:cohort-people", args=[cast.cohort.pk])
    first, last, none = (
        [enrolment.person.name for enrolment, *_ in as_("ines").get(url, {"page": number}).context["lines"]]
        for number in ("1", "2", "no number")
    )
    assert first == names
    assert last[:2] == ["Ana Ruivo", "Bruno Sá"]
    assert none == first
