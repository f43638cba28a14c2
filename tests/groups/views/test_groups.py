from datetime import timedelta

import pytest
from django.urls import reverse

from groups.actions.group import open_group
from groups.forms.groups import GroupForm
from groups.models import Enrolment, Group
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import (
    EnrolmentFactory,
    GroupFactory,
    MembershipFactory,
    MentorshipFactory,
    PlanItemFactory,
)
from tests.factories.people import UserFactory
from tests.groups.dashboards.test_set_up import all_set_up
from tests.messages import told
from tests.moving import end_enrolment


def waiting(cast: Cast, count: int) -> list[Enrolment]:
    people = [UserFactory.create(name=f"Waiting {n:02}") for n in range(count)]
    return [EnrolmentFactory.create(cohort=cast.cohort, person=person) for person in people]


def groups_url(cast: Cast) -> str:
    return reverse("tracker:cohort-groups", args=[cast.cohort.pk])


@pytest.mark.parametrize("many", [1, 30])
def test_cohort_groups_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for group in GroupFactory.create_batch(many, cohort=cast.cohort):
        MembershipFactory.create_batch(2, group=group)
        MentorshipFactory.create(group=group)
        PlanItemFactory.create(group=group, milestone=cast.milestones[0])
    waiting(cast, many)
    browser = as_("ines")
    with django_assert_num_queries(19):
        answer = browser.get(reverse("tracker:cohort-groups", args=[cast.cohort.pk]))
    assert (answer.context["count"], len(answer.context["page"])) == (many + 2, min(many + 2, 25))


def test_cohort_groups_tells_members_mentors_size_and_plan(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    end_enrolment(enrolment=cast.enrolment("emre"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)
    groups = as_("ines").get(groups_url(cast)).context["page"]
    assert [
        (
            group.name,
            [stay.enrolment.person.name for stay in group.students],
            [(mentor.person.name, mentor.role) for mentor in group.mentors],
        )
        for group in groups
    ] == [
        (
            "Clover",
            ["Ana Ruivo", "Bruno Sá", "Chidi Okafor"],
            [("Marta Pires", "mentor"), ("Tomás Reis", "cover")],
        ),
        ("Fern", [], []),
        ("Juniper", ["Dalia Haddad", "Fátima Nunes"], [("Tomás Reis", "mentor")]),
    ]
    page = " ".join(as_("ines").get(groups_url(cast)).content.decode().split())
    assert page.count("</span>to 27 Sep</a>") == 3
    assert 'Marta Pires, Tomás Reis <small class="muted">stand-in</small>' in page
    assert page.count(">nobody<") == page.count(">no mentor<") == 1


def found(cast: Cast, as_: SignIn, **query: str) -> list[str]:
    return [group.name for group in as_("ines").get(groups_url(cast), query).context["page"]]


def test_cohort_groups_are_filtered_searched_and_sorted(cast: Cast, as_: SignIn) -> None:
    for name in ("Group 10", "Group 2"):
        open_group(cohort=cast.cohort, name=name, by=cast.ines, at=NOW)
    MentorshipFactory.create(group=Group.objects.get(name="Group 2"), person=cast.marta)
    end_enrolment(enrolment=cast.enrolment("emre"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    cast.juniper.plan_items.all().delete()
    assert found(cast, as_) == ["Clover", "Group 2", "Group 10", "Juniper"]
    assert found(cast, as_, q="group 2") == ["Group 2"]
    assert found(cast, as_, q="GROUP") == ["Group 2", "Group 10"]
    assert found(cast, as_, q="marta") == ["Clover", "Group 2"]
    assert found(cast, as_, q="dalia@example") == ["Juniper"]
    assert found(cast, as_, q="emre") == []
    assert found(cast, as_, q="?!") == []
    assert found(cast, as_, show="no-mentor") == ["Group 10"]
    assert found(cast, as_, show="no-plan") == ["Juniper"]
    assert found(cast, as_, show="room") == ["Group 2", "Group 10", "Juniper"]
    assert found(cast, as_, sort="fewest") == ["Group 2", "Group 10", "Juniper", "Clover"]
    assert found(cast, as_, show="nonsense") == ["Clover", "Group 2", "Group 10", "Juniper"]
    page = as_("ines").get(groups_url(cast), {"q": "nobody"}).content.decode()
    assert "No group matches" in page
    assert "0 found" in page
    MembershipFactory.create(
        group=cast.juniper, person__name="Nora Later", started_on=TODAY + timedelta(days=9)
    )
    assert found(cast, as_, q="nora") == ["Juniper"]


def test_cohort_groups_come_in_pages_and_are_counted_whole(cast: Cast, as_: SignIn) -> None:
    Group.objects.bulk_create([Group(cohort=cast.cohort, name=f"Group {n}") for n in range(1, 30)])
    assert found(cast, as_)[-3:] == ["Group 22", "Group 23", "Group 24"]
    assert found(cast, as_, page="2") == [
        "Group 25",
        "Group 26",
        "Group 27",
        "Group 28",
        "Group 29",
        "Juniper",
    ]
    page = as_("ines").get(groups_url(cast), {"q": "group", "page": "2"})
    assert "29 found" in page.content.decode()
    assert 'href="?q=group&amp;page=1"' in page.content.decode()


def test_cohort_groups_of_one_that_is_over_shows_who_was_in_them(cast: Cast, as_: SignIn) -> None:
    for name in ("ana", "bruno", "chidi"):
        end_enrolment(enrolment=cast.enrolment(name), on=TODAY, end_reason="finished", by=cast.ines, at=NOW)
    cast.cohort.closed_on = TODAY
    cast.cohort.save()
    answer = as_("ines").get(reverse("tracker:cohort-groups", args=[cast.cohort.pk]))
    clover = answer.context["page"][0]
    assert [stay.enrolment.person.name for stay in clover.students] == [
        "Ana Ruivo", "Bruno Sá", "Chidi Okafor",
    ]  # fmt: skip
    assert "chip-watch" not in answer.content.decode()
    assert "Left to set up" not in answer.content.decode()


def test_a_cohort_that_runs_says_what_is_left_to_set_up(cast: Cast, as_: SignIn) -> None:
    EnrolmentFactory.create(cohort=cast.cohort)
    html = as_("ines").get(groups_url(cast)).text
    assert 'aria-label="Left to set up"' in html
    assert ">Form groups</a>" in html
    calendar = as_("ines").get(reverse("groups:cohort-calendar", args=[cast.cohort.pk])).text
    assert "Left to set up" in calendar
    all_set_up(cast)
    calendar = as_("ines").get(reverse("groups:cohort-calendar", args=[cast.cohort.pk])).text
    assert "Left to set up" not in calendar


def test_cohort_groups_of_a_new_cohort_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    cohort = CohortFactory.create(course=cast.course)
    url = reverse("tracker:cohort-groups", args=[cohort.pk])
    assert "Enrol people first" in as_("ines").get(url).content.decode()
    EnrolmentFactory.create(cohort=cohort)
    page = as_("ines").get(url).content.decode()
    assert "Form them all at once" in page
    assert reverse("tracker:proposal", args=[cohort.pk]) in page


def test_group_new_offers_a_plant_and_starts_with_the_calendar(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:group-new", args=[cast.cohort.pk])
    page = as_("ines").get(url)
    assert page.context["form"]["name"].value() == "Acacia"
    assert '<option value="Alder"></option>' in page.content.decode()
    answer = as_("ines").post(url, {"name": "Fern", "meeting": "Mondays 18:00"})
    fern = Group.objects.get(name="Fern")
    assert answer["Location"] == reverse("tracker:group-set-up", args=[fern.pk])
    assert (fern.meeting, fern.plan_items.count()) == ("Mondays 18:00", 4)


def test_group_new_refuses_a_name_that_there_is(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").post(reverse("groups:group-new", args=[cast.cohort.pk]), {"name": "clover"})
    assert answer.context["form"].errors == {"name": ["This cohort already has a group with this name."]}
    assert Group.objects.count() == 2


def test_group_new_opened_at_the_same_moment_says_so(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GroupForm, "clean_name", lambda form: form.cleaned_data["name"])
    answer = as_("ines").post(reverse("groups:group-new", args=[cast.cohort.pk]), {"name": "Clover"})
    assert answer.context["form"].errors == {"name": ["The cohort has a group called Clover already."]}
    assert Group.objects.count() == 2


def test_group_edit_renames(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:group-edit", args=[cast.clover.pk])
    as_("ines").post(url, {"name": "Four-leaved clover", "meeting": "Tuesdays", "version": "1"})
    group = Group.objects.get(pk=cast.clover.pk)
    assert (group.name, group.meeting, group.changed_by) == ("Four-leaved clover", "Tuesdays", cast.ines)


def test_group_delete_of_an_empty_one(cast: Cast, as_: SignIn) -> None:
    fern = open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)
    url = reverse("groups:group-delete", args=[fern.pk])
    assert "Delete this group?" in as_("ines").get(url).content.decode()
    assert told(as_("ines").post(url)) == ["Deleted Fern."]
    assert not Group.objects.filter(pk=fern.pk).exists()


def test_group_delete_of_one_with_a_past_says_what(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:group-delete", args=[cast.clover.pk])
    page = as_("ines").post(url).content.decode()
    assert "Clover is in use" in page
    assert "3 memberships" in page
    assert Group.objects.filter(pk=cast.clover.pk).exists()
