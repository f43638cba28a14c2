from datetime import date, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from groups.access import group_to_read
from groups.relations import forget_relations
from tests.conftest import NOW, Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory, CodeReviewFactory
from tests.tracker.dashboards.test_week import furnish
from tracker.dashboards.group_detail import group_detail_page


def page_for(cast: Cast, person: Any) -> dict[str, Any]:
    person = cast.person(person) if isinstance(person, str) else person
    forget_relations(person)
    access = group_to_read(person, cast.clover.pk, timezone.now())
    return group_detail_page(access=access, person=person, now=timezone.now())


def test_group_detail_page_says_to_who_leads_what_the_group_itself_waits_for(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana, asked_at=NOW - timedelta(days=6))
    for who in ("marta", "ines"):
        panel = page_for(cast, who)["panel"]
        assert panel
        assert "1 question open for over" in " ".join(panel["notes"])


def test_group_detail_page_lets_who_leads_mark_for_all(cast: Cast) -> None:
    assert [page_for(cast, who)["markable"] for who in ("marta", "ines")] == ["all", "all"]
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert [page_for(cast, who)["markable"] for who in ("marta", "ines")] == [None, None]


def test_group_detail_page_shows_shared_summaries_and_no_private_note(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, summary="We compared.", private_note="Bruno seems tired.")
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 8, 31), outcome="cancelled", summary="Ill."
    )
    page = page_for(cast, "ines")
    assert [(each.outcome, each.summary) for each in page["check_ins"]] == [
        ("held", "We compared."),
        ("cancelled", "Ill."),
    ]
    assert {"private_note", "request"} <= page["check_ins"][0].get_deferred_fields()


def test_group_detail_page_shows_questions_that_the_reader_may_see(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana, title="Of the group", visibility="group")
    QuestionFactory.create(membership=cast.dalia, title="Of Juniper")
    for who in ("marta", "ines"):
        assert [question.title for question in page_for(cast, who)["questions"]] == ["Of the group"]


def test_group_detail_page_of_who_mentored_once_shows_their_time_only(cast: Cast) -> None:
    rui = UserFactory.create(name="Rui Alves")
    MentorshipFactory.create(
        group=cast.clover, person=rui, role="cover", started_on=date(2026, 9, 1), ended_on=date(2026, 9, 8)
    )
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 8, 31), held_on=date(2026, 9, 1), summary="In."
    )
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 7), held_on=date(2026, 9, 8), summary="After."
    )
    AgreedStepFactory.create(group=cast.clover)
    CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"),
        milestone=cast.milestones[0],
    )
    page = page_for(cast, rui)
    assert page["is_former"]
    assert [each.summary for each in page["check_ins"]] == ["In."]
    assert (page["panel"], page["reviews"], page["markable"]) == (None, [], None)


@pytest.mark.parametrize("count", [1, 3])
def test_group_detail_page_takes_constant_queries_and_is_rendered_without(
    cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    furnish(cast, count)
    access = group_to_read(cast.ines, cast.clover.pk, timezone.now())
    with django_assert_num_queries(20):
        page = group_detail_page(access=access, person=cast.ines, now=timezone.now())
    assert len(page["overview"].plan) == count + 4
    with django_assert_num_queries(0):
        render_to_string("tracker/_group_aside.html", {"page": page, "group": page["overview"].group})
