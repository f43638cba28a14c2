"""Requests for help: asked with words, answered, sorted out. Marks alone are in `progress`."""

from datetime import datetime, timedelta
from textwrap import shorten

from django.db import transaction
from django.db.models import OuterRef, Subquery

from courses.models import Milestone
from groups.models import Enrolment, Group
from lib.refusals import Refused
from people.models import User
from questions.actions import answer, ask
from questions.models import Question
from questions.models.question import QuestionQuerySet
from tracker.actions.progress import mark, note_helped, progress_to_change, words_of
from tracker.models import Progress

_TWICE = timedelta(minutes=10)
_TITLE = Question._meta.get_field("title").max_length or 0


@transaction.atomic
def ask_for_help(
    *, enrolment: Enrolment, group: Group, milestone: Milestone, words: str, by: User, at: datetime
) -> Progress:
    """Mark that help is needed. The words become a question of the group, which the request keeps: the first line its
    title.

    Raises:
        Refused: as for `mark`; or, at `words`, the cohort is closed, or too many asks within an hour.
    """
    question = None
    if words := words.strip():
        title, _, detail = words.partition("\n")
        if len(title) > _TITLE:
            title, detail = shorten(title, _TITLE // 2, placeholder="…"), words
        own = Question.objects.filter(asks__enrolment=enrolment, milestone=milestone, title=title.strip())
        # A form that is sent twice asks once.
        question = own.filter(asked_at__gt=at - _TWICE).first()
        if question is None:
            try:
                question = ask(
                    group=group,
                    by=by,
                    at=at,
                    title=title,
                    detail=detail,
                    milestone=milestone,
                    visibility=Question.Visibility.GROUP,
                    is_for_help=True,
                    enrolment=enrolment,
                )
            except Refused as refused:
                raise Refused(str(refused), "words") from refused
    state = Progress.State.NEED_HELP
    return mark(enrolment=enrolment, milestone=milestone, state=state, question=question, by=by, at=at)


@transaction.atomic
def sort_out(*, enrolment: Enrolment, milestone: Milestone, by: User, at: datetime) -> Progress:
    """End a request for help: the student is working on it again, which they are told where somebody else says so.

    Who answered is told of a student's own word: "That helps". `undo_change` undoes it. Nothing changes if no help is
    needed any longer.

    Raises:
        Refused: as for `mark`.
    """
    progress = progress_to_change(enrolment, milestone, by=by, at=at)
    if progress.state != Progress.State.NEED_HELP:
        return progress
    if by.pk == enrolment.person_id:
        note_helped(progress, at)
    return mark(enrolment=enrolment, milestone=milestone, state=Progress.State.WORKING, by=by, at=at)


@transaction.atomic
def still_needs_help(*, enrolment: Enrolment, milestone: Milestone, by: User, at: datetime) -> Progress:
    """Make the last request for help one again as it was, with its age and words. Without one nothing changes.

    Raises:
        Refused: as for `mark`.
    """
    requests = Progress.history.filter(
        enrolment=enrolment, milestone=milestone, state=Progress.State.NEED_HELP
    )
    last = requests.order_by("history_date", "history_id").last()
    if last is None:
        return progress_to_change(enrolment, milestone, by=by, at=at)
    words = words_of(last, by=by, at=at)
    state, since = Progress.State.NEED_HELP, last.state_since
    return mark(
        enrolment=enrolment, milestone=milestone, state=state, question=words, since=since, by=by, at=at
    )


def left_open(*, by: User, at: datetime) -> QuestionQuerySet:
    """The open questions that are the words of requests for help which somebody sorted out at that moment."""
    before = Progress.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    ended = Progress.history.filter(history_user=by, history_date=at, state=Progress.State.WORKING)
    asked = ended.annotate(asked=Subquery(before.order_by("-history_id").values("question")[:1]))
    return Question.objects.open().filter(pk__in=asked.values("asked"))


@transaction.atomic
def answer_help(
    *, enrolment: Enrolment, group: Group, milestone: Milestone, body: str, by: User, at: datetime
) -> Question:
    """Answer a request for help: its words, else a new question of the group that stands for it.

    Raises:
        Refused: the body is empty; the cohort is closed; too many asks or answers within an hour.
    """
    needs = Progress.objects.filter(enrolment=enrolment, milestone=milestone, state=Progress.State.NEED_HELP)
    need = needs.select_related("question__duplicate_of").first()
    if need and need.question:
        question = need.question.duplicate_of or need.question
        answer(question=question, by=by, at=at, body=body)
        return question
    question = ask(
        group=group,
        by=by,
        at=at,
        title=f"Help with {milestone}",
        milestone=milestone,
        visibility=Question.Visibility.GROUP,
        enrolment=enrolment,
        asked_at=need.state_since if need else None,
    )
    answer(question=question, by=by, at=at, body=body)
    return question
