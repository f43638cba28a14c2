from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from courses.models import Milestone
from groups.models import Enrolment, Group, PlanItem
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory, MilestoneFactory, PauseFactory
from tests.factories.groups import MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory, CodeReviewFactory, ProgressFactory
from tracker.dashboards.week import student_week
from tracker.dashboards.week.student_week import StudentWeek
from tracker.models import MaterialTick, Progress


def week_of(cast: Cast, name: str = "ana", milestone_id: int | None = None) -> StudentWeek:
    stay = getattr(cast, name)
    found = student_week(
        group=Group.objects.select_related("cohort__course").get(pk=stay.group_id),
        enrolment_id=stay.enrolment_id,
        person=stay.enrolment.person,
        now=timezone.now(),
        milestone_id=milestone_id,
        is_visit=True,
    )
    assert found is not None
    return found


def finish(cast: Cast, *numbers: int, state: str = "done") -> None:
    for number in numbers:
        ProgressFactory.create(
            enrolment=cast.enrolment("ana"), milestone=cast.milestones[number], state=state
        )


def titles(cards: Any) -> list[str]:
    return [card.milestone.title for card in cards]


def furnish(cast: Cast, count: int) -> None:
    """So many of everything that the week shows."""
    ana, bruno, chidi = (cast.enrolment(name) for name in ("ana", "bruno", "chidi"))
    finish(cast, 0)
    Progress.objects.update(state_since=NOW - timedelta(days=9))
    for number in range(count):
        milestone = MilestoneFactory.create(course=cast.course, position=10 + number)
        PlanItem.objects.create(
            group=cast.clover, milestone=milestone, due_on=date(2026, 10, 4) + timedelta(days=number)
        )
        MilestoneFactory.create(course=cast.course, position=100 + number)
        for taught in (cast.milestones[1], milestone):
            material = MaterialFactory.create(milestone=taught)
            MaterialTick.objects.create(enrolment=ana, material=material, ticked_at=NOW)
        ProgressFactory.create(enrolment=bruno, milestone=milestone)
        AgreedStepFactory.create(group=cast.clover, enrolment=ana)
        AgreedStepFactory.create(group=cast.clover)
        CheckInFactory.create(
            group=cast.clover,
            week_starts_on=date(2026, 9, 7) - timedelta(weeks=number),
            summary=f"Week {number}",
        )
        asked = QuestionFactory.create(membership=cast.ana, milestone=milestone)
        AnswerFactory.create(question=asked)
        QuestionFactory.create(membership=cast.dalia)
        CodeReviewFactory.create(group=cast.clover, author=ana, reviewer=bruno, milestone=milestone)
        CodeReviewFactory.create(group=cast.clover, author=chidi, reviewer=ana, milestone=milestone)
        MembershipFactory.create(group=cast.clover)
        MentorshipFactory.create(group=cast.clover, role="co-mentor")
        PauseFactory.create(
            cohort=cast.cohort,
            starts_on=date(2026, 12, 1) + timedelta(days=number),
            ends_on=date(2026, 12, 1) + timedelta(days=number),
        )


def test_week_shows_the_milestone_to_work_on(cast: Cast) -> None:
    finish(cast, 0)
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[1], state="working", hours="1.50"
    )
    week = week_of(cast)
    assert week.shown is not None
    assert (week.shown.milestone.title, week.shown.details) == (
        "Prompt engineering",
        "Week 2 · was due Sun 13 September · 3 h planned, 1.5 h spent",
    )
    assert [state for state, _ in week.shown.choices] == ["not_started", "working", "need_help", "done"]
    assert week.shown.state == "working"
    assert week.following is not None
    assert week.following.milestone.title == "Indexation"
    assert (titles(week.left), titles(week.others)) == (
        ["Indexation", "RAG"],
        ["LLM basics", "Indexation", "RAG"],
    )
    assert week.overview.mentors_label == "mentor Marta Pires"


@pytest.mark.parametrize(("joined", "late"), [(date(2026, 8, 31), True), (date(2026, 9, 16), False)])
def test_week_is_late_with_what_was_due_since_one_joined(cast: Cast, joined: date, late: bool) -> None:
    cast.enrolment("ana").started_on = joined
    cast.enrolment("ana").save()
    cast.ana.started_on = joined
    cast.ana.save()
    week = week_of(cast)
    assert week.shown is not None
    shown = ("LLM basics", date(2026, 9, 6)) if late else ("Indexation", date(2026, 9, 20))
    assert (week.shown.milestone.title, week.shown.due_on, week.shown.is_late) == (*shown, late)
    # A newcomer of this week who has not begun is welcomed.
    heading = "LLM basics" if late else "Welcome, Ana"
    assert (week.week_label, week.heading, week.mentor_names) == ("Week 3 of 4", heading, "Marta")


def test_week_shows_the_milestone_asked_for_and_what_to_go_on_with(cast: Cast) -> None:
    finish(cast, 0)
    week = week_of(cast, milestone_id=cast.milestones[0].pk)
    assert week.shown is not None
    assert (week.shown.milestone.title, week.shown.is_settled) == ("LLM basics", True)
    assert week.following is not None
    assert week.following.milestone.title == "Prompt engineering"
    assert week_of(cast, milestone_id=cast.milestones[2].pk).following == week.following


def test_week_ignores_a_milestone_of_another_course(cast: Cast) -> None:
    elsewhere: Milestone = MilestoneFactory.create()
    shown = week_of(cast, milestone_id=elsewhere.pk).shown
    assert shown is not None
    assert shown.milestone.title == "LLM basics"


def test_week_is_all_done(cast: Cast) -> None:
    finish(cast, 0, 1, 2, 3)
    Progress.objects.update(hours="2.5")
    week = week_of(cast)
    assert (week.shown, week.is_all_done, week.heading, week.left) == (None, True, "All done", ())
    assert week.done_text == "Well done, Ana: 4 milestones in 10 hours."
    MilestoneFactory.create(course=cast.course, position=9, title="Agents")
    assert titles(week_of(cast).left) == ["Agents"]


def test_week_with_only_optional_milestones_left_is_done_and_offers_them(cast: Cast) -> None:
    finish(cast, 0, 1, 2)
    Milestone.objects.filter(pk=cast.milestones[3].pk).update(is_optional=True)
    week = week_of(cast)
    assert (week.shown, week.is_all_done, titles(week.left)) == (None, True, ["RAG"])


def test_week_lists_own_and_the_groups_steps(cast: Cast) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    AgreedStepFactory.create(group=cast.clover, enrolment=ana, text="Read", due_on=date(2026, 9, 22))
    AgreedStepFactory.create(group=cast.clover, text="Meet", due_on=date(2026, 9, 15))
    AgreedStepFactory.create(group=cast.clover, enrolment=bruno, text="Of Bruno")
    AgreedStepFactory.create(group=cast.juniper, text="Of Juniper")
    AgreedStepFactory.create(group=cast.juniper, enrolment=ana, text="From the group before")
    closed = {"group": cast.clover, "enrolment": ana, "closed_by": cast.marta}
    AgreedStepFactory.create(**closed, text="Just done", state="done", closed_at=NOW - timedelta(days=6))
    AgreedStepFactory.create(**closed, text="Long done", state="done", closed_at=NOW - timedelta(days=7))
    AgreedStepFactory.create(**closed, text="Dropped", state="dropped", closed_at=NOW)
    assert [
        (each.step.text, each.due_label, each.step.enrolment is None, each.step.is_done)
        for each in week_of(cast).steps
    ] == [
        ("Meet", "was due Tue 15 September", True, False),
        ("Read", "by Tue 22 September", False, False),
        ("From the group before", "", False, False),
        ("Just done", "", False, True),
    ]


def test_no_step_is_late_in_a_pause(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    for day in (11, 15, 22):
        AgreedStepFactory.create(group=cast.clover, enrolment=ana, due_on=date(2026, 9, day))

    def told() -> list[tuple[int, str]]:
        return [(each.days_late, each.due_label) for each in week_of(cast).steps]

    pause = PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 20))
    assert told() == [(0, "by Mon 21 September"), (0, "by Mon 21 September"), (0, "by Tue 22 September")]
    # A milestone that was due before a pause is late again after it, what was due in it only from the day after it on.
    pause.ends_on = date(2026, 9, 15)
    pause.save()
    assert told() == [
        (5, "was due Fri 11 September"),
        (0, "by Wed 16 September"),
        (0, "by Tue 22 September"),
    ]


def test_week_lists_reviews_in_which_it_is_ones_turn(cast: Cast) -> None:
    ana, bruno, chidi = (cast.enrolment(name) for name in ("ana", "bruno", "chidi"))
    of = {"group": cast.clover, "milestone": cast.milestones[0]}
    CodeReviewFactory.create(**of, author=bruno, reviewer=ana)
    CodeReviewFactory.create(**of, author=ana, reviewer=chidi, state="changes_asked")
    CodeReviewFactory.create(**of, author=ana, reviewer=chidi, state="approved")
    CodeReviewFactory.create(**of, author=ana, reviewer=chidi)
    CodeReviewFactory.create(**of, author=chidi, reviewer=bruno)
    assert {(each.before, each.title, each.mark and each.mark.letters) for each in week_of(cast).waiting} == {
        ("Review", "Bruno’s LLM basics", "B"),
        ("Chidi asked for changes:", "your LLM basics", "C"),
    }


@pytest.mark.parametrize(("left_on", "waits"), [(16, False), (17, True)])
def test_week_asks_for_no_review_of_a_student_who_has_left(cast: Cast, left_on: int, waits: bool) -> None:
    of = {"group": cast.clover, "milestone": cast.milestones[0]}
    CodeReviewFactory.create(**of, author=cast.enrolment("bruno"), reviewer=cast.enrolment("ana"))
    CodeReviewFactory.create(
        **of, author=cast.enrolment("ana"), reviewer=cast.enrolment("bruno"), state="changes_asked"
    )
    Enrolment.objects.filter(pk=cast.bruno.enrolment_id).update(
        ended_on=date(2026, 9, left_on), end_reason="dropped"
    )
    assert len(week_of(cast).waiting) == (2 if waits else 0)


def test_week_tells_the_last_shared_summary_and_no_private_note(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 8, 31), summary="We began.")
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 7), summary="We compared.", private_note="Tired."
    )
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), summary="", private_note="Worried."
    )
    CheckInFactory.create(group=cast.juniper, week_starts_on=date(2026, 9, 14), summary="Of Juniper.")
    week = week_of(cast)
    assert week.last_check_in is not None
    assert (week.last_check_in.summary, week.last_check_in.week.iso) == ("We compared.", "2026-W37")


@pytest.mark.parametrize(
    ("changes", "notice"),
    [
        (
            {"starts_on": date(2026, 10, 5)},
            "Autumn 2026 starts on Mon 5 October. You can look around and start early.",
        ),
        (
            {"closed_on": date(2026, 9, 16)},
            "Autumn 2026 was closed on 16 September 2026. Progress can no longer be changed.",
        ),
    ],
)
def test_week_says_first_what_one_has_to_know(cast: Cast, changes: dict[str, date], notice: str) -> None:
    for name, day in changes.items():
        setattr(cast.cohort, name, day)
    cast.cohort.save()
    assert week_of(cast).notice == notice


def test_week_says_when_one_leaves_the_group(cast: Cast) -> None:
    cast.clover.memberships.filter(pk=cast.ana.pk).update(ended_on=date(2026, 9, 21), end_reason="moved")
    assert week_of(cast).notice == "You leave Clover on Mon 21 September."


def test_week_tells_of_a_pause(cast: Cast) -> None:
    assert week_of(cast).notice == ""
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 18))
    assert (
        week_of(cast).notice == "Autumn 2026 has a break until Fri 18 September. Nothing is due until then."
    )


def test_week_is_there_until_a_stay_ends(cast: Cast) -> None:
    cast.ana.ended_on, cast.ana.end_reason = date(2026, 9, 17), "moved"
    cast.ana.save()
    assert week_of(cast).me.name == "Ana Ruivo"
    cast.ana.ended_on = date(2026, 9, 16)
    cast.ana.save()
    assert (
        student_week(
            group=Group.objects.select_related("cohort__course").get(pk=cast.clover.pk),
            enrolment_id=cast.ana.enrolment_id,
            person=cast.person("ana"),
            now=datetime(2026, 9, 16, 10, tzinfo=UTC),
        )
        is None
    )


@pytest.mark.parametrize("count", [1, 3])
def test_week_takes_constant_queries_and_is_rendered_without(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    furnish(cast, count)
    week_of(cast)  # asks once what this person is, and what the database can
    with django_assert_num_queries(21):
        week = week_of(cast)
    assert len(week.left) == 2 * count + 2
    context = {"week": week, "group": week.overview.group, "here": "/week/", "csrf_token": "x"}
    with django_assert_num_queries(0):
        for part in ("head", "meet", "group", "waiting", "others", "worth"):
            render_to_string(f"tracker/_week_{part}.html", context)


def test_week_of_who_studies_alone(cast: Cast) -> None:
    stay = MembershipFactory.create(person=UserFactory.create(name="Yara Lima"))
    found = student_week(
        group=Group.objects.select_related("cohort__course").get(pk=stay.group_id),
        enrolment_id=stay.enrolment_id,
        person=stay.enrolment.person,
        now=timezone.now(),
    )
    assert found is not None
    assert (found.has_plan, found.shown, found.mentor_names) == (False, None, "the course admins")
