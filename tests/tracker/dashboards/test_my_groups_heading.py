from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from courses.models import Cohort
from groups.models import Enrolment, Group, Mentorship, PlanItem
from people.models import User
from tests.conftest import Cast
from tests.factories.courses import PauseFactory
from tests.factories.groups import MentorAwayFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.tracker.dashboards.test_my_groups import group_of
from tests.tracker.dashboards.test_my_groups_card import everything_is_well
from tracker.dashboards.board import cohort_board
from tracker.dashboards.my_groups import mentor_dashboard
from tracker.dashboards.my_groups.card import GroupCard
from tracker.models import Progress


def heading(cast: Cast) -> str:
    # Marta's role in the groups is asked once a person that was read.
    marta = User.objects.get(pk=cast.marta.pk)
    return str(mentor_dashboard(mentor=marta, now=timezone.now()).heading)


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
    assert heading(cast) == "Ana is 1 behind"
    cast.clover.check_ins.filter(week_starts_on=date(2026, 9, 7)).delete()
    assert heading(cast) == "Clover’s check-in is missing"
    group_of(cast, "Sorrel", done=2, check_ins=1)
    assert heading(cast) == "2 check-ins are late"
    cry(cast, "bruno")
    assert heading(cast) == "Bruno needs help"
    cry(cast, "chidi")
    assert heading(cast) == "Bruno and Chidi need help"
    cry(cast, "ana")
    assert heading(cast) == "3 need help"


def test_the_longest_wait_stands_first_on_my_groups_and_on_the_board(cast: Cast) -> None:
    everything_is_well(cast)
    Enrolment.objects.update(last_active_at=timezone.now())
    sorrel = group_of(cast, "Sorrel", done=2)
    waits = [(sorrel.memberships.order_by("pk")[0].enrolment, 81), (cast.enrolment("bruno"), 80)]
    waits += [(cast.enrolment("chidi"), 128), (sorrel.memberships.order_by("pk")[1].enrolment, 100)]
    for enrolment, hours in waits:
        ProgressFactory.create(
            enrolment=enrolment,
            milestone=cast.milestones[3],
            state="need_help",
            state_since=timezone.now() - timedelta(hours=hours),
        )
    # Bruno is behind, too: that is no reason to go first.
    cast.enrolment("bruno").progress.filter(milestone=cast.milestones[0]).delete()
    longest_first = [waits[index][0].pk for index in (2, 3, 0, 1)]
    dashboard = mentor_dashboard(mentor=User.objects.get(pk=cast.marta.pk), now=timezone.now())
    assert [line.enrolment_id for line in dashboard.help_lines] == longest_first
    board = cohort_board(cohort=cast.cohort, reader=cast.ines, now=timezone.now())
    assert [each.row.enrolment_id for each in board.students] == longest_first
    waits[0][0].progress.filter(state="need_help").update(state="working")
    waits[3][0].progress.filter(state="need_help").update(state="working")
    assert heading(cast) == "Chidi and Bruno need help"


def test_who_is_behind_and_silent_needs_the_mentor_without_having_asked(cast: Cast) -> None:
    everything_is_well(cast)
    cast.enrolment("bruno").progress.all().delete()
    assert heading(cast) == "Bruno is 2 behind and silent"
    cast.enrolment("ana").progress.all().delete()
    assert heading(cast) == "Ana and Bruno need you"
    cast.enrolment("chidi").progress.all().delete()
    assert heading(cast) == "3 need you"
    cry(cast, "chidi")
    assert heading(cast) == "Chidi needs help"


def test_group_that_the_heading_names_stands_first_and_the_heading_leads_there(cast: Cast) -> None:
    """Of Sorrel students are behind, of Rowan a check-in is missing, and Clover is well."""

    def shown() -> tuple[tuple[tuple[str, str], ...], list[str]]:
        page = mentor_dashboard(mentor=User.objects.get(pk=cast.marta.pk), now=timezone.now())
        return page.heading.parts, [card.group.name for card in page.cards]

    everything_is_well(cast)
    group_of(cast, "Sorrel", done=1)
    rowan = group_of(cast, "Rowan", done=2, check_ins=1)
    is_missing = ("’s check-in is missing", "")
    assert shown() == (
        (("Rowan", f"#group-{rowan.pk}"), is_missing), ["Rowan", "Sorrel", "Clover"]
    )  # fmt: skip
    cry(cast, "bruno")
    bruno = ("Bruno", f"#row-{cast.enrolment('bruno').pk}")
    assert shown() == ((bruno, (" needs help", "")), ["Clover", "Rowan", "Sorrel"])
    cry(cast, "chidi")
    chidi = ("Chidi", f"#row-{cast.enrolment('chidi').pk}")
    assert shown()[0] == (bruno, (" and ", ""), chidi, (" need help", ""))


def test_who_waits_longest_is_named_first_and_their_group_stands_first(cast: Cast) -> None:
    everything_is_well(cast)
    group_of(cast, "Sorrel", done=2)
    for name, days in (("ana", 1), ("chidi", 3)):
        ProgressFactory.create(
            enrolment=cast.enrolment(name),
            milestone=cast.milestones[3],
            state="need_help",
            state_since=timezone.now() - timedelta(days=days),
        )
    sorrel = Enrolment.objects.filter(memberships__group__name="Sorrel").latest("pk")
    need = ProgressFactory.create(
        enrolment=sorrel,
        milestone=cast.milestones[3],
        state="need_help",
        state_since=timezone.now() - timedelta(days=2),
    )

    def shown() -> tuple[list[str], list[str], bool]:
        page = mentor_dashboard(mentor=User.objects.get(pk=cast.marta.pk), now=timezone.now())
        lines = [line.who for line in page.help_lines]
        return lines, [card.group.name for card in page.cards], page.names_groups_of_help

    other = sorrel.person.name
    assert shown() == (["Chidi", other, "Ana"], ["Clover", "Sorrel"], True)
    assert heading(cast) == "3 need help"
    need.state_since = timezone.now() - timedelta(days=5)
    need.save()
    assert shown() == ([other, "Chidi", "Ana"], ["Sorrel", "Clover"], True)
    need.delete()
    assert shown() == (["Chidi", "Ana"], ["Clover", "Sorrel"], False)
    assert heading(cast) == "Chidi and Ana need help"


@pytest.mark.parametrize(
    ("logged", "told", "row"),
    [
        ([date(2026, 8, 31), date(2026, 9, 7)], "All is well", ""),
        ([date(2026, 8, 31)], "Clover’s check-in is missing", "last week’s check-in is missing"),
        # Missed, and one logged since.
        ([date(2026, 9, 7)], "All is well", ""),
        ([], "2 of Clover’s check-ins are missing", "1 check-in is late, 1 was missed"),
    ],
)
def test_heading_counts_the_check_ins_that_the_row_counts(
    cast: Cast, logged: list[date], told: str, row: str
) -> None:
    everything_is_well(cast)
    cast.clover.check_ins.exclude(week_starts_on__in=logged).delete()

    def said() -> tuple[str, str]:
        page = mentor_dashboard(mentor=User.objects.get(pk=cast.marta.pk), now=timezone.now())
        return str(page.heading), page.cards[0].check_in.label

    assert said() == (told, row)
    # In a break nothing is late.
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 16), ends_on=date(2026, 9, 16))
    assert "missing" not in "".join(said())
    assert "late" not in "".join(said())


def test_all_is_well_is_never_said_before_anything_has_happened(cast: Cast) -> None:
    everything_is_well(cast)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="")
    assert heading(cast) == "Set when Clover meets"
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    User.objects.filter(pk__in=[cast.person(name).pk for name in ("ana", "bruno", "chidi")]).update(
        last_login=None
    )
    assert heading(cast) == "Nobody in Clover has signed in"
    cast.clover.check_ins.all().delete()
    # The board says so, too.
    assert heading(cast) == "2 of Clover’s check-ins are missing"
    Cohort.objects.update(starts_on=date(2026, 9, 14))
    assert heading(cast) == "Nobody in Clover has signed in"
    Progress.objects.all().delete()
    PlanItem.objects.update(due_on=date(2026, 9, 20))
    assert heading(cast) == "Welcome, Marta"
    User.objects.update(last_login=timezone.now())
    assert heading(cast) == "Clover has not met yet"
    # A worse reason is said all the same.
    cry(cast, "bruno")
    assert heading(cast) == "Bruno needs help"


def test_nobody_has_begun_is_said_until_somebody_has(cast: Cast) -> None:
    def said() -> tuple[str, str, bool]:
        page = mentor_dashboard(mentor=User.objects.get(pk=cast.marta.pk), now=timezone.now())
        return str(page.heading), page.cards[0].not_begun_label, page.cards[0].is_calm

    everything_is_well(cast)
    Progress.objects.all().delete()
    due = PlanItem.objects.filter(group=cast.clover)
    for due_on, told in (
        (None, "nobody has started"),
        (date(2026, 9, 17), "nobody has started, LLM basics is due tomorrow"),
    ):
        due.update(due_on=due_on)
        assert said() == ("Nobody in Clover has started", told, False)
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state="working")
    assert said() == ("All is well", "", True)
    Progress.objects.all().delete()
    due.update(due_on=date(2026, 9, 15))
    assert said()[1] == "nobody has started, LLM basics was due yesterday"
    # Before the cohort begins that is as it should be.
    Cohort.objects.update(starts_on=date(2026, 9, 21))
    assert said()[1] == ""


def test_first_three_things_to_do_are_ticked_by_what_was_done(cast: Cast) -> None:
    def card() -> GroupCard:
        (found,) = mentor_dashboard(mentor=User.objects.get(pk=cast.marta.pk), now=timezone.now()).cards
        return found

    def tasks() -> list[tuple[str, bool, str]]:
        return [
            (
                task.what,
                task.is_done,
                task.detail or ", ".join(name + hours for name, _, _, hours in task.people),
            )
            for task in card().tasks
        ]

    PlanItem.objects.update(due_on=date(2026, 9, 20))
    User.objects.exclude(pk=cast.person("ana").pk).update(last_login=timezone.now())
    Enrolment.objects.filter(pk=cast.enrolment("bruno").pk).update(hours_a_week=3)
    assert tasks() == [
        ("Set the meeting", False, ""),
        ("Say hello", False, ""),
        ("Agree hours a week", False, "Ana, Bruno3, Chidi"),
    ]
    assert card().not_signed_in == "Ana has not signed in"
    # Before the cohort begins there is no check-in to log.
    Mentorship.objects.filter(group=cast.clover).update(started_on=date(2026, 8, 20))
    Group.objects.filter(pk=cast.clover.pk).update(hello="Welcome!")
    with time_machine.travel(datetime(2026, 8, 29, 10, tzinfo=UTC), tick=False):
        assert card().first_check_in_url == ""
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00")
    assert card().first_heading == "Agree on hours with Clover"
    Enrolment.objects.update(hours_a_week=3)
    assert tasks()[:2] == [("Set the meeting", True, "today 18:00"), ("Say hello", True, "")]
    # The three are done; they go once everybody has signed in.
    assert (card().asks_first, card().first_heading) == (True, "Clover has not met yet")
    User.objects.update(last_login=timezone.now())
    assert (card().asks_first, card().first_heading) == (False, "Clover has not met yet")
    everything_is_well(cast)
    assert tasks() == []


def test_meeting_that_has_no_mentor_says_so(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Fridays")
    for mentorship in Mentorship.objects.filter(group=cast.clover):
        MentorAwayFactory.create(
            mentorship=mentorship, starts_on=date(2026, 9, 18), ends_on=date(2026, 9, 18)
        )
    (card,) = mentor_dashboard(mentor=cast.marta, now=timezone.now()).cards
    assert (card.meeting_label, card.meets_alone) == ("Friday", True)


@pytest.mark.parametrize(
    ("meeting", "zone", "told"),
    [
        # 20:00 on Thursday in Lisbon.
        ("Thursdays 20:00", "Asia/Kolkata", "Friday 00:30 your time"),
        ("Wednesdays 20:00", "Asia/Kolkata", "tomorrow 00:30 your time"),
        ("Thursdays 03:00", "America/New_York", "today 22:00 your time"),
        ("Thursdays 20:00", "Europe/Paris", "tomorrow 21:00 your time"),
        ("Thursdays", "Asia/Kolkata", "tomorrow"),
    ],
)
def test_weekday_and_time_of_a_meeting_are_both_in_the_zone_of_the_reader(
    cast: Cast, meeting: str, zone: str, told: str
) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=meeting)
    cast.marta.time_zone = zone
    cast.marta.save()
    (card,) = mentor_dashboard(mentor=cast.marta, now=timezone.now()).cards
    assert card.meeting_label == told
