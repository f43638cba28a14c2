from datetime import date, timedelta

import pytest
from django.utils import timezone

from groups.models import Absence, Enrolment, Group, MentorAway
from groups.relations import forget_relations
from people.models import User
from tests.conftest import Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AskFactory, QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, ProgressFactory
from tracker.access.students import student_to_read
from tracker.actions.attention import snooze_student
from tracker.actions.helping import answer_help
from tracker.actions.progress import mark
from tracker.dashboards.help_lines import HelpLine
from tracker.dashboards.my_groups import mentor_dashboard
from tracker.dashboards.my_groups.card import GroupCard
from tracker.dashboards.panels import group_panel
from tracker.dashboards.student_detail import student_timeline
from tracker.models import Progress
from tracker.standing import Attention, ReasonCode, words_of

NOW = timezone.now


def card(cast: Cast) -> GroupCard:
    forget_relations(cast.marta)
    found = mentor_dashboard(mentor=cast.marta, now=NOW()).card_of(cast.clover.pk)
    assert found is not None
    return found


def everything_is_well(cast: Cast) -> None:
    """All that is due is done by all, and every check-in logged."""
    for name in ("ana", "bruno", "chidi"):
        for milestone in cast.milestones[:2]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    for day in (date(2026, 8, 31), date(2026, 9, 7)):
        CheckInFactory.create(group=cast.clover, week_starts_on=day, logged_by=cast.marta)
    User.objects.update(last_login=NOW())
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00, by video")


def words(cast: Cast) -> dict[str, str]:
    return {row.first_name: row.member.words.text for row in card(cast).sheet.rows}


def reasons(cast: Cast) -> list[tuple[str, str]]:
    """One line a student with all reasons, then one of the group, and whether somebody must act."""
    found = card(cast)
    names = {row.enrolment_id: row.first_name for row in found.sheet.rows}
    told = []
    for member in sorted(found.overview.members, key=lambda member: member.standing.severity):
        said = [each for each in member.standing.reasons if each.code is not ReasonCode.SPREAD]
        if said and member.standing.attention is not Attention.NONE:
            first = words_of(said[0]).full_about(names[member.enrolment_id])
            text = "; ".join([first, *(words_of(each).full for each in said[1:])])
            told.append((text, member.standing.attention.value))
    of_group = [
        words_of(each).full for each in found.status.reasons if each.code is not ReasonCode.CHECK_IN_LATE
    ]
    return told + ([(f"Clover: {'; '.join(of_group)}", "watch")] if of_group else [])


def test_card_of_a_group_that_needs_nobody_is_one_line(cast: Cast) -> None:
    everything_is_well(cast)
    found = card(cast)
    assert (reasons(cast), found.questions, found.steps, found.tasks) == ([], (), (), ())
    assert (found.is_calm, found.calm_label) == (True, "on track")
    assert [label for label, _ in found.sheet.sums] == ["3 of 3", "3 of 3", "0 of 3", "0 of 3"]
    assert found.expects_check_in


def test_group_is_never_on_track_with_who_is_behind_and_not_flagged_yet(cast: Cast) -> None:
    everything_is_well(cast)
    # Due three days ago: too soon for a flag, and "1 behind" on their own page.
    cast.enrolment("bruno").progress.filter(milestone=cast.milestones[1]).delete()
    assert (card(cast).is_calm, reasons(cast)) == (False, [])
    assert words(cast) == {"Ana": "on track", "Bruno": "1 behind", "Chidi": "on track"}
    assert str(mentor_dashboard(mentor=cast.marta, now=NOW()).heading) == "Bruno is 1 behind"
    snooze_student(
        enrolment=cast.enrolment("bruno"), until_on=date(2026, 9, 30), reason="Ill", by=cast.marta, at=NOW()
    )
    assert (words(cast)["Bruno"], card(cast).is_calm) == ("snoozed", False)


def test_late_step_opens_the_group(cast: Cast) -> None:
    everything_is_well(cast)
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    assert card(cast).is_calm
    step.due_on = date(2026, 9, 14)
    step.save()
    assert not card(cast).is_calm


def test_who_asks_for_help_is_told_first_one_line_a_student(cast: Cast) -> None:
    everything_is_well(cast)
    basics, prompts = cast.milestones[:2]
    for name in ("bruno", "chidi"):
        cast.enrolment(name).progress.filter(milestone__in=[basics, prompts]).delete()
    for name in ("ana", "chidi"):
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=cast.milestones[2], state="need_help", state_since=NOW()
        )
    behind = "2 milestones behind (LLM basics, Prompt engineering)"
    assert reasons(cast) == [
        (f"Chidi needs help with Indexation, since today; {behind}", "act"),
        ("Ana needs help with Indexation, since today", "act"),
        (f"Bruno is {behind}; no activity for 16 days", "act"),
        ("Clover: students 2 milestones apart", "watch"),
    ]


def test_reasons_name_namesakes_in_full(cast: Cast) -> None:
    everything_is_well(cast)
    person = cast.person("chidi")
    person.name = "Bruno Okafor"
    person.save()
    for name in ("bruno", "chidi"):
        ProgressFactory.create(
            enrolment=cast.enrolment(name),
            milestone=cast.milestones[3],
            state="need_help",
            state_since=NOW() - timedelta(days=1),
        )
    assert [text for text, _ in reasons(cast)] == [
        "Bruno Okafor needs help with RAG, since yesterday",
        "Bruno Sá needs help with RAG, since yesterday",
    ]


def test_reasons_of_the_group_have_a_line_of_their_own(cast: Cast) -> None:
    everything_is_well(cast)
    cast.clover.check_ins.all().delete()
    QuestionFactory.create(membership=cast.ana, asked_at=NOW() - timedelta(days=4))
    assert reasons(cast) == [
        (
            "Clover: check-in missed in the week of Mon 31 August to Sun 6 September; "
            "1 question open for over 1 weekday",
            "watch",
        ),
    ]


def test_reasons_find_silent_and_absent(cast: Cast) -> None:
    everything_is_well(cast)
    cast.enrolment("bruno").progress.all().delete()
    for check_in in cast.clover.check_ins.all():
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"))
        CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("chidi"), attendance="absent")
    texts = [text for text, tone in reasons(cast) if tone == "act"]
    assert texts == [
        "Bruno is 2 milestones behind (LLM basics, Prompt engineering); no activity for 9 days",
        "Chidi missed 2 check-ins in a row without an excuse",
    ]


def test_a_snooze_is_a_note_of_the_panel_and_no_reason(cast: Cast) -> None:
    everything_is_well(cast)
    cast.enrolment("bruno").progress.all().delete()
    snooze_student(
        enrolment=cast.enrolment("bruno"), until_on=date(2026, 9, 30), reason="Ill", by=cast.marta, at=NOW()
    )
    Absence.objects.create(
        enrolment=cast.enrolment("ana"),
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 2),
        accepted_by=cast.marta,
    )
    Absence.objects.create(
        enrolment=cast.enrolment("ana"),
        starts_on=date(2026, 9, 16),
        ends_on=date(2026, 9, 18),
        accepted_by=cast.marta,
    )
    mine, others = (
        cast.clover.mentorships.get(),
        MentorshipFactory.create(group=cast.clover, role="co-mentor"),
    )
    for mentorship, day in ((mine, 14), (mine, 21), (others, 21)):
        MentorAway.objects.create(
            mentorship=mentorship, starts_on=date(2026, 9, day), ends_on=date(2026, 9, day + 1)
        )
    cast.clover.memberships.filter(pk=cast.chidi.pk).update(ended_on=date(2026, 9, 21), end_reason="moved")
    assert [text for text, _ in reasons(cast)] == ["Clover: students 2 milestones apart"]
    assert tuple(group_panel(card(cast).overview, card(cast).status)["notes"]) == (
        "Students 2 milestones apart.",
        "Ana is away Wed 16 to Fri 18 September.",
        "Bruno is snoozed until 30 Sep.",
        "Chidi leaves on Mon 21 September.",
        "Marta is away Mon 21 to Tue 22 September.",
        f"{others.person.get_short_name()} is away Mon 21 to Tue 22 September.",
    )


def test_putting_aside_never_silences_what_is_asked_for_afterwards(cast: Cast) -> None:
    everything_is_well(cast)
    bruno = cast.enrolment("bruno")
    ProgressFactory.create(
        enrolment=bruno,
        milestone=cast.milestones[3],
        state="need_help",
        state_since=NOW() - timedelta(hours=2),
    )
    until = date(2026, 9, 30)
    snooze_student(
        enrolment=bruno, until_on=until, reason="On it", by=cast.marta, at=NOW() - timedelta(hours=1)
    )
    assert reasons(cast) == []
    ProgressFactory.create(
        enrolment=bruno, milestone=cast.milestones[2], state="need_help", state_since=NOW()
    )
    assert reasons(cast) == [("Bruno needs help with RAG and Indexation, since today", "act")]


def test_row_says_who_has_not_signed_in_yet(cast: Cast) -> None:
    everything_is_well(cast)
    User.objects.filter(pk__in=[cast.person("ana").pk, cast.person("chidi").pk]).update(last_login=None)
    assert words(cast) == {"Ana": "not signed in", "Bruno": "on track", "Chidi": "not signed in"}
    assert (card(cast).is_calm, reasons(cast)) == (False, [])


def test_questions_say_who_where_how_long_and_how_often(cast: Cast) -> None:
    old = QuestionFactory.create(
        membership=cast.bruno,
        title="Why divide?",
        milestone=cast.milestones[0],
        asked_at=NOW() - timedelta(days=4),
    )
    again = QuestionFactory.create(
        membership=cast.chidi, title="Why a root?", status="duplicate", duplicate_of=old, asked_at=NOW()
    )
    AskFactory.create(question=old, group=cast.juniper, logged_by=cast.tomas)
    assert again.asks.count() == 1
    QuestionFactory.create(
        membership=cast.ana, title="And now?", status="follow_up", asked_at=NOW() - timedelta(days=1)
    )
    QuestionFactory.create(membership=cast.ana, title="Solved", status="answered", first_answered_at=NOW())
    QuestionFactory.create(membership=cast.dalia, title="Of Juniper")
    QuestionFactory.create(membership=cast.ana, title="Just now", asked_at=NOW())
    assert [(each.question.title, each.mark.name, each.times) for each in card(cast).questions] == [
        ("Why divide?", "Bruno Sá", "asked 3 times"),
        ("And now?", "Ana Ruivo", "needs follow-up"),
        ("Just now", "Ana Ruivo", ""),
    ]


def test_question_that_a_mentor_logged_for_nobody_bears_their_name(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.ana, title="Who?", asked_by=cast.marta, asked_at=NOW())
    assert question.asks.get().enrolment is None
    assert [each.mark for each in card(cast).questions] == [cast.marta.mark]


def test_question_in_a_call_for_help_stands_once(cast: Cast) -> None:
    everything_is_well(cast)
    bruno, rag = cast.enrolment("bruno"), cast.milestones[3]
    asked = QuestionFactory.create(membership=cast.bruno, title="Which port?", milestone=rag, asked_at=NOW())
    ProgressFactory.create(
        enrolment=bruno,
        milestone=rag,
        state="need_help",
        state_since=NOW() - timedelta(days=2),
        question=asked,
    )
    other = QuestionFactory.create(membership=cast.ana, title="Of Ana", asked_at=NOW())
    found = mentor_dashboard(mentor=cast.marta, now=NOW())
    (call,) = found.help_lines
    assert (call.who, call.milestone, call.age, call.words) == (
        "Bruno",
        "RAG",
        "for 2 days, the answer 1 day late",
        "“Which port?”",
    )
    assert call.question == asked
    assert [each.question for each in found.questions] == [other]


def test_steps_are_those_of_last_time_and_what_is_still_open(cast: Cast) -> None:
    first = CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 8, 31), logged_by=cast.marta)
    last = CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 7), logged_by=cast.marta)
    closed = {"closed_at": NOW(), "closed_by": cast.marta}
    for text, name, check_in, fields in (
        ("done long ago", "ana", first, {"state": "done", **closed}),
        ("still open", "ana", first, {"due_on": date(2026, 9, 15)}),
        ("done since", "bruno", last, {"state": "done", "due_on": date(2026, 9, 15), **closed}),
        ("dropped", "bruno", last, {"state": "dropped", **closed}),
        ("to do", None, last, {"due_on": date(2026, 9, 16)}),
    ):
        AgreedStepFactory.create(
            group=cast.clover,
            enrolment=cast.enrolment(name) if name else None,
            check_in=check_in,
            text=text,
            **fields,
        )
    found = card(cast)
    shown = {
        row.first_name: [(each.step.text, each.days_late) for each in row.steps] for row in found.sheet.rows
    }
    assert shown == {"Ana": [("still open", 1)], "Bruno": [("done since", 0)], "Chidi": []}
    assert [(each.step.text, each.days_late) for each in found.steps] == [("to do", 0)]


@pytest.mark.parametrize("role", ["co-mentor", "cover"])
def test_card_says_with_whom_one_mentors(cast: Cast, role: str) -> None:
    assert card(cast).company == ""
    lena = UserFactory.create(name="Lena Vogt")
    MentorshipFactory.create(group=cast.clover, person=lena, role=role)
    MentorshipFactory.create(group=cast.clover, ended_on=date(2026, 9, 1))
    assert card(cast).company == "with Lena"


def test_who_asks_for_help_is_answered_at_their_words(cast: Cast) -> None:
    everything_is_well(cast)
    bruno = cast.enrolment("bruno")
    need = ProgressFactory.create(
        enrolment=bruno, milestone=cast.milestones[3], state="need_help", state_since=NOW()
    )
    page = f"/students/{bruno.pk}/help/?milestone={cast.milestones[3].pk}"
    # Other open questions wait by themselves.
    for title in ("Where is the proxy?", "And the port?"):
        asked = QuestionFactory.create(
            membership=cast.bruno, title=title, milestone=cast.milestones[3], asked_at=NOW()
        )
    for call in calls_everywhere(cast, bruno):
        assert (call.question, call.words, call.answer_url) == (None, "No words yet.", page)
    need.question = asked
    need.save()
    for call in calls_everywhere(cast, bruno):
        assert (call.question, call.words, call.answer_url) == (asked, "“And the port?”", page)


def test_cry_that_was_answered_no_longer_shouts(cast: Cast) -> None:
    everything_is_well(cast)
    bruno, rag = cast.enrolment("bruno"), cast.milestones[3]
    own = {"enrolment": bruno, "milestone": rag}
    mark(**own, state="need_help", by=bruno.person, at=NOW() - timedelta(hours=1))
    answer_help(**own, group=cast.clover, body="Use the other key.", by=cast.marta, at=NOW())
    assert reasons(cast) == [
        ("Bruno asked for help with RAG, answered today, still marked as “need help”", "watch")
    ]
    assert calls_everywhere(cast, bruno) == []
    assert str(mentor_dashboard(mentor=cast.marta, now=NOW()).heading) == "Bruno has an answer"
    # Their later question about it waits by itself.
    QuestionFactory.create(membership=cast.bruno, milestone=rag, title="And the port?", asked_at=NOW())
    assert calls_everywhere(cast, bruno) == []
    # Another cry is another one.
    mark(**own, state="working", by=bruno.person, at=NOW() + timedelta(hours=1))
    mark(**own, state="need_help", by=bruno.person, at=NOW() + timedelta(hours=2))
    assert [call.milestone for call in calls_everywhere(cast, bruno)] == ["RAG", "RAG"]
    Progress.objects.filter(enrolment=bruno, milestone=rag).update(state="working")
    assert reasons(cast) == []


def test_answer_to_an_earlier_question_answers_no_cry_and_putting_aside_holds(cast: Cast) -> None:
    everything_is_well(cast)
    bruno, (_, _, indexation, rag) = cast.enrolment("bruno"), cast.milestones
    ProgressFactory.create(
        enrolment=bruno, milestone=rag, state="need_help", state_since=NOW() - timedelta(hours=2)
    )
    for milestone, name, hours in ((rag, "bruno", 3), (indexation, "bruno", 1), (rag, "ana", 1)):
        QuestionFactory.create(
            membership=getattr(cast, name),
            milestone=milestone,
            asked_at=NOW() - timedelta(days=1),
            first_answered_at=NOW() - timedelta(hours=hours),
            status="answered",
        )
    assert [text for text, _ in reasons(cast)] == ["Bruno needs help with RAG, since today"]
    snooze_student(
        enrolment=bruno,
        until_on=date(2026, 9, 30),
        reason="Ill",
        by=cast.marta,
        at=NOW() - timedelta(hours=4),
    )
    assert len(reasons(cast)) == 1
    answer_help(enrolment=bruno, group=cast.clover, milestone=rag, body="So.", by=cast.marta, at=NOW())
    assert reasons(cast) == []


def calls_everywhere(cast: Cast, student: Enrolment) -> list[HelpLine]:
    """One request for help is one red line, on my groups and on the student's page."""
    story = student_timeline(access=student_to_read(cast.marta, student.pk, NOW()), now=NOW())
    return [*card(cast).help_lines, *story.help_lines]
