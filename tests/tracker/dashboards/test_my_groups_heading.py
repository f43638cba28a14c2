from datetime import date, timedelta

import pytest
from django.utils import timezone

from groups.models import Group, Mentorship
from people.models import User
from tests.conftest import Cast
from tests.factories.groups import MentorAwayFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.tracker.dashboards.test_my_groups import group_of
from tests.tracker.dashboards.test_my_groups_card import everything_is_well
from tracker.dashboards.my_groups import mentor_dashboard


def heading(cast: Cast) -> str:
    # What Marta is to the groups is asked once a person that was read.
    marta = User.objects.get(pk=cast.marta.pk)
    return mentor_dashboard(mentor=marta, now=timezone.now()).heading


def cry(cast: Cast, name: str) -> None:
    ProgressFactory.create(
        enrolment=cast.enrolment(name),
        milestone=cast.milestones[3],
        state="need_help",
        state_since=timezone.now(),
    )


def test_heading_names_the_worst_there_is(cast: Cast) -> None:
    everything_is_well(cast)
    assert heading(cast) == "All is well"
    QuestionFactory.create(membership=cast.ana, asked_at=timezone.now() - timedelta(days=4))
    assert heading(cast) == "A question waits"
    cast.enrolment("ana").progress.filter(milestone=cast.milestones[0]).delete()
    assert heading(cast) == "Keep an eye on Ana"
    cast.clover.check_ins.filter(week_starts_on=date(2026, 9, 7)).delete()
    assert heading(cast) == "A check-in is late"
    group_of(cast, "Sorrel", done=2, check_ins=1)
    assert heading(cast) == "2 check-ins are late"
    cry(cast, "bruno")
    assert heading(cast) == "Bruno needs help"
    cry(cast, "chidi")
    assert heading(cast) == "2 need help"


def test_who_is_behind_and_silent_needs_the_mentor_without_having_asked(cast: Cast) -> None:
    everything_is_well(cast)
    cast.enrolment("bruno").progress.all().delete()
    assert heading(cast) == "Bruno needs you"
    cry(cast, "chidi")
    assert heading(cast) == "2 need you"


def test_meetings_of_the_week_are_a_sentence(cast: Cast) -> None:
    sorrel = group_of(cast, "Sorrel", done=2)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00, by video")
    Group.objects.filter(pk=sorrel.pk).update(meeting="Fridays")
    group_of(cast, "Dill", done=2)
    found = mentor_dashboard(mentor=cast.marta, now=timezone.now())
    assert found.meetings == "Clover meets today at 18:00, Sorrel on Friday."
    for mentorship in Mentorship.objects.filter(group=sorrel):
        MentorAwayFactory.create(
            mentorship=mentorship, starts_on=date(2026, 9, 18), ends_on=date(2026, 9, 18)
        )
    found = mentor_dashboard(mentor=cast.marta, now=timezone.now())
    assert found.meetings == "Clover meets today at 18:00, Sorrel on Friday without a mentor."
    assert {card.group.name for card in found.cards if card.meets_alone} == {"Sorrel"}


@pytest.mark.parametrize(
    ("meeting", "zone", "told"),
    [
        # 20:00 on Thursday in Lisbon.
        ("Thursdays 20:00", "Asia/Kolkata", "Clover meets on Friday at 00:30 your time."),
        ("Wednesdays 20:00", "Asia/Kolkata", "Clover meets tomorrow at 00:30 your time."),
        ("Thursdays 03:00", "America/New_York", "Clover meets today at 22:00 your time."),
        ("Thursdays 20:00", "Europe/Paris", "Clover meets tomorrow at 21:00 your time."),
        ("Thursdays", "Asia/Kolkata", "Clover meets tomorrow."),
        # On the same weekday a week from now for the reader.
        ("Tuesdays 20:00", "Asia/Kolkata", ""),
    ],
)
def test_weekday_and_time_of_a_meeting_are_both_in_the_zone_of_the_reader(
    cast: Cast, meeting: str, zone: str, told: str
) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=meeting)
    cast.marta.time_zone = zone
    cast.marta.save()
    assert mentor_dashboard(mentor=cast.marta, now=timezone.now()).meetings == told
