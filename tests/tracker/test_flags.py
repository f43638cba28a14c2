"""The nightly pass, told from Monday 14 September: Bruno needs help, and Juniper has no mentor."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Cohort
from groups.models import Group
from tests.conftest import NOW, Cast, make_cast
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInFactory, ProgressFactory
from tests.racing import at_once
from tracker.actions.attention import put_aside
from tracker.flags import record_due_flags, record_flags
from tracker.models import Flag, FlagCount, Progress

MONDAY = NOW - timedelta(days=2)


def needs_help(cast: Cast, name: str, *, at: datetime) -> Progress:
    need = ProgressFactory.create(
        enrolment=cast.enrolment(name), milestone=cast.milestones[0], state="need_help", state_since=at
    )
    assert isinstance(need, Progress)
    return need


def check_ins_logged(*groups: Group) -> None:
    for group in groups:
        for monday in (date(2026, 8, 31), date(2026, 9, 7)):
            CheckInFactory.create(group=group, week_starts_on=monday)


def flags(rule: str) -> list[tuple[str, date, date | None]]:
    return [
        (str(flag.enrolment.person if flag.enrolment else flag.group), flag.started_on, flag.ended_on)
        for flag in Flag.objects.filter(rule=rule).order_by("started_on", "pk")
    ]


def test_nightly_pass_records_from_when_until_when_each_rule_held(cast: Cast) -> None:
    check_ins_logged(cast.clover, cast.juniper)
    need = needs_help(cast, "bruno", at=MONDAY)
    cast.juniper.mentorships.update(ended_on=date(2026, 9, 14))
    monday, wednesday, sunday = date(2026, 9, 14), date(2026, 9, 16), date(2026, 9, 20)
    assert record_due_flags(MONDAY) == "1 cohorts"
    expected = {"needs_help": [("Bruno Sá", monday, None)], "no_mentor": [("Juniper", monday, None)]}
    assert {rule: flags(rule) for rule in expected} == expected
    # Once a day, whoever runs it how often, and whatever is said after it.
    need.delete()
    assert (record_due_flags(MONDAY), record_flags(cast.cohort, MONDAY)) == ("", False)
    assert flags("needs_help") == [("Bruno Sá", monday, None)]
    # Nobody's night of Tuesday is made up: what is over on Wednesday ended then, and the rest went on.
    record_due_flags(NOW)
    assert flags("needs_help") == [("Bruno Sá", monday, wednesday)]
    assert flags("no_mentor") == [("Juniper", monday, None)]
    assert list(FlagCount.objects.order_by("day").values_list("day", "students", "groups")) == [
        (monday, 6, 2),
        (wednesday, 6, 2),
    ]
    # A cohort that closed has nobody to look after.
    cast.cohort.closed_on = sunday
    cast.cohort.save()
    record_due_flags(NOW + timedelta(days=5))
    assert flags("no_mentor") == [("Juniper", monday, date(2026, 9, 21))]
    assert FlagCount.objects.count() == 2


def test_answer_ends_the_flag_of_a_cry_and_begins_none(cast: Cast) -> None:
    check_ins_logged(cast.clover, cast.juniper)
    need = needs_help(cast, "bruno", at=MONDAY)
    record_due_flags(MONDAY)
    QuestionFactory.create(
        membership=cast.bruno,
        milestone=need.milestone,
        asked_at=MONDAY,
        first_answered_at=MONDAY,
        status="answered",
    )
    record_due_flags(NOW)
    assert flags("needs_help") == [("Bruno Sá", date(2026, 9, 14), date(2026, 9, 16))]
    assert flags("help_answered") == []


def test_flag_of_who_is_put_aside_goes_on_and_none_begins(cast: Cast) -> None:
    for name in ("bruno", "chidi"):
        needs_help(cast, name, at=MONDAY)
    aside = {"until_on": date(2026, 9, 30), "reason": "We talked", "by": cast.marta, "at": MONDAY}
    put_aside(enrolment=cast.enrolment("chidi"), **aside)
    record_due_flags(MONDAY)
    put_aside(enrolment=cast.enrolment("bruno"), **aside)
    record_due_flags(NOW)
    assert flags("needs_help") == [("Bruno Sá", date(2026, 9, 14), None)]
    counts = FlagCount.objects.order_by("day").values_list("flagged_students", flat=True)
    assert [first - second for first, second in [counts]] == [1]


def test_pass_takes_as_many_queries_for_thirty_groups_as_for_two(cast: Cast) -> None:
    cohort = Cohort.objects.select_related("course")
    with CaptureQueriesContext(connection) as few:
        record_flags(cohort.get(), MONDAY)
    for group in GroupFactory.create_batch(30, cohort=cast.cohort):
        MembershipFactory.create(group=group, enrolment__cohort=cast.cohort)
    with CaptureQueriesContext(connection) as many:
        record_flags(cohort.get(), NOW)
    assert Flag.objects.filter(rule="no_mentor").count() == 30
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_record_one_night() -> None:
    cast = make_cast()
    needs_help(cast, "bruno", at=MONDAY)
    outcomes = at_once(*[lambda: record_flags(cast.cohort, MONDAY)] * 2)
    assert sorted(map(str, outcomes)) == ["False", "True"]
    assert flags("needs_help") == [("Bruno Sá", date(2026, 9, 14), None)]
    assert FlagCount.objects.count() == 1
