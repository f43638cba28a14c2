"""Who mentors and who is a member on a day: one word for each question, and no module words its own."""

import ast
from datetime import date

import pytest
from figures import APPS, TOP, code, conditions_on_days

from groups.models import Group, Membership, Mentorship
from groups.models.holding import not_ended
from tests.conftest import TODAY, Cast
from tests.factories.groups import MembershipFactory, MentorAwayFactory, MentorshipFactory

YESTERDAY, TOMORROW = date(2026, 9, 15), date(2026, 9, 17)
# Their first day, and the first day on which they no longer hold.
DAYS = {
    "goes on": (date(2026, 8, 31), None),
    "begins today": (TODAY, None),
    "comes": (TOMORROW, None),
    "comes for a while": (TOMORROW, date(2026, 9, 30)),
    "ends today": (date(2026, 8, 31), TODAY),
    "ends tomorrow": (date(2026, 8, 31), TOMORROW),
    "held on no day": (YESTERDAY, YESTERDAY),
    "will hold on no day": (TOMORROW, TOMORROW),
}
OPEN = {"goes on", "begins today", "ends tomorrow"}
TO_COME = {"comes", "comes for a while", "will hold on no day"}
ENDED = {"ends today", "held on no day"}


def test_each_word_finds_what_it_says(cast: Cast) -> None:
    Mentorship.objects.all().delete()
    for name, (started_on, ended_on) in DAYS.items():
        MentorshipFactory.create(
            group=cast.clover, person__name=name, started_on=started_on, ended_on=ended_on
        )
    rows = Mentorship.objects.all()
    words = {
        "open": (rows.open(TODAY), OPEN),
        "not ended": (rows.not_ended(TODAY), OPEN | TO_COME),
        "ended": (rows.ended(TODAY), ENDED),
        "without end": (rows.without_end(), {"goes on", "begins today", "comes"}),
        "since today": (rows.since(TODAY), {"begins today"}),
        "lasting": (rows.lasting(), DAYS.keys() - {"held on no day", "will hold on no day"}),
    }
    for word, (found, expected) in words.items():
        assert {row.person.name for row in found} == expected, word
    for row in rows:
        assert (row.is_open(TODAY), row.has_ended(TODAY)) == (
            row.person.name in OPEN,
            row.person.name in ENDED,
        )


def test_days_of_what_a_row_refers_to_are_asked_in_the_same_words(cast: Cast) -> None:
    cast.ana.enrolment.ended_on, cast.ana.enrolment.end_reason = TODAY, "dropped"
    cast.ana.enrolment.save()
    stays = cast.clover.memberships
    assert set(stays.filter(not_ended(YESTERDAY, "enrolment"))) == {cast.ana, cast.bruno, cast.chidi}
    assert set(stays.filter(not_ended(TODAY, "enrolment"))) == {cast.bruno, cast.chidi}


def test_mentor_is_there_unless_they_are_away_that_day(cast: Cast) -> None:
    stand_in = MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover", started_on=TODAY)
    marta = cast.clover.mentorships.get(person=cast.marta)
    for starts_on, ends_on in (
        (date(2026, 9, 7), YESTERDAY),
        (TOMORROW, TOMORROW),
        (date(2026, 9, 21), date(2026, 9, 25)),
    ):
        MentorAwayFactory.create(mentorship=marta, starts_on=starts_on, ends_on=ends_on)
    assert cast.clover.mentors_on(YESTERDAY).people() == []
    assert cast.clover.mentors_on(TODAY).people() == [cast.marta, cast.tomas]
    assert cast.clover.mentors_on(TOMORROW).people() == [cast.tomas]
    assert set(Mentorship.objects.there(TOMORROW).filter(group=cast.clover)) == {stand_in}
    # Also who is away mentors it.
    assert cast.clover.mentorships.open(TOMORROW).people() == [cast.marta, cast.tomas]


def test_members_of_a_day_are_those_who_study_in_the_group_then(cast: Cast) -> None:
    cast.bruno.ended_on, cast.bruno.end_reason = TOMORROW, "moved"
    cast.bruno.save()
    MembershipFactory.create(group=cast.juniper, enrolment=cast.bruno.enrolment, started_on=TOMORROW)
    later = MembershipFactory.create(group=cast.juniper, person__name="Ada Later", started_on=TOMORROW)

    def names(group: Group, day: date) -> list[str]:
        return [stay.enrolment.person.get_short_name() for stay in group.members_on(day)]

    assert names(cast.clover, TODAY) == ["Ana", "Bruno", "Chidi"]
    assert names(cast.clover, TOMORROW) == ["Ana", "Chidi"]
    assert names(cast.juniper, TODAY) == ["Dalia", "Emre", "Fátima"]
    assert names(cast.juniper, TOMORROW) == ["Ada", "Bruno", "Dalia", "Emre", "Fátima"]
    # Who is in no group until then belongs to the new one already, who moves does not.
    assert set(Membership.objects.current(TODAY).filter(group=cast.juniper)) == {
        *(cast.dalia, cast.emre, cast.fatima), later,
    }  # fmt: skip


def test_no_module_but_models_writes_conditions_on_the_days_of_stays() -> None:
    paths = [path for app in APPS for path in code(app)]
    counted = {
        str(path.relative_to(TOP)): conditions_on_days(path.relative_to(TOP), ast.parse(path.read_text()))
        for path in paths
    }
    assert {name for name, count in counted.items() if count} == set()


@pytest.mark.parametrize(
    "source",
    [
        "rows.filter(ended_on=None)",
        "rows.exclude(enrolment__ended_on__lte=today)",
        "Count('memberships', filter=Q(memberships__ended_on__gt=day))",
        "group.mentorships.get(started_on__lte=today)",
        "Mentorship.objects.filter(away__starts_on__lte=today)",
        "mentorship.away.filter(ends_on__gte=day)",
    ],
)
def test_a_condition_is_found_however_it_is_written(source: str) -> None:
    assert conditions_on_days(TOP.relative_to(TOP) / "groups" / "access.py", ast.parse(source)) == 1
