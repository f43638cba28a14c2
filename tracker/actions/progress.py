"""Progress: marks, hours, waivers and ticks. Each change is kept with who made it, and the last can be undone."""

from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from courses.models import Material, Milestone
from groups.actions.activity import note_activity
from groups.models import Enrolment, Group
from lib.days import full_day
from lib.history import credit
from lib.refusals import Refused
from people.models import User
from people.outbox import tell
from questions.actions import change_status, remove_unchanged
from questions.models import Answer, Question
from tracker.models import MaterialTick, Progress
from tracker.models.progress import help_answer_id
from tracker.standing import ProgressState

# A mark that is undone within this time counts as a mistake.
_SOON = timedelta(minutes=30)


@transaction.atomic
def mark(
    *,
    enrolment: Enrolment,
    milestone: Milestone,
    state: ProgressState | str,
    question: Question | None = None,
    since: datetime | None = None,
    by: User,
    at: datetime,
) -> Progress:
    """Set the state of an enrolment at a milestone of its course; `state_since` stays while the state does.

    If a mark is soon replaced by the previous one, it was a mistake: `state_since` and the days are restored. But a
    request for help that is made again counts from now, also one that was answered: it asks again. Words for one that
    had none and waits leave its age. "Not started" where nothing was marked changes nothing; the progress returned is
    then not in the database.

    Args:
        question: the words of a request for help.
        since: of a request that is made again as it was, the time at which it was made.

    Raises:
        Refused: the milestone is of another course, the enrolment has ended, the cohort is closed.
    """
    progress = progress_to_change(enrolment, milestone, by=by, at=at)
    _set_state(progress, Progress.State(state), by=by, at=at, question=question, since=since)
    return progress


@transaction.atomic
def unmark(*, enrolment: Enrolment, milestone: Milestone, by: User, at: datetime) -> Progress:
    """Set a milestone that is done back to the state before, soon after also to its moment; else does nothing.

    Raises:
        Refused: as for `mark`.
    """
    progress = progress_to_change(enrolment, milestone, by=by, at=at)
    if progress.state == Progress.State.DONE:
        earlier = progress.history.exclude(state=Progress.State.DONE).order_by("history_date", "history_id")
        before = earlier.last()
        state = before.state if before else Progress.State.NOT_STARTED
        _set_state(
            progress,
            Progress.State(state),
            by=by,
            at=at,
            question=words_of(before, by=by, at=at),
            undoes=True,
        )
    return progress


@transaction.atomic
def note_hours(
    *, enrolment: Enrolment, milestone: Milestone, hours: Decimal | None, by: User, at: datetime
) -> Progress:
    """Set the hours spent on a milestone; None removes them. The state does not change.

    Raises:
        Refused: as for `mark`.
    """
    progress = progress_to_change(enrolment, milestone, by=by, at=at)
    if progress.hours != hours:
        # Noted by anybody, hours are a sign of the student's work, and no row keeps their day.
        note_activity(enrolment_id=enrolment.pk, at=at)
        progress.hours = hours
        _save(progress, by=by, at=at)
    return progress


@transaction.atomic
def waive(
    *, enrolment: Enrolment, milestone: Milestone, is_waived: bool = True, by: User, at: datetime
) -> Progress:
    """Stop expecting the milestone of this student, or expect it again; the state stays, and so does the first waiver.

    Raises:
        Refused: as for `mark`.
    """
    progress = progress_to_change(enrolment, milestone, by=by, at=at)
    if (progress.waived_at is not None) != is_waived:
        progress.waived_at, progress.waived_by = (at, by) if is_waived else (None, None)
        _save(progress, by=by, at=at)
    return progress


@transaction.atomic
def undo_change(*, progress: Progress, change_id: int, by: User, at: datetime) -> Progress:
    """Undo the last change: state, days and hours are as before it; a waiver stays. It is told as a mark is.

    A request for help takes the question it made with it, unless somebody did something with that.

    Args:
        change_id: the change to undo, so that no one undoes a later change by someone else.

    Raises:
        Refused: it was changed again since; otherwise as for `mark`.
    """
    # Questions are locked before enrolments.
    changes = list(progress.history.order_by("-history_date", "-history_id")[:2]) if progress.pk else []
    words = words_of(changes[1], by=by, at=at) if len(changes) > 1 else None
    if changes:
        _remove_words(changes[0], by=by, at=at)
    progress = progress_to_change(progress.enrolment, progress.milestone, by=by, at=at)
    changes = list(progress.history.order_by("-history_date", "-history_id")[:2]) if progress.pk else []
    if not changes or changes[0].history_id != change_id:
        raise Refused(f"{progress.milestone} was changed again, so this cannot be undone.")
    before = changes[1] if len(changes) > 1 else None
    state, is_settled = progress.state, _settles_help(progress, by)
    progress.question = words
    progress.state = before.state if before else Progress.State.NOT_STARTED
    progress.state_since = before.state_since if before else at
    progress.started_on = before.started_on if before else None
    progress.finished_on = before.finished_on if before else None
    progress.hours = before.hours if before else None
    _save(progress, by=by, at=at)
    if progress.state != state:
        if progress.state == Progress.State.NEED_HELP:
            note_helped(progress, None)
        _tell_of_help(progress, is_settled=is_settled, by=by, at=at)
    return progress


def note_helped(progress: Progress, at: datetime | None) -> None:
    """Note with the answer to a request for help, if there is one, when the student said that it helps."""
    answers = Progress.objects.filter(pk=progress.pk).values_list(help_answer_id(), flat=True)
    Answer.objects.filter(pk__in=answers).update(helped_at=at)


@transaction.atomic
def tick(
    *,
    enrolment: Enrolment,
    material: Material,
    at: datetime,
    group: Group | None = None,
    opinion: MaterialTick.Opinion | str = "",
) -> None:
    """Tick a material, with the others of its title; ticking it twice keeps the first time.

    Args:
        group, opinion: how it was found, as for `find_material`.

    Raises:
        Refused: as for `mark`.
    """
    _locked(enrolment, material.milestone, at)
    note_activity(enrolment_id=enrolment.pk, at=at)
    for each in _of_its_title(material):
        MaterialTick.objects.get_or_create(enrolment=enrolment, material=each, defaults={"ticked_at": at})
    if opinion and group:
        find_material(enrolment=enrolment, material=material, group=group, opinion=opinion, at=at)


@transaction.atomic
def find_material(
    *,
    enrolment: Enrolment,
    material: Material,
    group: Group,
    opinion: MaterialTick.Opinion | str,
    at: datetime,
) -> str:
    """Note how a student found a material that they ticked, with the others of its title; "" notes nothing any more.

    Args:
        group: where the student is.

    Returns:
        The opinion before.

    Raises:
        Refused: it is not ticked; otherwise as for `mark`.
    """
    _locked(enrolment, material.milestone, at)
    ticks = MaterialTick.objects.filter(enrolment=enrolment, material__in=_of_its_title(material))
    ticked = {each.material_id: each.opinion for each in ticks}
    if material.pk not in ticked:
        raise Refused(f"Tick {material} first.")
    if set(ticked.values()) != {opinion}:
        note_activity(enrolment_id=enrolment.pk, at=at)
        ticks.update(opinion=opinion, group=group if opinion else None)
    return ticked[material.pk]


@transaction.atomic
def untick(*, enrolment: Enrolment, material: Material, at: datetime) -> str:
    """Remove the tick of a material and of the others of its title, and how they were found.

    Returns:
        How it was found, for `tick`.

    Raises:
        Refused: as for `mark`.
    """
    _locked(enrolment, material.milestone, at)
    note_activity(enrolment_id=enrolment.pk, at=at)
    ticks = MaterialTick.objects.filter(enrolment=enrolment, material__in=_of_its_title(material))
    opinion = dict(ticks.values_list("material", "opinion")).get(material.pk, "")
    ticks.delete()
    return opinion


def _of_its_title(material: Material) -> list[Material]:
    """The links in use that are one tick with this one, which is among them."""
    others = material.milestone.materials.in_use().exclude(pk=material.pk)
    return [material, *(each for each in others if each.title_of_all == material.title_of_all)]


def last_change_id(progress: Progress) -> int | None:
    """Return the id of the last change, for `undo_change`; None if it was never changed."""
    if progress.pk is None:
        return None
    change_id: int | None = (
        progress.history.order_by("-history_date", "-history_id").values_list("history_id", flat=True).first()
    )
    return change_id


def why_read_only(enrolment: Enrolment, now: datetime) -> str:
    """Return why progress of the enrolment cannot be changed now; empty if it can."""
    cohort = enrolment.cohort
    today = cohort.today(now)
    if cohort.closed_on is not None and cohort.is_closed(today):
        return f"{cohort} was closed on {full_day(cohort.closed_on)}. Progress can no longer be changed."
    if enrolment.ended_on is not None and enrolment.has_ended(today):
        return (
            f"{enrolment.person} has not been enrolled in {cohort} since {full_day(enrolment.ended_on)}."
            " Progress can no longer be changed."
        )
    return ""


def _set_state(
    progress: Progress,
    state: ProgressState,
    *,
    by: User,
    at: datetime,
    question: Question | None,
    since: datetime | None = None,
    undoes: bool = False,
) -> None:
    asks_on = False
    if state == Progress.State.NEED_HELP == progress.state and not undoes:
        is_waiting = Progress.objects.requests_for_help().filter(pk=progress.pk).exists()
        asks_on = not is_waiting or question not in (None, progress.question)
        if is_waiting and asks_on and progress.question is None:
            progress.question = question
            _save(progress, by=by, at=at)
            return
    if progress.state != state or asks_on:
        before = _undone_by(progress, state, at)
        is_settled = _settles_help(progress, by)
        asks_again = state == Progress.State.NEED_HELP and not undoes
        progress.state_since = since or (before.state_since if before and not asks_again else at)
        progress.enter(state, progress.enrolment.cohort.today(at))
        progress.question = question
        if before:
            progress.started_on, progress.finished_on = before.started_on, before.finished_on
        _save(progress, by=by, at=at)
        _tell_of_help(progress, is_settled=is_settled, by=by, at=at)


def words_of(record: Any, *, by: User, at: datetime) -> Question | None:
    """Return what a request for help in the history was about, if that is there; opened again, if it went with it."""
    if record is None or record.state != Progress.State.NEED_HELP:
        return None
    question = Question.objects.filter(pk=record.question_id).first()
    if question is not None and question.status == Question.Status.CLOSED:
        question = change_status(question=question, status=Question.Status.OPEN, by=by, at=at)
    return question


def _remove_words(record: Any, *, by: User, at: datetime) -> None:
    made = Question.objects.filter(pk=record.question_id, asked_at=record.history_date)
    if question := made.select_related("cohort").first():
        with suppress(Refused):
            remove_unchanged(question=question, by=by, at=at)


def _tell_of_help(progress: Progress, *, is_settled: bool, by: User, at: datetime) -> None:
    if progress.state == Progress.State.NEED_HELP:
        tell("help_needed", by=by, at=at, **_ids(progress))
    elif is_settled:
        tell("help_settled", by=by, at=at, **_ids(progress))


def _ids(progress: Progress) -> dict[str, int]:
    return {"enrolment": progress.enrolment_id, "milestone": progress.milestone_id}


def _settles_help(progress: Progress, by: User) -> bool:
    """Whether somebody else ends a request for help of the student."""
    person_id = progress.enrolment.person_id
    if progress.state != Progress.State.NEED_HELP or by.pk == person_id:
        return False
    if progress.state_since is None:
        return False
    asked = progress.history.filter(state=Progress.State.NEED_HELP, history_date__gte=progress.state_since)
    is_own: bool = asked.filter(history_user=person_id).exists()
    return is_own


def _undone_by(progress: Progress, state: ProgressState, at: datetime) -> Any:
    """Return the mark that this one goes back to, if it undoes the last one soon after: its moment and days hold again.

    A record of the history, or None.
    """
    if progress.pk is None:
        return None
    changes = list(progress.history.order_by("-history_date", "-history_id")[:2])
    is_undone = len(changes) == 2 and changes[1].state == state and at - changes[0].history_date < _SOON
    return changes[1] if is_undone else None


def _locked(enrolment: Enrolment, milestone: Milestone, at: datetime) -> Enrolment:
    """Lock the enrolment, so that changes of its progress wait for each other even where no row exists yet."""
    locked = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("cohort")
    enrolment = locked.get(pk=enrolment.pk)
    reason = why_read_only(enrolment, at)
    if reason:
        raise Refused(reason)
    if milestone.course_id != enrolment.cohort.course_id:
        raise Refused(f"{milestone} is not a milestone of the course of {enrolment.cohort}.")
    return enrolment


def progress_to_change(enrolment: Enrolment, milestone: Milestone, *, by: User, at: datetime) -> Progress:
    """Return the current or a new, unsaved progress; a student's own change counts as activity."""
    enrolment = _locked(enrolment, milestone, at)
    if enrolment.person_id == by.pk:
        note_activity(enrolment_id=enrolment.pk, at=at)
    progress = Progress.objects.filter(enrolment=enrolment, milestone=milestone).first()
    if progress is None:
        return Progress(enrolment=enrolment, milestone=milestone, state_since=at)
    progress.enrolment, progress.milestone = enrolment, milestone
    return progress


def _save(progress: Progress, *, by: User, at: datetime) -> None:
    progress.changed_at, progress.changed_by = at, by
    credit(progress, by, at)
    progress.save()
