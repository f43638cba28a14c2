"""The database itself refuses what must never be true: one violation for each named constraint, on both databases."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from courses.models import Cohort, Course, CourseAdmin, CourseLink, LinkCheck, Material, Milestone, Pause
from groups.models import (
    Absence,
    Closing,
    Concern,
    Enrolment,
    FreeTime,
    Group,
    Membership,
    MentorAway,
    Mentorship,
    Move,
    PlanItem,
    Proposal,
    ProposedGroup,
    WillingMentor,
    Wish,
)
from people.models import Event, Invitation, MailChoice, Message, SentForm, TokenBucket, User
from questions.models import (
    Ask,
    MaterialChange,
    MaterialNeed,
    NeedNote,
    NotTheSame,
    Picture,
    Placement,
    Question,
    Topic,
)
from telling.models import Channel, Morning
from tests.conftest import NOW, TODAY, Cast
from tests.factories.questions import QuestionFactory, TopicFactory
from tests.factories.tracker import (
    CheckInEntryFactory,
    CheckInFactory,
    CodeReviewFactory,
    MeetingNoteFactory,
    ProgressFactory,
)
from tracker.models import (
    AgreedStep,
    AttentionPutAside,
    CheckIn,
    CheckInDraft,
    CheckInEntry,
    CheckInSave,
    CodeReview,
    MaterialTick,
    MeetingItem,
    MeetingNote,
    Progress,
)

YESTERDAY = TODAY - timedelta(days=1)


def invitation(cast: Cast, **fields: object) -> Invitation:
    expires = {"expires_at": NOW + timedelta(days=1)}
    return Invitation(
        **{"person": cast.person("ana"), "invited_by": cast.ines, "invited_at": NOW, **expires, **fields}
    )


def message(cast: Cast, **fields: object) -> Message:
    event, _ = Event.objects.get_or_create(kind="help_needed", at=NOW)
    own = {"recipient": cast.marta, "event": event, "kind": "help", "due_at": NOW, "try_at": NOW}
    return Message(**{**own, **fields})


def twice(make: Callable[[], models.Model]) -> models.Model:
    make().save()
    return make()


def changed(row: models.Model, **fields: object) -> models.Model:
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def wish(cast: Cast, one: str, other: str) -> Wish:
    return Wish(one=cast.enrolment(one), other=cast.enrolment(other), kind="apart", noted_by=cast.ines)


def willing(cast: Cast) -> WillingMentor:
    return WillingMentor(cohort=cast.cohort, person=cast.marta, noted_by=cast.ines)


def proposed_group(cast: Cast) -> ProposedGroup:
    proposal, _ = Proposal.objects.get_or_create(cohort=cast.cohort)
    return ProposedGroup(proposal=proposal, name="Fern")


def progress(cast: Cast, **fields: object) -> Progress:
    own = {"enrolment": cast.enrolment("ana"), "milestone": cast.milestones[0]}
    return ProgressFactory.build(**{**own, "changed_by": cast.marta, **fields})


def tick(cast: Cast, **fields: object) -> models.Model:
    material, _ = cast.milestones[0].materials.get_or_create(title="Tokens")
    return MaterialTick(enrolment=cast.enrolment("ana"), material=material, ticked_at=NOW, **fields)


def entry(cast: Cast) -> models.Model:
    check_in = CheckIn.objects.first() or CheckInFactory.create(group=cast.clover, logged_by=cast.marta)
    return CheckInEntryFactory.build(check_in=check_in, enrolment=cast.enrolment("ana"))


def saved(cast: Cast) -> models.Model:
    check_in = CheckIn.objects.first() or CheckInFactory.create(group=cast.clover, logged_by=cast.marta)
    return CheckInSave(check_in=check_in, person=cast.marta, saved_at=NOW)


def draft(cast: Cast) -> models.Model:
    return CheckInDraft(group=cast.clover, week_starts_on=date(2026, 9, 14), person=cast.marta, saved_at=NOW)


def ask(cast: Cast) -> models.Model:
    question = Question.objects.first() or QuestionFactory.create(membership=cast.bruno)
    return Ask(
        question=question,
        group=cast.clover,
        enrolment=cast.enrolment("ana"),
        asked_at=NOW,
        week_starts_on=date(2026, 9, 14),
        logged_by=cast.marta,
    )


def step(cast: Cast, **fields: object) -> AgreedStep:
    return AgreedStep(group=cast.clover, text="Read on", agreed_at=NOW, agreed_by=cast.marta, **fields)


def item(cast: Cast) -> dict[str, Any]:
    return {
        "enrolment": cast.enrolment("ana"),
        "group": cast.clover,
        "week_starts_on": TODAY - timedelta(days=2),
        "text": "The key",
        "added_at": NOW,
    }


def note(cast: Cast, **fields: object) -> MeetingNote:
    return MeetingNoteFactory.build(enrolment=cast.enrolment("ana"), group=cast.clover, **fields)


def review(cast: Cast, **fields: object) -> CodeReview:
    own = {"author": cast.enrolment("ana"), "reviewer": cast.enrolment("bruno")}
    return CodeReviewFactory.build(
        **{
            "group": cast.clover,
            "milestone": cast.milestones[0],
            "url": "https://example.com/a",
            **own,
            **fields,
        }
    )


def question(cast: Cast) -> Question:
    return QuestionFactory.create(membership=cast.ana)


def answered(cast: Cast, **fields: object) -> models.Model:
    """A question that may be published, but for the fields given."""
    published = {"published_at": NOW, "published_by": cast.ines, "visibility": "course"}
    return changed(question(cast), first_answered_at=NOW, status="answered", **{**published, **fields})


def topic(cast: Cast, **fields: object) -> Topic:
    return Topic(course=cast.course, found_at=NOW, **fields)


def saved_topic(cast: Cast) -> Topic:
    row = topic(cast)
    row.save()
    return row


def difference(cast: Cast, *, turned: bool = False) -> NotTheSame:
    one, other = sorted([question(cast), question(cast)], key=lambda row: row.pk, reverse=turned)
    return NotTheSame(question=one, other=other, said_by=cast.marta, said_at=NOW)


def change(cast: Cast, **fields: object) -> MaterialChange:
    own = {"made_by": cast.ines, "changed_on": TODAY, "recorded_at": NOW}
    return MaterialChange(course=cast.course, what="A drawing of the scores", **own, **fields)


def need(cast: Cast, **fields: object) -> MaterialNeed:
    own = {"noted_by": cast.ines, "noted_at": NOW, "state_since": NOW, "why": "Asked every week"}
    return MaterialNeed(course=cast.course, **own, **fields)


def saved_need(cast: Cast) -> MaterialNeed:
    row = need(cast, material=material(cast))
    row.save()
    return row


def material(cast: Cast) -> Material:
    return Material.objects.get_or_create(milestone=cast.milestones[0], title="Tokens")[0]


def asked_question(cast: Cast) -> Question:
    return Question.objects.first() or question(cast)


def check_in(cast: Cast, **fields: object) -> CheckIn:
    return CheckInFactory.build(**{"group": cast.clover, "logged_by": cast.marta, **fields})


def channel(cast: Cast, **of: object) -> Channel:
    return Channel(address="https://chat.example.com/", made_at=NOW, **of)


def post(cast: Cast, **fields: object) -> Message:
    saved, _ = Channel.objects.get_or_create(
        group=cast.clover, defaults={"address": "https://chat/", "made_at": NOW}
    )
    event, _ = Event.objects.get_or_create(kind="question_asked", defaults={"at": NOW})
    return Message(channel=saved, event=event, kind="post", due_at=NOW, try_at=NOW, **fields)


def morning(cast: Cast) -> models.Model:
    event, _ = Event.objects.get_or_create(kind="morning", defaults={"at": NOW})
    return Morning(zone="UTC", day=TODAY, event=event)


VIOLATIONS: dict[str, Callable[[Cast], models.Model]] = {
    "concern_answered_whole": lambda cast: Concern(enrolment=cast.enrolment("ana"), body="x", answer="y"),
    "user_email_unique_in_any_case": lambda cast: User(email="INES@example.com", name="Not Inês"),
    "invitation_expires_after_invited": lambda cast: invitation(cast, expires_at=NOW),
    "invitation_accepted_or_revoked": lambda cast: invitation(cast, accepted_at=NOW, revoked_at=NOW),
    "sent_form_once": lambda cast: twice(lambda: SentForm(person=cast.ines, digest="a", sent_at=NOW)),
    "invitation_one_open_per_person": lambda cast: twice(lambda: invitation(cast)),
    "mail_choice_once_a_kind": lambda cast: twice(lambda: MailChoice(person=cast.ines, kind="help", soon="never")),
    "message_once_a_recipient_and_event": lambda cast: twice(lambda: message(cast)),
    "message_ended_has_moment": lambda cast: message(cast, state="sent"),
    "message_keeps_no_words": lambda cast: message(cast, state="sent", ended_at=NOW, body="Come."),
    "token_bucket_not_overdrawn": lambda cast: TokenBucket(key="asks 1", tokens=-1, filled_at=NOW),
    "picture_used_in_a_question": lambda cast: Picture(
        key="a" * 22, content=b"a", width=1, height=1, added_by=cast.ines, added_at=NOW
    ),
    "course_admin_once": lambda cast: CourseAdmin(course=cast.course, person=cast.ines),
    "course_link_position_once_a_course": lambda cast: twice(
        lambda: CourseLink(course=cast.course, position=1, name="Chat", url="https://chat.example.com")
    ),
    "course_link_position_to_six": lambda cast: CourseLink(course=cast.course, position=7),
    "milestone_position_once_a_course": lambda cast: Milestone(course=cast.course, position=1, title="Again"),
    "milestone_hours_not_negative": lambda cast: Milestone(course=cast.course, position=9, planned_hours=-1),
    "cohort_title_once_a_course": lambda cast: Cohort(course=cast.course, title="Autumn 2026", starts_on=TODAY),
    "cohort_archived_at_and_by": lambda cast: changed(cast.cohort, archived_at=NOW),
    "course_archived_at_and_by": lambda cast: changed(cast.course, archived_by=cast.ines),
    "cohort_closed_after_start": lambda cast: changed(cast.cohort, closed_on=date(2026, 8, 30)),
    "pause_ends_after_start": lambda cast: Pause(cohort=cast.cohort, starts_on=TODAY, ends_on=YESTERDAY),
    "enrolment_one_open_per_cohort": lambda cast: Enrolment(
        cohort=cast.cohort, person=cast.person("ana"), started_on=TODAY
    ),
    "enrolment_ends_after_start": lambda cast: changed(
        cast.enrolment("ana"), ended_on=date(2026, 8, 30), end_reason="dropped"
    ),
    "enrolment_end_has_reason": lambda cast: changed(cast.enrolment("ana"), ended_on=TODAY),
    "enrolment_hours_a_week": lambda cast: changed(cast.enrolment("ana"), hours_a_week=81),
    "wish_once_for_two": lambda cast: twice(lambda: wish(cast, "ana", "bruno")),
    "wish_in_order_of_enrolments": lambda cast: wish(cast, "bruno", "ana"),
    "willing_mentor_once_a_cohort": lambda cast: twice(lambda: willing(cast)),
    "proposed_group_name_once_a_proposal": lambda cast: twice(lambda: proposed_group(cast)),
    "group_name_once_a_cohort": lambda cast: Group(cohort=cast.cohort, name="Clover"),
    "group_hue_is_one_of_six": lambda cast: Group(cohort=cast.cohort, name="Fern", hue=7),
    "free_time_once": lambda cast: twice(
        lambda: FreeTime(group=cast.clover, person=cast.person("ana"), time_zone="UTC", weekday=1, part=8)
    ),
    "membership_one_open_per_enrolment": lambda cast: Membership(
        enrolment=cast.enrolment("ana"), group=cast.juniper, started_on=TODAY
    ),
    "membership_ends_after_start": lambda cast: changed(cast.ana, ended_on=date(2026, 8, 30), end_reason="moved"),
    "membership_end_has_reason": lambda cast: changed(cast.ana, ended_on=TODAY),
    "mentorship_one_open_per_group": lambda cast: Mentorship(
        group=cast.clover, person=cast.marta, role="cover", started_on=TODAY
    ),
    "mentorship_ends_after_start": lambda cast: changed(
        cast.clover.mentorships.get(), ended_on=date(2026, 8, 30)
    ),
    "plan_item_once_a_group": lambda cast: PlanItem(group=cast.clover, milestone=cast.milestones[0]),
    "absence_ends_after_start": lambda cast: Absence(
        enrolment=cast.enrolment("ana"), starts_on=TODAY, ends_on=YESTERDAY, accepted_by=cast.marta
    ),
    "mentor_away_ends_after_start": lambda cast: MentorAway(
        mentorship=cast.clover.mentorships.get(), starts_on=TODAY, ends_on=YESTERDAY
    ),
    "progress_once_a_milestone": lambda cast: twice(lambda: progress(cast)),
    "progress_hours_not_negative": lambda cast: progress(cast, hours=-1),
    "progress_waived_at_and_by": lambda cast: progress(cast, waived_at=NOW),
    "link_check_dead_since": lambda cast: LinkCheck(
        material=cast.milestones[0].materials.create(title="Tokens"), check_at=NOW, is_dead=True
    ),
    "material_tick_once": lambda cast: twice(lambda: tick(cast)),
    "material_tick_opinion_in_group": lambda cast: tick(cast, group=cast.clover),
    "check_in_once_a_week": lambda cast: twice(lambda: check_in(cast)),
    "check_in_week_starts_monday": lambda cast: check_in(cast, week_starts_on=date(2026, 9, 8)),
    "check_in_held_has_day_and_minutes": lambda cast: check_in(cast, minutes=None),
    "check_in_time_of_a_new_day": lambda cast: check_in(cast, held_at=time(18)),
    "check_in_besides_was_a_meeting": lambda cast: check_in(cast, outcome="cancelled", is_besides=True),
    "check_in_request_settled_at_and_by": lambda cast: check_in(cast, request_settled_at=NOW),
    "check_in_request_taken_at_and_by": lambda cast: check_in(cast, request_taken_at=NOW),
    "check_in_request_answer_is_settled": lambda cast: check_in(cast, request_answer="Yes."),
    "check_in_entry_once_a_student": lambda cast: twice(lambda: entry(cast)),
    "check_in_draft_once_a_person": lambda cast: twice(lambda: draft(cast)),
    "check_in_save_once_a_person": lambda cast: twice(lambda: saved(cast)),
    "meeting_note_once_a_week": lambda cast: twice(lambda: note(cast)),
    "meeting_note_week_starts_monday": lambda cast: note(cast, week_starts_on=TODAY),
    "meeting_note_closed_at_and_by": lambda cast: note(cast, state="done"),
    "meeting_item_closed_at_and_by": lambda cast: MeetingItem(
        **item(cast), state="done"
    ),
    "meeting_item_of_student_or_leader": lambda cast: MeetingItem(**item(cast), added_by=cast.marta),
    "meeting_item_week_starts_monday": lambda cast: MeetingItem(**item(cast) | {"week_starts_on": TODAY}),
    "agreed_step_closed_at_and_by": lambda cast: step(cast, state="done"),
    "question_duplicate_has_no_own_status": lambda cast: changed(question(cast), duplicate_of=question(cast)),
    "question_no_duplicate_of_itself": lambda cast: (
        lambda row: changed(row, duplicate_of=row, status="duplicate")
    )(question(cast)),
    "question_answered_has_answer": lambda cast: changed(question(cast), status="answered"),
    "ask_once_a_student_and_moment": lambda cast: twice(lambda: ask(cast)),
    "ask_week_starts_monday": lambda cast: changed(ask(cast), week_starts_on=TODAY),
    "question_published_at_and_by": lambda cast: answered(cast, published_by=None),
    "question_published_for_the_course": lambda cast: answered(cast, visibility="cohort"),
    "progress_finished_has_day": lambda cast: progress(cast, finished_on=None),
    "progress_finishes_after_start": lambda cast: progress(cast, started_on=TODAY, finished_on=YESTERDAY),
    "topic_pinned_at_and_by": lambda cast: topic(cast, pinned_at=NOW),
    "topic_not_merged_into_itself": lambda cast: (lambda row: changed(row, merged_into=row))(saved_topic(cast)),
    "placement_likest_only_while_unplaced": lambda cast: (
        lambda asked: Placement(
            question=asked, likest=asked, topic=TopicFactory.create(course=cast.course), placed_at=NOW
        )
    )(question(cast)),
    "not_the_same_once_a_pair": lambda cast: (
        lambda row: twice(lambda: NotTheSame(question=row.question, other=row.other, said_by=cast.ines, said_at=NOW))
    )(difference(cast)),
    "not_the_same_smaller_first": lambda cast: difference(cast, turned=True),
    "material_change_told_at_and_by": lambda cast: change(cast, told_at=NOW),
    "material_need_of_one_thing": need,
    "material_need_changed_by_a_change": lambda cast: need(cast, material=material(cast), state="changed"),
    "material_need_wont_change_has_reason": lambda cast: need(cast, material=material(cast), state="wont_change"),
    "material_need_one_waiting_a_question": lambda cast: twice(lambda: need(cast, question=asked_question(cast))),
    "material_need_one_waiting_a_topic": lambda cast: (lambda row: twice(lambda: need(cast, topic=row)))(
        saved_topic(cast)
    ),
    "material_need_one_waiting_a_material": lambda cast: twice(lambda: need(cast, material=material(cast))),
    "need_note_says_why": lambda cast: NeedNote(
        need=saved_need(cast), why="", noted_at=NOW, noted_by=cast.marta
    ),
    "attention_put_aside_ended_at_and_by": lambda cast: AttentionPutAside(
        enrolment=cast.enrolment("ana"), until_on=TODAY, put_aside_at=NOW, put_aside_by=cast.marta, ended_at=NOW
    ),
    "channel_of_group_or_course": lambda cast: channel(cast, group=cast.clover, course=cast.course),
    "message_once_a_channel_and_event": lambda cast: twice(lambda: post(cast)),
    "message_to_person_or_channel": lambda cast: post(cast, recipient=cast.ines),
    "morning_once_a_zone_and_day": lambda cast: twice(lambda: morning(cast)),
    "closing_one_a_cohort": lambda cast: twice(
        lambda: Closing(cohort=cast.cohort, on=TODAY, made_by=cast.ines)
    ),
    "closing_undone_by_somebody": lambda cast: Closing(
        cohort=cast.cohort, on=TODAY, made_by=cast.ines, undone_at=NOW
    ),
    "move_undone_by_somebody": lambda cast: Move(
        enrolment=cast.enrolment("ana"), kind="left", what="from Clover", on=TODAY, made_by=cast.ines, undone_at=NOW
    ),
    "move_of_student_or_group": lambda cast: Move(
        enrolment=cast.enrolment("ana"), group=cast.clover, kind="left", what="", on=TODAY, made_by=cast.ines
    ),
    "code_review_not_of_oneself": lambda cast: review(cast, reviewer=cast.enrolment("ana")),
    "code_review_once_a_reviewer": lambda cast: twice(lambda: review(cast)),
}  # fmt: skip


def ours() -> list[models.BaseConstraint]:
    labels = ("people", "courses", "groups", "questions", "tracker", "trends", "telling")
    return [
        one
        for label in labels
        for model in apps.get_app_config(label).get_models()
        for one in model._meta.constraints
    ]


def test_every_constraint_has_its_violation_here() -> None:
    assert {one.name for one in ours()} == set(VIOLATIONS)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_database_refuses(cast: Cast, name: str) -> None:
    violation = VIOLATIONS[name](cast)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        violation.save()
    # SQLite names the columns of a unique constraint, not the constraint.
    told = str(refusal.value)
    assert name in told or (connection.vendor == "sqlite" and "UNIQUE constraint failed" in told)


def test_people_are_never_cascaded_away(cast: Cast) -> None:
    for name in ("ana", "marta", "ines"):
        with pytest.raises(models.ProtectedError):
            cast.person(name).delete()
    with pytest.raises(models.ProtectedError):
        Course.objects.get(pk=cast.course.pk).delete()
    assert Progress.objects.count() == CheckInEntry.objects.count() == 0
