from datetime import date

import pytest
from django.urls import reverse

from groups.actions.mentorship import note_away
from groups.models import Enrolment, Group, WillingMentor
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import EnrolmentFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.messages import told


def url(cast: Cast) -> str:
    return reverse("tracker:group-set-up", args=[cast.clover.pk])


def waiting(cast: Cast, name: str) -> Enrolment:
    return EnrolmentFactory.create(cohort=cast.cohort, person=UserFactory.create(name=name))


def members(group: Group) -> set[str]:
    return {stay.enrolment.person.name for stay in group.memberships.filter(ended_on=None)}


def mentor_candidates(cast: Cast, as_: SignIn, text: str) -> list[tuple[str, bool]]:
    found = as_("ines").get(url(cast), {"mentor": text}).context["candidates"]
    return [(hit.name, hit.is_mentor) for hit in found]


@pytest.mark.parametrize("many", [1, 30])
def test_group_set_up_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for n in range(many):
        waiting(cast, f"Waiting {n}")
        mentorship = MentorshipFactory.create(group=cast.clover)
        note_away(
            mentorship=mentorship,
            starts_on=date(2026, 9, 21),
            ends_on=date(2026, 9, 25),
            by=cast.ines,
            at=NOW,
        )
        MembershipFactory.create(group=cast.clover)
    browser = as_("ines")
    with django_assert_num_queries(16):
        answer = browser.get(url(cast), {"mentor": "person"})
    page = answer.context["page"]
    assert (len(page.members), len(page.mentors), page.without_count) == (3 + many, 1 + many, many)


def test_group_set_up_lists_students_without_a_group_twenty_at_most(cast: Cast, as_: SignIn) -> None:
    for n in range(21):
        waiting(cast, f"Waiting {n:02}")
    answer = as_("ines").get(url(cast))
    assert len(answer.context["page"].without_group) == 20
    assert "The first 20 of 21; search for others." in answer.content.decode()
    found = as_("ines").get(
        url(cast), {"student": "20"}, headers={"HX-Request": "true", "HX-Target": "waiting"}
    )
    assert [row.person.name for row in found.context["page"].without_group] == ["Waiting 20"]
    assert "<html" not in found.content.decode()


def test_students_add_puts_several_in_at_once(cast: Cast, as_: SignIn) -> None:
    hana = waiting(cast, "Hana Mori")
    waiting(cast, "Ivo Petrov")
    answer = as_("ines").post(
        reverse("tracker:students-add", args=[cast.clover.pk]),
        {"add-enrolments": [hana.pk], "add-on": "2026-09-16"},
    )
    assert answer["Location"] == url(cast)
    assert told(answer) == ["Hana Mori is now in Clover."]
    assert members(cast.clover) == {"Ana Ruivo", "Bruno Sá", "Chidi Okafor", "Hana Mori"}


def test_students_add_over_the_size_puts_none_in(cast: Cast, as_: SignIn) -> None:
    rows = [waiting(cast, "Hana Mori"), waiting(cast, "Ivo Petrov")]
    answer = as_("ines").post(
        reverse("tracker:students-add", args=[cast.clover.pk]),
        {"add-enrolments": [row.pk for row in rows], "add-on": "2026-09-16"},
    )
    assert "Clover is full: 4 students, one more than the group size of 3." in answer.content.decode()
    assert members(cast.clover) == {"Ana Ruivo", "Bruno Sá", "Chidi Okafor"}


@pytest.mark.parametrize("who", ["nobody", "dalia", "elsewhere"])
def test_students_add_takes_only_those_of_the_cohort_without_a_group(
    cast: Cast, as_: SignIn, who: str
) -> None:
    waiting(cast, "Hana Mori")
    chosen = {"nobody": [], "dalia": [cast.dalia.enrolment_id], "elsewhere": [EnrolmentFactory.create().pk]}[
        who
    ]
    answer = as_("ines").post(
        reverse("tracker:students-add", args=[cast.clover.pk]),
        {"add-enrolments": chosen, "add-on": "2026-09-16"},
    )
    assert set(answer.context["add_form"].errors) == {"enrolments"}
    assert (len(members(cast.clover)), len(members(cast.juniper))) == (3, 3)


def test_group_set_up_of_a_full_group_says_so(cast: Cast, as_: SignIn) -> None:
    MembershipFactory.create(group=cast.clover)
    waiting(cast, "Hana Mori")
    page = as_("ines").get(url(cast)).content.decode()
    assert "Clover is full: it has one student more than the group size of 3." in page
    assert "4 of 3" in page
    assert "Add to Clover" not in page


def test_mentor_search_finds_people_of_the_course_mentors_first(cast: Cast, as_: SignIn) -> None:
    assert mentor_candidates(cast, as_, "e") == [
        ("Marta Pires", True),
        ("Tomás Reis", True),
        ("Dalia Haddad", False),
        ("Emre Kaya", False),
        ("Fátima Nunes", False),
        ("Inês Duarte", False),
    ]
    assert mentor_candidates(cast, as_, "dalia HADDAD") == [("Dalia Haddad", False)]
    assert mentor_candidates(cast, as_, "") == []


def test_mentor_search_finds_others_by_their_whole_address_only(cast: Cast, as_: SignIn) -> None:
    """A course admin does not learn who takes part in other courses."""
    for text in ("zoe", "zoe@example", "Lind"):
        assert mentor_candidates(cast, as_, text) == []
    assert mentor_candidates(cast, as_, " ZOE@example.com ") == [("Zoe Lind", False)]


def test_mentor_search_finds_who_would_mentor_by_name(cast: Cast, as_: SignIn) -> None:
    WillingMentor.objects.create(cohort=cast.cohort, person=cast.zoe, noted_by=cast.ines)
    assert mentor_candidates(cast, as_, "lind") == [("Zoe Lind", False)]
    as_("ines").post(
        reverse("tracker:mentor-assign", args=[cast.clover.pk]),
        {"person": cast.zoe.pk, "role": "co-mentor", "on": "2026-09-16", "found": "lind"},
    )
    assert cast.clover.mentorships.filter(person=cast.zoe).exists()


def test_mentor_search_by_htmx_sends_what_it_found(cast: Cast, as_: SignIn) -> None:
    answer = as_("ines").get(
        url(cast), {"mentor": "tom"}, headers={"HX-Request": "true", "HX-Target": "mentor-candidates"}
    )
    page = answer.content.decode()
    assert "<html" not in page
    assert "Tomás Reis" in page
    assert 'name="role" value="co-mentor"' in page


@pytest.mark.parametrize(
    "query", [{"mentor": "\0"}, {"student": "\0"}, {"student": "x" * 300}, {"on": "soon"}]
)
def test_group_set_up_takes_nonsense_for_no_search(cast: Cast, as_: SignIn, query: dict[str, str]) -> None:
    answer = as_("ines").get(url(cast), query)
    assert answer.status_code == 200
    assert answer.context["candidates"] == []


def test_mentor_search_for_nobody_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    page = as_("ines").get(url(cast), {"mentor": "nobody"}).content.decode()
    assert "To invite someone new, use the form below" in " ".join(page.split())


def test_group_set_up_tells_who_changed_a_mentorship(cast: Cast, as_: SignIn) -> None:
    browser = as_("ines")
    mentorship = cast.clover.mentorships.get()
    browser.post(reverse("tracker:mentorship-end", args=[mentorship.pk]), {"on": "2026-09-16"})
    lines = [
        (line.by, line.field, line.before, line.after) for line in browser.get(url(cast)).context["history"]
    ]
    assert ("Inês Duarte", "Marta Pires: ended on", "—", "2026-09-16") in lines
    assert ("", "Marta Pires: role", "—", "mentor") in lines
