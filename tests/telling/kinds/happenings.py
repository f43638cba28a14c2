"""What happens to the cast, of which somebody hears by mail."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from courses.actions.course import add_course_admin, remove_course_admin
from groups.actions.absences import add_absence
from groups.actions.concerns import answer_concern, tell_concern
from groups.actions.enrolment import join_group
from groups.actions.forming import note_willing, propose
from groups.actions.meeting import save_free_times, set_meeting
from groups.actions.mentorship import assign_mentor, note_away
from groups.actions.plan import set_plan
from groups.actions.publishing import publish
from groups.actions.reminding import remind
from groups.models import Absence, Closing, Concern, Group
from groups.times import zone_of_slots
from people.models import Event, MailChoice, User
from questions.actions import answer, ask, log_questions, mark_duplicate
from questions.actions.asking import LoggedQuestion
from questions.actions.telling import tell_of_change
from questions.models import MaterialChange, Question
from telling.actions.channels import switch_off_and_tell
from telling.actions.mornings import begin_mornings
from telling.actions.promises import tell_of_promises
from telling.models import Channel
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import MentorAwayFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.tracker import CheckInFactory
from tests.mails import deliver
from tests.moving import end_enrolment, leave_group
from tests.telling.mornings import at
from tests.tracker.actions.test_check_ins import entry, log
from tests.tracker.actions.test_reviews import ask as ask_for_review
from tracker.actions.closing import close_cohort
from tracker.actions.progress import mark, note_hours, undo_change
from tracker.actions.requests import answer_request
from tracker.models import AgreedStep, CodeReview, Progress


def cry(cast: Cast) -> None:
    bruno = cast.person("bruno")
    mark(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[1], state="need_help", by=bruno, at=NOW)


def calm(cast: Cast) -> None:
    progress = Progress.objects.get()
    change = progress.history.latest().history_id
    undo_change(progress=progress, change_id=change, by=cast.person("bruno"), at=NOW)


def settle_cry(cast: Cast) -> None:
    """Bruno cried, and Marta marks it without a word; what she marks of her own accord is not told."""
    bruno, chidi = cast.enrolment("bruno"), cast.enrolment("chidi")
    cry(cast)
    mark(enrolment=chidi, milestone=cast.milestones[1], state="need_help", by=cast.marta, at=NOW)
    Event.objects.all().delete()
    for enrolment in (bruno, chidi):
        mark(enrolment=enrolment, milestone=cast.milestones[1], state="done", by=cast.marta, at=NOW)


def undo_of_bruno(cast: Cast, by: User) -> None:
    """Undo the last change of what Bruno cried for."""
    progress = Progress.objects.get(enrolment=cast.enrolment("bruno"))
    undo_change(progress=progress, change_id=progress.history.latest().history_id, by=by, at=NOW)


def settle_and_undo(cast: Cast) -> None:
    """Bruno has read that Marta settled it; then she undoes that."""
    settle_cry(cast)
    assert [mail.to for mail in deliver()] == [["bruno@example.com"]]
    undo_of_bruno(cast, cast.marta)


def settle_and_note_hours(cast: Cast) -> None:
    """Neither his hours nor a mark of a mentor is one of his."""
    settle_cry(cast)
    bruno, (_, prompts, *_) = cast.enrolment("bruno"), cast.milestones
    note_hours(enrolment=bruno, milestone=prompts, hours=Decimal(2), by=bruno.person, at=NOW)
    mark(enrolment=bruno, milestone=prompts, state="working", by=cast.ines, at=NOW)


def mark_on(cast: Cast) -> None:
    bruno = cast.enrolment("bruno")
    mark(enrolment=bruno, milestone=cast.milestones[1], state="working", by=bruno.person, at=NOW)


def undo_cry(cast: Cast) -> None:
    cry(cast)
    Event.objects.all().delete()
    undo_of_bruno(cast, cast.marta)


def still_need_help(cast: Cast) -> None:
    settle_cry(cast)
    undo_of_bruno(cast, cast.person("bruno"))


def ask_for_help(cast: Cast) -> None:
    bruno, needed = cast.person("bruno"), cast.milestones[1]
    ask(group=cast.clover, by=bruno, at=NOW, title="Which key?", milestone=needed)
    Event.objects.all().delete()
    cry(cast)


def ask_hidden(cast: Cast) -> None:
    ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why the root?", is_asker_hidden=True)


def give_answer(cast: Cast) -> None:
    answer(question=Question.objects.get(), by=cast.ines, at=NOW, body="Because.")


def log_asked(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    log_questions(group=cast.clover, lines=[LoggedQuestion(title="Which key?")], by=cast.marta, at=NOW)


def change_material(cast: Cast) -> None:
    ask_hidden(cast)
    Event.objects.all().delete()
    change = MaterialChange.objects.create(
        course=cast.course, made_by=cast.ines, what="We explain the root first.", changed_on=NOW.date(),
        recorded_at=NOW,
    )  # fmt: skip
    change.questions.set(Question.objects.all())
    tell_of_change(change=change, by=cast.ines, at=NOW)


def request(cast: Cast) -> CodeReview:
    return ask_for_review(cast, "ana", "bruno")


def judge(cast: Cast, judgement: Callable[..., Any]) -> None:
    review = request(cast)
    deliver()
    judgement(review=review, note="Name the second cell.", by=cast.person("bruno"), at=NOW)


def log_held(cast: Cast) -> None:
    step = AgreedStep(enrolment=cast.enrolment("ana"), text="Read the paper", due_on=date(2026, 9, 18))
    note = {"private_note": "Ana is shy.", "summary": "We talked about keys."}
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    log(cast, entries=[entry(cast, "ana"), entry(cast, "bruno", note="Quiet.")], next_steps=[step], **note)


def meet_before(cast: Cast, *, is_besides: bool) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    log(cast, is_besides=is_besides)


def cancel(cast: Cast) -> None:
    log(cast, outcome="cancelled")


def put_off(cast: Cast) -> None:
    log(cast, outcome="moved", held_on=date(2026, 9, 18))


def move(cast: Cast) -> None:
    join_group(enrolment=cast.enrolment("chidi"), group=cast.juniper, on=NOW.date(), by=cast.ines, at=NOW)


def leave(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("chidi"), on=NOW.date(), reason="Ill", by=cast.ines, at=NOW)


def drop_out(cast: Cast) -> None:
    chidi, day = cast.enrolment("chidi"), date(2026, 9, 21)
    end_enrolment(enrolment=chidi, on=day, end_reason="dropped", reason="Ill", by=cast.ines, at=NOW)


def begin(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("chidi"), on=NOW.date(), by=cast.ines, at=NOW)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=2, by=cast.ines, at=NOW)
    proposal = propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    publish(cohort=cast.cohort, version=proposal.version, on=NOW.date(), by=cast.ines, at=NOW)


def cover(cast: Cast) -> None:
    assign_mentor(group=cast.clover, person=cast.tomas, role="cover", on=NOW.date(), by=cast.ines, at=NOW)


def say_away(cast: Cast) -> Absence:
    bruno, on = cast.enrolment("bruno"), date(2026, 9, 17)
    return add_absence(
        enrolment=bruno, starts_on=on, ends_on=on + timedelta(days=1), reason="", by=bruno.person, at=NOW
    )


def go_away(cast: Cast) -> None:
    first = date(2026, 9, 21)
    note_away(
        mentorship=cast.clover.mentorships.get(person=cast.marta), starts_on=first, ends_on=first + timedelta(days=4),
        by=cast.marta, at=NOW,
    )  # fmt: skip


def go_away_covered(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover", started_on=date(2026, 9, 21))
    go_away(cast)


def stand_in_goes_away(cast: Cast) -> None:
    """Tomás cannot stand in on the last of the days on which Marta is away."""
    go_away(cast)
    stand_in = MentorshipFactory.create(
        group=cast.clover, person=cast.tomas, role="cover",
        started_on=date(2026, 9, 21), ended_on=date(2026, 9, 26),
    )  # fmt: skip
    Event.objects.all().delete()
    first, last = date(2026, 9, 25), date(2026, 9, 30)
    note_away(mentorship=stand_in, starts_on=first, ends_on=last, by=cast.tomas, at=NOW)


def close(cast: Cast) -> Closing:
    for name, title in (("ana", "Why the root?"), ("chidi", "Which key?")):
        ask(group=cast.clover, by=cast.person(name), at=NOW, title=title)
    Event.objects.all().delete()
    reasons = {cast.enrolment("ana").pk: "finished", cast.enrolment("bruno").pk: "dropped"}
    return close_cohort(
        cohort=cast.cohort, on=NOW.date(), reasons=reasons, word="Thank you all.", by=cast.ines, at=NOW
    )


def meet_on_wednesdays(cast: Cast) -> None:
    set_meeting(group=cast.clover, first=datetime(2026, 9, 23, 17, tzinfo=UTC), by=cast.marta, at=NOW)


def ask_when_they_can(cast: Cast) -> None:
    """Bruno has tapped a time."""
    zone = str(zone_of_slots(cast.clover, NOW.date()))
    save_free_times(group=cast.clover, person=cast.person("bruno"), time_zone=zone, chosen=[(2, 18)], at=NOW)
    remind("times_reminded", cohort=cast.cohort, about=[cast.clover.pk], by=cast.marta, at=NOW)


def shift(cast: Cast) -> None:
    plan = {item.milestone_id: item.due_on for item in cast.clover.plan_items.all()}
    set_plan(group=cast.clover, plan=plan | {cast.milestones[3].pk: date(2026, 9, 28)}, by=cast.marta, at=NOW)


def answer_asked(cast: Cast) -> None:
    check_in = CheckInFactory.create(
        group=cast.clover, logged_by=cast.marta, request="Could we have more keys?"
    )
    answer_request(check_in=check_in, version=check_in.version, body="Yes: **three**.", by=cast.ines, at=NOW)


def answer_hidden(cast: Cast) -> None:
    ask_hidden(cast)
    Event.objects.all().delete()
    give_answer(cast)


def merge(cast: Cast) -> None:
    answer_hidden(cast)
    waiting = ask(group=cast.juniper, by=cast.person("emre"), at=NOW, title="What is the root for?")
    Event.objects.all().delete()
    known = Question.objects.exclude(first_answered_at=None).get()
    mark_duplicate(question=waiting, original=known, by=cast.ines, at=NOW)


def promise_to_bruno(cast: Cast) -> None:
    bruno = cast.enrolment("bruno")
    since = NOW - timedelta(hours=25)
    mark(enrolment=bruno, milestone=cast.milestones[1], state="need_help", by=bruno.person, at=since)
    Event.objects.all().delete()
    tell_of_promises(NOW)


def lose_channel(cast: Cast) -> None:
    channel = Channel.objects.create(
        group=cast.clover, address="https://chat.example.com/1", made_by=cast.marta, made_at=NOW
    )
    channel.note_failure("It answers 503.", at=NOW)
    switch_off_and_tell(channel=channel, at=NOW)


def confide(cast: Cast) -> Concern:
    return tell_concern(enrolment=cast.enrolment("ana"), wish="mentor", body="We quarrel.", at=NOW)


def answer_confided(cast: Cast) -> None:
    concern = confide(cast)
    Event.objects.all().delete()
    answer_concern(concern=concern, body="We move you.", by=cast.ines, at=NOW)


def lose_reader(cast: Cast, happen: Callable[[Cast], object]) -> None:
    """Ana confided in Inês. Now nobody but Olga, a site admin, may read it: the other course admin mentors Ana."""
    UserFactory.create(name="Olga Reis", email="olga@example.com", is_superuser=True, last_login=NOW)
    cast.course.admins.create(person=cast.marta, added_at=NOW)
    confide(cast)
    Event.objects.all().delete()
    happen(cast)


def lose_admin(cast: Cast) -> None:
    remove_course_admin(course=cast.course, person=cast.ines, by=cast.marta, at=NOW)


def admin_mentors(cast: Cast) -> None:
    assign_mentor(group=cast.clover, person=cast.ines, role="co-mentor", on=NOW.date(), by=cast.marta, at=NOW)


def move_to_admin(cast: Cast) -> None:
    fern = MentorshipFactory.create(group__cohort=cast.cohort, group__name="Fern", person=cast.ines).group
    join_group(enrolment=cast.enrolment("ana"), group=fern, on=NOW.date(), by=cast.marta, at=NOW)


def add_admin(cast: Cast) -> None:
    add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)


def remind_of_check_in(cast: Cast) -> None:
    remind("check_in_reminded", cohort=cast.cohort, about=[cast.clover.pk], by=cast.ines, at=NOW)


def remind_of_bruno(cast: Cast) -> None:
    cry(cast)
    Event.objects.all().delete()
    remind("student_reminded", cohort=cast.cohort, about=[cast.enrolment("bruno").pk], by=cast.ines, at=NOW)


def begin_morning(day: int) -> datetime:
    begin_mornings(at(day))
    return at(day)


def meet_on_thursday(cast: Cast) -> datetime:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    return begin_morning(17)


def meet_alone_on_thursday(cast: Cast) -> datetime:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    MentorAwayFactory.create(
        mentorship=cast.clover.mentorships.get(), starts_on=TODAY, ends_on=date(2026, 9, 18)
    )
    return begin_morning(17)


def leave_help_for_the_summary(cast: Cast) -> datetime:
    MailChoice.objects.update_or_create(person=cast.marta, kind="help", defaults={"soon": "digest"})
    cry(cast)
    assert deliver() == []
    return begin_morning(17)
