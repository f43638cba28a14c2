"""A closed cohort for course admins and mentors: no way in for new people, and what to do first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from courses.models import Cohort
from groups.models import Enrolment, Membership
from people.models import Invitation, User
from tests.conftest import TODAY, Cast, SignIn
from tests.sheets.importing import previewed

pytestmark = pytest.mark.django_db

SENTENCE = "Autumn 2026 is closed. Reopen it first. Nothing was changed."


@pytest.fixture
def closed(cast: Cast) -> Cohort:
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=TODAY)
    cast.cohort.refresh_from_db()
    return cast.cohort


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("tracker:enrol", ()),
        ("groups:invite-several", ()),
        ("groups:group-new", ()),
        ("sheets:import-give", ("roster",)),
        ("sheets:import-give", ("sheet",)),
    ],
)
def test_form_for_new_people_says_what_to_do_first(
    as_: SignIn, closed: Cohort, name: str, more: tuple[str, ...]
) -> None:
    people = User.objects.count()
    for send in (as_("ines").get, as_("ines").post):
        answer = send(reverse(name, args=[closed.pk, *more]))
        assert answer.status_code == 403
        assert SENTENCE in answer.text
    assert (User.objects.count(), Enrolment.objects.count(), Invitation.objects.count()) == (people, 6, 0)


@pytest.mark.parametrize("name", ["groups:plan-edit", "groups:plan-reset"])
def test_form_of_a_plan_says_what_to_do_first(cast: Cast, as_: SignIn, closed: Cohort, name: str) -> None:
    answer = as_("marta").get(reverse(name, args=[cast.clover.pk]))
    assert (answer.status_code, SENTENCE in answer.text) == (403, True)


def test_students_are_not_added_nor_mentors_assigned(cast: Cast, as_: SignIn, closed: Cohort) -> None:
    waiting = Enrolment.objects.create(cohort=closed, person=cast.zoe, started_on=closed.starts_on)
    add = reverse("tracker:students-add", args=[cast.clover.pk])
    assign = reverse("tracker:mentor-assign", args=[cast.clover.pk])
    on = "2026-09-15"
    for url, fields in (
        (add, {"add-enrolments": waiting.pk, "add-on": on}),
        (assign, {"person": cast.tomas.pk, "found": "", "role": "cover", "on": on}),
    ):
        answer = as_("ines").post(url, fields)
        assert (answer.status_code, SENTENCE in answer.text) == (403, True)
    assert not Membership.objects.filter(enrolment=waiting).exists()
    assert cast.clover.mentorships.count() == 1


def test_import_that_was_prepared_before_is_not_written(cast: Cast, as_: SignIn) -> None:
    made = previewed(
        "roster",
        ("people.csv", b"name,email\nLena Moser,lena@example.com\n"),
        by=cast.ines,
        cohort=cast.cohort,
    )
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=TODAY)
    answer = as_("ines").post(reverse("sheets:import-confirm", args=[made.pk]))
    assert (answer.status_code, SENTENCE in answer.text) == (403, True)
    assert not User.objects.filter(email="lena@example.com").exists()


def test_person_of_closed_cohorts_alone_is_not_invited(cast: Cast, as_: SignIn, closed: Cohort) -> None:
    args = [cast.course.slug, cast.person("ana").pk]
    page = as_("ines").get(reverse("groups:invitation-detail", args=args)).text
    assert "Autumn 2026 is closed. To invite Ana Ruivo, first" in " ".join(page.split())
    send = reverse("groups:invitation-send", args=args)
    assert send not in page
    assert as_("ines").post(send).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.usefixtures("closed")
def test_pages_lead_to_where_the_cohort_is_opened_again(cast: Cast, as_: SignIn) -> None:
    link = f'<a href="{reverse("tracker:cohort-close", args=[cast.cohort.pk])}">reopen it</a>'
    for name, pk in (
        ("groups:cohort-calendar", cast.cohort.pk),
        ("tracker:group-set-up", cast.clover.pk),
        ("tracker:enrolment-detail", cast.ana.enrolment_id),
    ):
        assert link in as_("ines").get(reverse(name, args=[pk])).text


def test_pages_offer_nothing_that_is_refused(cast: Cast, as_: SignIn) -> None:
    """Each page that leads to a form leads there while the cohort is open, and no longer once it is closed."""
    pages = {
        "ines": [
            ("groups:cohort-people", cast.cohort.pk),
            ("tracker:cohort-groups", cast.cohort.pk),
            ("groups:cohort-calendar", cast.cohort.pk),
            ("tracker:proposal", cast.cohort.pk),
            ("sheets:import-list", cast.cohort.pk),
            ("tracker:group-set-up", cast.clover.pk),
            ("tracker:enrolment-detail", cast.ana.enrolment_id),
            ("tracker:student-detail", cast.ana.enrolment_id),
        ],
        "marta": [
            ("tracker:group-detail", cast.clover.pk),
            ("groups:plan-history", cast.clover.pk),
        ],
    }

    def offered() -> dict[str, set[str]]:
        found = {}
        for who, places in pages.items():
            for name, pk in places:
                text = as_(who).get(reverse(name, args=[pk])).text
                found[name] = {url for url in urls if f'"{url}"' in text}
        return found

    cohort, group, student = [cast.cohort.pk], [cast.clover.pk], [cast.ana.enrolment_id]
    of_cohort = ("tracker:enrol", "groups:invite-several", "groups:group-new", "groups:pause-add")
    of_group = ("groups:group-edit", "tracker:mentor-invite", "groups:plan-edit")
    urls = {
        *(reverse(name, args=cohort) for name in (*of_cohort, "tracker:proposal-form")),
        *(reverse("sheets:import-give", args=[*cohort, kind]) for kind in ("roster", "sheet")),
        *(reverse(name, args=group) for name in of_group),
        *(reverse(f"tracker:enrolment-{name}", args=student) for name in ("move", "swap", "return")),
        reverse("tracker:student-away", args=student),
    }
    before = offered()
    assert set().union(*before.values()) >= urls - {
        reverse("tracker:enrolment-return", args=student),
        reverse("tracker:proposal-form", args=cohort),
    }
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=TODAY)
    assert offered() == {name: set() for name in before}
    people = as_("ines").get(reverse("groups:cohort-people", args=cohort))
    assert [value for value, _ in people.context["deed_form"]["deed"].field.choices] == ["", "end"]
    assert "To change it, first" in people.text


def test_nothing_lies_ahead_of_its_groups(cast: Cast, as_: SignIn) -> None:
    """Who is behind, who is away, what is due, and the day on which the stays end."""
    cast.clover.mentorships.get().away.create(starts_on=TODAY, ends_on=TODAY + timedelta(7))
    names = ("tracker:group-detail", "tracker:group-set-up")
    pages = [reverse(name, args=[cast.clover.pk]) for name in names]
    ahead = ("2 behind", "is away", "Indexation Sunday", "Away Wed 16 September", "leaves on")
    for is_closed in (False, True):
        if is_closed:
            Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=TODAY)
            cast.clover.memberships.update(ended_on=TODAY, end_reason="finished")
        shown = " ".join("".join(as_("ines").get(page).text for page in pages).split())
        assert [each in shown for each in ahead] == [not is_closed] * 4 + [False]
