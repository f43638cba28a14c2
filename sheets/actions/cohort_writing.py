"""Writes what an import changes in a cohort, in batches, with the actions of people, groups, questions and tracker."""

from datetime import datetime
from itertools import batched

from allauth.account.models import EmailAddress

from courses.models import Cohort
from groups.actions.correcting import check_starts, correct_starts
from groups.actions.enrolment import edit_enrolments, enrol_many, join_many, raise_first
from groups.actions.group import open_groups
from groups.actions.locking import locked_enrolments, locked_groups, locked_open_cohort
from groups.actions.mentorship import assign_many, end_mentorship
from people.actions.accounts import invite_many, make_accounts
from people.models import Invitation, User
from questions.actions.records import bring_answers, bring_asks, bring_questions, lock_questions
from sheets.actions.write_log import WriteLog
from sheets.matching.changes import CohortChanges
from tracker.actions.records import bring_progress, mark_many

_BATCH = 2_000


def write_cohort(
    *,
    cohort: Cohort,
    changes: CohortChanges,
    is_inviting: bool,
    log: WriteLog,
    by: User,
    at: datetime,
) -> None:
    """Write in an order in which everything that a row refers to is saved before it.

    Existing rows are locked first, in the order of everybody else, which is another one. 403 in a closed cohort.
    """
    locked_open_cohort(cohort, by=by, at=at)
    locked_groups({stay.group.pk for stay in changes.stays if stay.group.pk})
    lock_questions({answer.question_id for answer in changes.answers} | set(changes.solved))
    # A mark that is set meanwhile waits, and changes what stands there then.
    enrolments = [row.enrolment for row in changes.progress]
    enrolments += [enrolment for enrolment, *_ in changes.marks.values()]
    locked_enrolments({enrolment.pk for enrolment in enrolments if enrolment.pk})
    _write_people(cohort, changes, log, by, at)
    if is_inviting:
        invited = {one.person.pk: one.person for one in changes.enrolments if one.ended_on is None}
        invited |= {one.person.pk: one.person for one in changes.mentorships if one.ended_on is None}
        made, _ = invite_many(people=list(invited.values()), by=by, at=at)
        log.made(made)
    milestones = set(cohort.course.milestones.values_list("pk", flat=True))
    log.made(bring_progress(progress=changes.progress, milestones=milestones, by=by, at=at))
    marked, changed = mark_many(marks=list(changes.marks.values()), milestones=milestones, by=by, at=at)
    log.made(marked)
    log.changed(changed)
    _write_questions(changes, log, by, at)


def _write_people(cohort: Cohort, changes: CohortChanges, log: WriteLog, by: User, at: datetime) -> None:
    log.made(make_accounts(people=list(changes.accounts.values()), at=at))
    _edit_people(changes, log, at)
    groups, items = open_groups(cohort=cohort, groups=changes.groups, plans=changes.plans, by=by, at=at)
    log.made(groups)
    log.made(items)
    log.made(enrol_many(cohort=cohort, enrolments=changes.enrolments, by=by, at=at))
    today = cohort.today(at)
    stays, ended, refusals = join_many(stays=changes.stays, on=today, by=by, at=at, reason="import")
    raise_first(refusals)
    log.changed([(stay, {"ended_on": None, "end_reason": ""}) for stay in ended])
    log.made(stays)
    log.changed(edit_enrolments(edits=changes.enrolment_edits, by=by, at=at))
    for corrected in correct_starts(starts=changes.starts, by=by, at=at):
        log.changed(corrected)
    check_starts(changes.starts)
    for mentorship in changes.ended_mentorships:
        log.changed(
            [
                (
                    end_mentorship(mentorship=mentorship, on=today, by=by, at=at, reason="import"),
                    {"ended_on": None},
                )
            ]
        )
    log.made(assign_many(mentorships=changes.mentorships, on=today, by=by, at=at))


def _edit_people(changes: CohortChanges, log: WriteLog, at: datetime) -> None:
    moved = [person.pk for person, fields in changes.people_edits if "email" in fields]
    for ids in batched(moved, _BATCH):
        # Links that were sent to the old address, and what was proved by it.
        Invitation.objects.filter(person__in=ids, accepted_at=None, revoked_at=None).update(revoked_at=at)
        EmailAddress.objects.filter(user__in=ids).delete()
    for batch in batched(changes.people_edits, _BATCH):
        edits = {person.pk: fields for person, fields in batch}
        people = list(User.objects.select_for_update().filter(pk__in=edits))
        before = [{name: getattr(person, name) for name in edits[person.pk]} for person in people]
        for person in people:
            for name, value in edits[person.pk].items():
                setattr(person, name, value)
        User.objects.bulk_update(people, ["name", "email", "time_zone"], batch_size=500)
        log.changed(zip(people, before, strict=True))


def _write_questions(changes: CohortChanges, log: WriteLog, by: User, at: datetime) -> None:
    # Originals first, since duplicates refer to them.
    for is_duplicate in (False, True):
        new = [one for one in changes.questions if (one.question.duplicate_of is not None) is is_duplicate]
        for rows in bring_questions(questions=new, by=by, at=at):
            log.made(rows)
    answers, changed = bring_answers(answers=changes.answers, solved=changes.solved, by=by, at=at)
    log.changed(changed)
    log.made(answers)
    log.made(bring_asks(asks=changes.asks))
