from datetime import date

import pytest
from django.urls import reverse

from groups.models import Group
from lib.refusals import Refused
from tests.conftest import Cast, SignIn
from tests.factories.courses import MilestoneFactory, PauseFactory
from tests.factories.groups import PlanItemFactory
from tests.factories.tracker import ProgressFactory
from tests.messages import told


def url(cast: Cast, name: str = "plan-edit") -> str:
    return reverse(f"groups:{name}", args=[cast.clover.pk])


def plan(group: Group) -> dict[str, date | None]:
    return {item.milestone.title: item.due_on for item in group.plan_items.select_related("milestone")}


def typed(cast: Cast, **changes: str) -> dict[str, str]:
    """The form as it is shown for Clover, with some fields changed: due_1="2026-09-07", in_2=""."""
    fields = {"version": str(cast.clover.version)}
    for n, milestone in enumerate(cast.milestones):
        fields[f"in-{milestone.pk}"] = "on"
        fields[f"due-{milestone.pk}"] = f"2026-09-{6 + 7 * n:02}"
    for name, value in changes.items():
        kind, number = name.split("_")
        fields[f"{kind}-{cast.milestones[int(number) - 1].pk}"] = value
    return {name: value for name, value in fields.items() if not (name.startswith("in-") and not value)}


@pytest.mark.parametrize("many", [1, 30])
def test_plan_edit_stays_within_its_queries(
    cast: Cast, as_: SignIn, many: int, django_assert_num_queries
) -> None:
    for n in range(many):
        milestone = MilestoneFactory.create(course=cast.course, position=10 + n)
        PlanItemFactory.create(group=cast.clover, milestone=milestone)
        PauseFactory.create(cohort=cast.cohort, starts_on=date(2027, 1, 1 + n), ends_on=date(2027, 1, 1 + n))
    browser = as_("marta")
    with django_assert_num_queries(8):
        answer = browser.get(url(cast))
    assert len(answer.context["form"].rows()) == 4 + many


@pytest.mark.parametrize("who", ["marta", "ines"])
def test_plan_edit_saves_for_mentors_and_course_admins(cast: Cast, as_: SignIn, who: str) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[3])
    answer = as_(who).post(url(cast), typed(cast, due_2="2026-09-15", due_3="", in_4=""))
    assert answer["Location"] == url(cast)
    assert told(answer) == ["Clover’s plan is saved."]
    assert plan(cast.clover) == {
        "LLM basics": date(2026, 9, 6),
        "Prompt engineering": date(2026, 9, 15),
        "Indexation": None,
    }
    assert Group.objects.get(pk=cast.clover.pk).changed_by == cast.person(who)
    assert cast.enrolment("ana").progress.get().milestone == cast.milestones[3]


def test_plan_edit_shows_mentors_their_own_way_back(cast: Cast, as_: SignIn) -> None:
    assert reverse("groups:course-list") not in as_("marta").get(url(cast)).text.split("<main", 1)[1]
    assert (
        reverse("tracker:group-set-up", args=[cast.clover.pk]) in as_("ines").get(url(cast)).content.decode()
    )


def test_plan_edit_refuses_days_far_off(cast: Cast, as_: SignIn) -> None:
    answer = as_("marta").post(url(cast), typed(cast, due_1="2036-09-06", due_2="soon"))
    basics, prompts, *_ = cast.milestones
    assert answer.context["form"].errors == {
        f"due-{basics.pk}": ["Choose a day within two years of the cohort's start, 31 August 2026."],
        f"due-{prompts.pk}": ["Enter a valid date."],
    }
    assert 'value="2036-09-06"' in answer.content.decode()
    assert plan(cast.clover)["LLM basics"] == date(2026, 9, 6)


def test_plan_edit_warns_of_another_order_and_saves_it(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(url(cast), typed(cast, due_1="2026-09-20"))
    page = as_("marta").get(url(cast))
    assert page.context["warnings"] == (
        "“Prompt engineering” is due before “LLM basics”, which the course teaches first.",
    )
    assert plan(cast.clover)["LLM basics"] == date(2026, 9, 20)


def test_plan_edit_shows_both_versions_to_the_second_of_two(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(url(cast), typed(cast, due_1="2026-09-07", in_4=""))
    second = as_("ines").post(url(cast), typed(cast, due_1="2026-09-08"))
    conflict = second.context["form"].conflict
    assert conflict.by == cast.marta
    assert [(field.label, field.theirs, field.yours) for field in conflict.fields] == [
        ("LLM basics is due on", "7 September 2026", "8 September 2026"),
        ("RAG is planned", "no", "yes"),
        ("RAG is due on", "—", "27 September 2026"),
    ]
    assert "Someone else saved this while you were editing" in second.content.decode()
    assert (plan(cast.clover)["LLM basics"], "RAG" in plan(cast.clover)) == (date(2026, 9, 7), False)
    again = typed(cast, due_1="2026-09-08") | {"version": second.context["form"]["version"].value()}
    as_("ines").post(url(cast), again)
    assert (plan(cast.clover)["LLM basics"], "RAG" in plan(cast.clover)) == (date(2026, 9, 8), True)


def test_plan_edit_takes_no_milestone_of_another_course(cast: Cast, as_: SignIn) -> None:
    foreign = MilestoneFactory.create(title="Foreign")
    as_("marta").post(url(cast), typed(cast) | {f"in-{foreign.pk}": "on", f"due-{foreign.pk}": "2026-09-06"})
    assert "Foreign" not in plan(cast.clover)


@pytest.mark.parametrize("days", [3, -7])
def test_plan_shift_shows_the_dates_and_saves_nothing(cast: Cast, as_: SignIn, days: int) -> None:
    first = cast.milestones[1]
    answer = as_("marta").post(
        url(cast, "plan-shift"), typed(cast) | {"shift-first": first.pk, "shift-days": days}
    )
    shown = {row.title: due_on.value() for row, _, due_on in answer.context["form"].rows()}
    assert shown == {
        "LLM basics": "2026-09-06",
        "Prompt engineering": f"2026-09-{13 + days:02}",
        "Indexation": f"2026-09-{20 + days:02}",
        "RAG": f"2026-09-{27 + days:02}",
    }
    assert (
        "3 due dates are shifted in the form below. Save the plan to keep these dates."
        in answer.content.decode()
    )
    assert plan(cast.clover)["RAG"] == date(2026, 9, 27)


def test_plan_shift_keeps_what_was_typed_and_saves_with_it(cast: Cast, as_: SignIn) -> None:
    changed = typed(cast, due_1="2026-09-05", in_4="")
    answer = as_("marta").post(
        url(cast, "plan-shift"), changed | {"shift-first": cast.milestones[2].pk, "shift-days": "7"}
    )
    form = answer.context["form"]
    sent = {field.html_name: field.value() for field in form if field.value()}
    as_("marta").post(url(cast), sent)
    assert plan(cast.clover) == {
        "LLM basics": date(2026, 9, 5),
        "Prompt engineering": date(2026, 9, 13),
        "Indexation": date(2026, 9, 27),
    }


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"shift-days": "1000"}, {"days": ["Ensure this value is less than or equal to 366."]}),
        ({"shift-days": ""}, {"days": ["This field is required."]}),
        ({"shift-first": "0"}, {"first": ["Select a valid choice. 0 is not one of the available choices."]}),
    ],
)
def test_plan_shift_says_what_is_wrong(
    cast: Cast, as_: SignIn, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    asked = {"shift-first": str(cast.milestones[0].pk), "shift-days": "7"} | fields
    answer = as_("marta").post(url(cast, "plan-shift"), typed(cast) | asked)
    assert answer.context["shift_form"].errors == errors


def test_plan_shift_from_a_milestone_without_a_date_says_so(cast: Cast, as_: SignIn) -> None:
    asked = {"shift-first": str(cast.milestones[0].pk), "shift-days": "7"}
    answer = as_("marta").post(url(cast, "plan-shift"), typed(cast, due_1="") | asked)
    assert "Nothing was shifted: this milestone has no due date in the plan." in answer.content.decode()


def test_plan_shift_too_far_is_said_beside_the_dates(cast: Cast, as_: SignIn) -> None:
    asked = {"shift-first": str(cast.milestones[0].pk), "shift-days": "366"}
    first = as_("marta").post(url(cast, "plan-shift"), typed(cast) | asked)
    sent = {field.html_name: field.value() for field in first.context["form"] if field.value()}
    second = as_("marta").post(url(cast, "plan-shift"), sent | asked)
    assert len(second.context["form"].errors) == 4
    assert plan(cast.clover)["RAG"] == date(2026, 9, 27)


def test_plan_reset_says_what_changes_and_then_changes_it(cast: Cast, as_: SignIn) -> None:
    as_("marta").post(url(cast), typed(cast, due_1="2026-09-07", in_4=""))
    page = as_("marta").get(url(cast, "plan-reset"))
    assert page.context["preview"].shown == [
        "“LLM basics”: Mon 7 September → Sun 6 September.",
        "“RAG” is added to the plan: Sun 27 September.",
    ]
    # What a colleague plans meanwhile is shown first.
    seen = page.context["preview"].key
    cast.clover.plan_items.filter(milestone=cast.milestones[2]).update(due_on=date(2026, 9, 14))
    page = as_("marta").post(url(cast, "plan-reset"), {"seen": seen})
    assert "This is different from what you saw before." in page.text
    assert plan(cast.clover)["Indexation"] == date(2026, 9, 14)
    answer = as_("marta").post(url(cast, "plan-reset"), {"seen": page.context["preview"].key})
    assert told(answer) == ["Clover’s plan was reset to the Autumn 2026 calendar."]
    assert plan(cast.clover) == plan(cast.juniper)


def test_a_plan_that_cannot_be_saved_says_why(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise Refused("A milestone of another course cannot be planned.")

    seen = as_("marta").get(url(cast, "plan-reset")).context["preview"].key
    monkeypatch.setattr("groups.actions.plan.set_plan", refuse)
    monkeypatch.setattr("groups.forms.plan.set_plan", refuse)
    answer = as_("marta").post(url(cast, "plan-reset"), {"seen": seen})
    assert told(answer) == ["A milestone of another course cannot be planned."]
    page = as_("marta").post(url(cast), typed(cast))
    assert page.context["form"].non_field_errors() == ["A milestone of another course cannot be planned."]


def test_plan_reset_of_a_plan_that_is_the_calendar_has_nothing_to_do(cast: Cast, as_: SignIn) -> None:
    assert (
        "The plan already matches the calendar" in as_("ines").get(url(cast, "plan-reset")).content.decode()
    )
