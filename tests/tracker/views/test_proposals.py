from datetime import UTC, date, datetime

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.actions.forming import note_willing, note_wish, propose
from groups.models import Group, ProposedGroup, WillingMentor, Wish
from people.models import User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import EnrolmentFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInFactory
from tests.groups.actions.test_forming import waiting
from tests.mails import deliver
from tests.messages import told
from tracker.dashboards.group_overviews import group_overview, group_statuses
from tracker.standing import CheckInState
from trends.access.trends import trends_access
from trends.counts.view import trend_view


def url(cast: Cast, name: str = "tracker:proposal") -> str:
    return reverse(name, args=[cast.cohort.pk])


def test_groups_are_formed_put_right_and_published(cast: Cast, as_: SignIn) -> None:
    rows = waiting(cast, 7, hours_a_week=4)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=3, by=cast.ines, at=NOW)
    note_wish(one=rows[0], other=rows[1], kind="together", by=cast.ines, at=NOW)
    browser = as_("ines")
    page = browser.get(url(cast)).text
    assert "They make 1 group of 3 and 1 group of 4." in " ".join(page.split())
    assert "Not known: level of 7." in " ".join(page.split())
    assert "1 mentor for up to 2 more" in " ".join(page.split())
    assert told(browser.post(url(cast, "tracker:proposal-form"))) == [
        "2 groups are proposed. Nobody knows of them yet."
    ]
    page = browser.get(url(cast)).text
    for words in (
        "4 hours a week",
        "all awake 08:00 to 22:00",
        "Waiting wish to be together",
        "1 wish, all met",
        '<span class="small">Lisbon</span>',
        "Tomás Reis <small",
    ):
        assert words in page
    acacia, alder = ProposedGroup.objects.order_by("sort_key")

    student = (alder if alder.stays.count() == 3 else acacia).stays.order_by("pk")[0].enrolment
    full, other = (acacia, alder) if acacia.stays.count() == 4 else (alder, acacia)
    moved: dict[str, object] = {"student": student.pk, "group": full.pk}
    assert f"{full} is full: 4 students" in browser.post(url(cast, "tracker:proposal-move"), moved).text
    moved["group"] = ""
    assert told(browser.post(url(cast, "tracker:proposal-move"), moved))[-1:] == [
        f"{student.person} is in none of the proposed groups."
    ]
    assert "In none of them:" in browser.get(url(cast)).text
    moved["group"] = other.pk
    assert told(browser.post(url(cast, "tracker:proposal-move"), moved))[-1:] == [
        f"{student.person} goes to {other}."
    ]
    lock_url = reverse("tracker:proposed-group-lock", args=[alder.pk])
    assert told(browser.post(lock_url))[-1:] == ["Alder stays as it is when the others are formed again."]
    edit_url = reverse("tracker:proposed-group-edit", args=[alder.pk])
    answer = browser.post(edit_url, {"name": "Acacia", "mentor": cast.tomas.pk})
    assert "called Acacia already" in answer.text
    browser.post(edit_url, {"name": "Fern", "mentor": cast.tomas.pk})

    form = browser.get(url(cast)).context["publish_form"]
    fields = {field.html_name: field.value() for field in form}
    old = browser.post(url(cast, "tracker:proposal-publish"), fields | {"version": "1"})
    assert told(old)[-1:] == [
        "Nothing is published. Inês Duarte has changed the proposal since you opened it."
        " Look at it again, then publish."
    ]
    answer = browser.post(url(cast, "tracker:proposal-publish"), fields)
    (said,) = told(answer)[-1:]
    said = said.partition("<form")[0].strip()
    assert said == "2 groups published. Invitations go to 7 students and 1 mentor in 10 minutes."
    fern = Group.objects.get(name="Fern")
    assert fern.mentorships.get().person == cast.tomas
    assert "No students without a group" in browser.get(url(cast)).text
    assert told(browser.post(url(cast, "tracker:proposal-delete")))[-1:] == [
        "Somebody else has published or deleted these groups."
    ]


@pytest.mark.parametrize(
    ("today", "is_asked", "is_proposed", "words"),
    [
        # It begins on Monday 31 August; the first milestone is due on Sunday 6 September.
        (datetime(2026, 8, 30, 10, tzinfo=UTC), False, None, ""),
        (datetime(2026, 9, 6, 10, tzinfo=UTC), True, False, "the first milestone is due on 6 September 2026"),
        (
            datetime(2026, 9, 7, 10, tzinfo=UTC),
            True,
            True,
            "1 milestone is due already, the first since 6 Sep",
        ),
        (NOW, True, True, "2 milestones are due already, the first since 6 September 2026"),
    ],
)
def test_publishing_after_the_start_asks_from_when_the_plan_runs(
    cast: Cast, as_: SignIn, today: datetime, is_asked: bool, is_proposed: bool | None, words: str
) -> None:
    waiting(cast, 3)
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    with time_machine.travel(today, tick=False):
        page = as_("ines").get(url(cast))
    form = page.context["publish_form"]
    assert ("Move all due dates so that week 1 is next week" in page.text) is is_asked
    assert words in page.text
    if is_asked:
        assert bool(form["is_next_week"].value()) is is_proposed
    # Nobody was in the groups before.
    assert form["on"].value() == max(today.date(), cast.cohort.starts_on)


def test_nobody_is_behind_in_groups_that_are_published_late(cast: Cast, as_: SignIn) -> None:
    rows = waiting(cast, 3)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=3, by=cast.ines, at=NOW)
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    browser = as_("ines")
    form = browser.get(url(cast)).context["publish_form"]
    browser.post(url(cast, "tracker:proposal-publish"), {field.html_name: field.value() for field in form})
    group = rows[0].memberships.get().group
    assert [item.due_on.day for item in group.plan_items.in_order() if item.due_on] == [27, 4, 11, 18]
    overview = group_overview(Group.objects.select_related("cohort__course").get(pk=group.pk), now=NOW)
    assert [member.standing.behind_by for member in overview.members] == [0, 0, 0]
    states = group_statuses([overview])[group.pk].weeks
    assert {each.state for each in states} <= {CheckInState.DUE, CheckInState.NONE}


def test_one_who_is_left_over_makes_a_group_or_joins_one(cast: Cast, as_: SignIn) -> None:
    waiting(cast, 1)
    CheckInFactory.create(group=cast.juniper, logged_by=cast.tomas)
    browser = as_("ines")
    page = browser.get(url(cast)).text
    assert f'{reverse("groups:cohort-people", args=[cast.cohort.pk])}?show=without">Or move them' in page
    assert told(browser.post(url(cast, "tracker:proposal-form"))) == [
        "1 group is proposed. Nobody knows of it yet."
    ]
    proposed = browser.get(url(cast))
    assert "1 group has no mentor" in proposed.text
    assert proposed.context["publish_form"]["on"].value() == TODAY


def test_wishes_and_mentors_are_noted(cast: Cast, as_: SignIn) -> None:
    browser = as_("ines")
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    fields = {"one": ana.pk, "other": bruno.pk, "kind": "apart"}
    assert told(browser.post(url(cast, "groups:wish-list"), fields)) == [
        "Noted: Ana Ruivo and Bruno Sá apart."
    ]
    assert (
        "Choose two different" in browser.post(url(cast, "groups:wish-list"), fields | {"other": ana.pk}).text
    )
    assert "Ana Ruivo and Bruno Sá" in browser.get(url(cast, "groups:wish-list")).text
    browser.post(reverse("groups:wish-remove", args=[Wish.objects.get().pk]))
    assert not Wish.objects.exists()

    mentors = url(cast, "groups:willing-mentor-list")
    page = browser.get(mentors)
    assert [person.name for person in page.context["to_ask"]] == ["Marta Pires", "Tomás Reis"]
    answer = browser.post(mentors, {"email": "marta@example.com", "most_groups": "2"})
    assert told(answer)[-1].startswith("Marta Pires takes 2 groups at most.")
    assert "Enter a name too" in browser.post(mentors, {"email": "new@example.com", "most_groups": "1"}).text
    assert "mentors\n                1 here, 1 in all" in browser.get(mentors).text
    removed = browser.post(reverse("groups:willing-mentor-remove", args=[WillingMentor.objects.get().pk]))
    assert told(removed)[-1:] == ["Marta Pires is no longer on the list. Their groups stay as they are."]


def test_who_would_mentor_is_mailed_once_groups_are_published(cast: Cast, as_: SignIn) -> None:
    waiting(cast, 3)
    browser = as_("ines")
    browser.post(url(cast, "tracker:proposal-form"))
    typed = {"email": "nuno@example.com", "name": "Nuno Vale", "most_groups": "1"}
    answer = browser.post(url(cast, "groups:willing-mentor-list"), typed)
    assert (
        told(answer)[-1]
        == "Nuno Vale takes 1 group at most. You can invite them when you publish the groups."
    )
    nuno = User.objects.get(email="nuno@example.com")
    assert not [mail for mail in deliver() if nuno.email in mail.to]
    # They came after the groups were formed, and are offered.
    page = " ".join(browser.get(url(cast)).text.split())
    assert "On the list of mentors, with room for more groups: Nuno Vale (1)." in page
    group = ProposedGroup.objects.get()
    edit_url = reverse("tracker:proposed-group-edit", args=[group.pk])
    assert f'href="{edit_url}">Choose a mentor' in page
    browser.post(edit_url, {"name": group.name, "mentor": nuno.pk})
    chosen = browser.get(url(cast))
    assert "with room for more groups" not in chosen.text
    assert "Choose a mentor" not in chosen.text
    assert not [mail for mail in deliver() if nuno.email in mail.to]
    fields = {field.html_name: field.value() for field in chosen.context["publish_form"]}
    browser.post(url(cast, "tracker:proposal-publish"), fields)
    assert [mail.subject for mail in deliver() if nuno.email in mail.to] == [
        f"{nuno.get_short_name()}, your group is Acacia"
    ]


@pytest.mark.parametrize("many", [3, 30])
def test_pages_of_a_proposal_stay_within_their_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    rows = waiting(cast, many)
    note_wish(one=rows[0], other=rows[1], kind="together", by=cast.ines, at=NOW)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=50, by=cast.ines, at=NOW)
    browser = as_("ines")
    with django_assert_num_queries(12):
        browser.get(url(cast))
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    with django_assert_num_queries(31):
        browser.get(url(cast))
    for name, queries in (("groups:wish-list", 13), ("groups:willing-mentor-list", 12)):
        with django_assert_num_queries(queries):
            browser.get(url(cast, name))


def test_the_first_groups_take_the_start_along_and_with_it_the_number_of_the_week(
    cast: Cast, as_: SignIn
) -> None:
    """It is Wednesday; the cohort was to begin two weeks ago. Whatever counts its weeks counts from next Monday."""
    cohort = CohortFactory.create(
        course=cast.course, title="Winter", starts_on=date(2026, 8, 31), time_zone="Europe/Lisbon"
    )
    people = [UserFactory.create(name=f"Late {number}", last_login=NOW) for number in range(3)]
    for person in people:
        EnrolmentFactory.create(cohort=cohort, person=person, started_on=cohort.starts_on)
    note_willing(cohort=cohort, person=cast.tomas, most_groups=1, by=cast.ines, at=NOW)
    propose(cohort=cohort, by=cast.ines, at=NOW)
    browser, page = as_("ines"), reverse("tracker:proposal", args=[cohort.pk])
    form = browser.get(page).context["publish_form"]
    assert "Winter then begins on 21 September 2026." in form.fields["is_next_week"].help_text
    publish_url = reverse("tracker:proposal-publish", args=[cohort.pk])
    browser.post(publish_url, {field.html_name: field.value() for field in form})
    cohort.refresh_from_db()
    group = cohort.groups.get()
    assert cohort.starts_on == date(2026, 9, 21)
    assert [item.due_on.day for item in group.plan_items.in_order() if item.due_on] == [27, 4, 11, 18]
    student = Client()
    student.force_login(people[0])
    week, board = reverse("tracker:week", args=[group.pk]), reverse("tracker:board", args=[cohort.pk])
    assert "Winter starts on Mon 21 September. You can look around and start early." in student.get(week).text
    for day, said in ((23, "Week 1 of 4"), (30, "Week 2 of 4")):
        with time_machine.travel(datetime(2026, 9, day, 10, tzinfo=UTC), tick=False):
            assert said in student.get(week).text
            sections = as_("tomas").get(reverse("tracker:my-groups")).context["dashboard"].sections
            labels = {section.cohort: section.week_label for section in sections}
            assert labels[cohort] == said.lower()
            running = browser.get(board).context["running_cohorts"]
            assert {each.pk: each.when for each in running}[cohort.pk] == said.lower()
            ines = User.objects.get(pk=cast.ines.pk)
            runs = trend_view(trends_access(ines, cast.course.slug, timezone.now()), QueryDict()).runs
            (run,) = (each for each in runs if each.cohort_id == cohort.pk)
            assert said == f"Week {run.weeks_so_far} of 4"
