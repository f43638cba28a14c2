"""Writes the rest of tracking sheets after people and groups: stays, progress, meetings, questions."""

from datetime import datetime
from itertools import batched

from courses.models import Cohort
from groups.actions.records import (
    RecordedEnrolment,
    RecordedMentorship,
    RecordedStay,
    bring_enrolments,
    bring_mentorships,
    bring_plan_items,
    bring_stays,
)
from groups.models import Enrolment, Group
from people.models import User
from questions.models import Question
from sheets.actions.cohort_writing import CohortWriter
from sheets.actions.write_log import WriteLog
from sheets.matching.enrolments import EnrolmentRef
from sheets.matching.sheet_changes import NewAnswer, NewAsk, NewQuestion, SheetChanges
from sheets.understanding.roster import group_key
from tracker.actions.records import (
    RecordedAnswer,
    RecordedAsk,
    RecordedCheckIn,
    RecordedEntry,
    RecordedProgress,
    RecordedQuestion,
    RecordedReview,
    RecordedStep,
    bring_answers,
    bring_asks,
    bring_check_ins,
    bring_progress,
    bring_questions,
    bring_reviews,
    bring_steps,
    close_steps,
    mark_many,
    note_hours_of_many,
)
from tracker.models import CheckIn

_BATCH = 2_000


class SheetWriter:
    """Runs after `CohortWriter` has written new people and groups."""

    def __init__(
        self,
        *,
        cohort: Cohort,
        changes: SheetChanges,
        writer: CohortWriter,
        record: WriteLog,
        by: User,
        at: datetime,
    ) -> None:
        self.cohort = cohort
        self.changes = changes
        self.writer = writer
        self.record = record
        self.by = by
        self.at = at
        self.people: dict[str, User] = {}
        self.enrolments: dict[EnrolmentRef, Enrolment] = {}

    def write(self) -> None:
        self._find_people()
        self._write_stays()
        self._find_enrolments()
        self._write_progress()
        self._write_meetings()
        self._write_questions()

    def _find_people(self) -> None:
        wanted = {email for email in self.changes.people() if email}
        for batch in batched(sorted(wanted), _BATCH):
            self.people |= {person.email: person for person in User.objects.filter(email__in=batch)}

    def _person(self, email: str) -> User | None:
        return self.people[email] if email else None

    def _group(self, name: str) -> Group:
        return self.writer.groups[group_key(name)]

    def _write_stays(self) -> None:
        changes = self.changes
        made = bring_enrolments(
            cohort=self.cohort,
            enrolments=[
                RecordedEnrolment(
                    self.people[enrolment.ref.email],
                    enrolment.started_on,
                    enrolment.ended_on,
                    enrolment.end_reason,
                    enrolment.level,
                    enrolment.last_active_at,
                )
                for enrolment in changes.enrolments
            ],
            by=self.by,
            at=self.at,
        )
        self.record.made(made)
        for new, enrolment in zip(changes.enrolments, made, strict=True):
            enrolment.cohort = self.cohort
            self.enrolments[new.ref] = enrolment
        items = [(self._group(name), pk, due_on) for name, pk, due_on in changes.plan_items]
        self.record.made(bring_plan_items(items=items))

    def _find_enrolments(self) -> None:
        """Existing enrolments by id, and those just made for a list or tracker by address."""
        wanted = set(self.changes.enrolment_refs()) - set(self.enrolments)
        rows = Enrolment.objects.select_for_update(of=("self",)).select_related("person")
        for batch in batched(sorted(ref.id for ref in wanted if ref.id is not None), _BATCH):
            for enrolment in rows.filter(cohort=self.cohort, pk__in=batch):
                enrolment.cohort = self.cohort
                self.enrolments[EnrolmentRef(enrolment.person.email, enrolment.pk)] = enrolment
        for ref in wanted:
            if ref.id is None:
                self.enrolments[ref] = self.writer.enrolments[ref.email]
                self.enrolments[ref].cohort = self.cohort
        stays = [
            RecordedStay(
                self.enrolments[stay.enrolment],
                self._group(stay.group),
                stay.started_on,
                stay.ended_on,
                stay.end_reason,
            )
            for stay in self.changes.stays
        ]
        self.record.made(bring_stays(stays=stays, by=self.by, at=self.at))
        mentorships = [
            RecordedMentorship(
                self._group(mentorship.group),
                self.people[mentorship.email],
                mentorship.role,
                mentorship.started_on,
                mentorship.ended_on,
            )
            for mentorship in self.changes.mentorships
        ]
        self.record.made(bring_mentorships(mentorships=mentorships, by=self.by, at=self.at))

    def _write_progress(self) -> None:
        changes = self.changes
        milestones = set(self.cohort.course.milestones.values_list("pk", flat=True))
        brought = [
            RecordedProgress(
                enrolment=self.enrolments[progress.enrolment],
                milestone_id=progress.milestone_id,
                state=progress.state,
                since=progress.since,
                hours=progress.hours,
                started_on=progress.started_on,
                finished_on=progress.finished_on,
                changed_at=progress.changed_at,
                changed_by=self._person(progress.changed_by),
                waived_at=progress.waived_at,
                waived_by=self._person(progress.waived_by),
            )
            for progress in changes.progress
        ]
        self.record.made(bring_progress(progress=brought, milestones=milestones, by=self.by, at=self.at))
        self.record.changed_from(note_hours_of_many(hours=changes.hours, by=self.by, at=self.at))
        made, changed = mark_many(
            states={
                (self.enrolments[mark.enrolment].pk, mark.milestone_id): mark.state for mark in changes.marks
            },
            enrolments={enrolment.pk: enrolment for enrolment in self.enrolments.values()},
            milestones=milestones,
            by=self.by,
            at=self.at,
        )
        self.record.made(made)
        self.record.changed_from(changed)

    def _write_meetings(self) -> None:
        changes, by, at = self.changes, self.by, self.at
        check_ins = [
            RecordedCheckIn(
                group=self._group(check_in.group),
                week_starts_on=check_in.week,
                outcome=check_in.outcome,
                held_on=check_in.held_on,
                minutes=check_in.minutes,
                summary=check_in.summary,
                private_note=check_in.private_note,
                request=check_in.request,
                logged_by=self._person(check_in.logged_by),
                logged_at=check_in.logged_at,
                logged_as=check_in.logged_as,
                entries=[
                    RecordedEntry(
                        self.enrolments[entry.enrolment],
                        entry.attendance,
                        entry.pace,
                        entry.blocker,
                        entry.note,
                    )
                    for entry in check_in.entries
                ],
            )
            for check_in in changes.check_ins
        ]
        for made in bring_check_ins(check_ins=check_ins, by=by, at=at):
            self.record.made(made)
        self._write_steps()
        reviews = [
            RecordedReview(
                group=self._group(review.group),
                author=self.enrolments[review.author],
                reviewer=self.enrolments[review.reviewer],
                milestone_id=review.milestone_id,
                url=review.url,
                state=review.state,
                note=review.note,
                requested_at=review.requested_at,
                changed_at=review.changed_at,
            )
            for review in changes.reviews
        ]
        self.record.made(bring_reviews(reviews=reviews, by=by, at=at))

    def _write_steps(self) -> None:
        changes = self.changes
        weeks = {step.week for step in changes.steps if step.week}
        check_ins = {
            (check_in.group_id, check_in.week_starts_on): check_in
            for check_in in CheckIn.objects.filter(group__cohort=self.cohort, week_starts_on__in=weeks)
        }
        steps = [
            RecordedStep(
                group=(group := self._group(step.group)),
                text=step.text,
                enrolment=self.enrolments[step.enrolment] if step.enrolment else None,
                check_in=check_ins.get((group.pk, step.week)) if step.week else None,
                due_on=step.due_on,
                state=step.state,
                agreed_at=step.agreed_at,
                agreed_by=self._person(step.agreed_by),
                closed_at=step.closed_at,
                closed_by=self._person(step.closed_by),
            )
            for step in changes.steps
        ]
        self.record.made(bring_steps(steps=steps, by=self.by, at=self.at))
        closed = [
            (pk, state, closed_at, self._person(who)) for pk, state, closed_at, who in changes.closed_steps
        ]
        self.record.changed_from(close_steps(steps=closed, by=self.by, at=self.at))

    def _write_questions(self) -> None:
        changes = self.changes
        written: dict[int, Question] = {}
        # Originals first, since duplicates refer to them.
        for is_duplicate in (False, True):
            new = [
                question
                for question in changes.questions
                if (question.duplicate_of is not None) is is_duplicate
            ]
            made, asks, answers = bring_questions(
                questions=[self._question(question, written) for question in new], by=self.by, at=self.at
            )
            written |= {id(question): row for question, row in zip(new, made, strict=True)}
            for rows in (made, asks, answers):
                self.record.made(rows)
        more = [self._answer(answer, pk) for pk, answer in changes.answers]
        answered, changed = bring_answers(answers=more, solved=changes.solved, by=self.by, at=self.at)
        self.record.changed_from(changed)
        self.record.made(answered)
        again = [(pk, self._ask(ask)) for pk, ask in changes.asks]
        self.record.made(bring_asks(asks=again, by=self.by))

    def _question(self, question: NewQuestion, written: dict[int, Question]) -> RecordedQuestion:
        original = question.duplicate_of
        return RecordedQuestion(
            group=self._group(question.group),
            title=question.title,
            asked_at=question.asked_at or self.at,
            detail=question.detail,
            asker=self._person(question.asked_by),
            milestone_id=question.milestone_id,
            material_id=question.material_id,
            category=question.category,
            visibility=question.visibility,
            is_asker_hidden=question.is_asker_hidden,
            status=question.status,
            is_solved=question.is_solved,
            first_answered_at=question.first_answered_at,
            published_at=question.published_at,
            published_by=self._person(question.published_by),
            duplicate_of_id=written[id(original)].pk if isinstance(original, NewQuestion) else original,
            asks=[self._ask(ask) for ask in question.asks],
            answers=[self._answer(answer) for answer in question.answers],
        )

    def _ask(self, ask: NewAsk) -> RecordedAsk:
        return RecordedAsk(
            self._group(ask.group),
            ask.asked_at or self.at,
            self.enrolments[ask.enrolment] if ask.enrolment else None,
            self._person(ask.logged_by),
            ask.week,
        )

    def _answer(self, answer: NewAnswer, question_id: int = 0) -> RecordedAnswer:
        return RecordedAnswer(answer.body, self._person(answer.answered_by), answer.answered_at, question_id)
