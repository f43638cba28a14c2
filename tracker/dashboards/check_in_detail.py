"""A logged check-in: all of it for mentors and course admins, the shared part for members."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from groups.models import Enrolment, Mentorship
from lib.history import Change, HistoryLine, changes_of
from lib.texts import hidden_texts
from people.models import User
from questions.access.sight import questions_with_known_group
from questions.models import Ask, Question
from tracker.access.check_ins import CheckInAccess, private_note_readers
from tracker.access.group_weeks import steps_of_week
from tracker.access.meeting_notes import lines_talked_about
from tracker.actions.check_in_undo import save_to_undo
from tracker.dashboards.check_in_sentence import attendance_words, sentence_of
from tracker.forms.check_in_fields import EntryForm
from tracker.forms.check_in_meeting import CheckInForm
from tracker.models import AgreedStep, CheckIn, CheckInEntry


def check_in_detail_page(user: User, readable: CheckInAccess, now: datetime) -> dict[str, Any]:
    """Return the page. A reader who does not see all has no private note, request or history, and only their own row.

    `rows` has a person, their mark, their entry, if there is one, and what they agreed to then and before. `role` is
    that of who logged it, unless it was the mentor.
    """
    check_in, access, sees_all = readable.check_in, readable.access, readable.sees_all
    entries = check_in.entries.with_is_counted().select_related("enrolment__person")
    entries = entries.order_by("enrolment__person__name", "pk")
    agreed = AgreedStep.objects.filter(Q(check_in=check_in) | Q(pk__in=_older_steps(check_in)))
    steps = agreed.select_related("enrolment__person").order_by("enrolment__person__name", "agreed_at", "pk")
    if not sees_all:
        entries = entries.filter(enrolment__person=user).defer(*hidden_texts(CheckInEntry))
        steps = steps.filter(Q(enrolment__person=user) | Q(enrolment=None))
    rows: dict[int, tuple[Enrolment, CheckInEntry | None, list[AgreedStep]]] = {
        entry.enrolment_id: (entry.enrolment, entry, []) for entry in entries
    }
    for step in steps:
        if step.enrolment is not None:
            rows.setdefault(step.enrolment.pk, (step.enrolment, None, []))[2].append(step)
    came = attendance_words(
        (row.person.get_short_name(), entry.attendance) for row, entry, _ in rows.values() if entry
    )
    readers = ""
    if sees_all:
        of_note = private_note_readers(access.group, check_in.week, access.today)
        mentors, admins = (f" ({', '.join(map(str, each))})" if each else "" for each in of_note)
        readers = f"Only {access.group}’s mentors{mentors} and the course admins{admins} can read this."
    marks = access.group.marks(row.person for row, *_ in rows.values())
    is_by_mentor = check_in.logged_as == Mentorship.Role.MENTOR
    return {
        "group": access.group,
        "week": check_in.week,
        "today": access.today,
        "check_in": check_in,
        "role": "" if is_by_mentor else check_in.get_logged_as_display() or "course admin",
        # Members do not read what is said of others.
        "sentence": sentence_of(check_in, came if sees_all else ""),
        "sees_all": sees_all,
        "may_edit": access.may_lead and sees_all,
        "may_undo": access.may_lead and sees_all and save_to_undo(check_in, user, now) is not None,
        "may_settle_request": readable.may_settle_request and not access.group.cohort.is_closed(access.today),
        "readers": readers,
        "lines": lines_talked_about(user, check_in, now) if sees_all else [],
        "rows": [(row, marks[row.person_id], entry, steps) for row, entry, steps in rows.values()],
        "steps_of_all": [step for step in steps if step.enrolment is None],
        "questions": list(_questions(user, check_in, ZoneInfo(access.group.cohort.time_zone), now)),
        "history": _history(check_in) if sees_all else [],
    }


def _older_steps(check_in: CheckIn) -> QuerySet[AgreedStep]:
    """Steps agreed before, that were open when the check-in was held."""
    previous = CheckIn.objects.filter(group=check_in.group, week_starts_on__lt=check_in.week_starts_on)
    steps = steps_of_week(
        check_in.group,
        check_in.week,
        list(check_in.entries.values_list("enrolment", flat=True)),
        previous.newest_first().first(),
    )
    return steps.filter(agreed_at__lte=check_in.logged_at).exclude(check_in=check_in)


def _questions(user: User, check_in: CheckIn, zone: ZoneInfo, now: datetime) -> Iterable[Question]:
    """Questions asked in the group that week that this person may see."""
    start = datetime.combine(check_in.week_starts_on, time.min, tzinfo=zone)
    end = datetime.combine(check_in.week_starts_on + timedelta(days=7), time.min, tzinfo=zone)
    asks = Ask.objects.dated().filter(group=check_in.group_id, asked_at__gte=start, asked_at__lt=end)
    known = questions_with_known_group(user, now).filter(pk__in=asks.values("question"))
    return known.order_by("asked_at", "pk")


def _history(check_in: CheckIn) -> list[HistoryLine]:
    """Changes since it was logged, newest first."""
    lines = list(
        _lines(
            changes_of(
                check_in.history.select_related("history_user", "request_taken_by", "request_settled_by"),
                (*CheckInForm.Meta.fields, "request_taken_by", "request_answer", "request_settled_by"),
            ),
            "Check-in",
        )
    )
    records: dict[int, list[Any]] = {}
    of_entries = CheckInEntry.history.filter(check_in=check_in.pk)
    for record in of_entries.select_related("history_user", "enrolment__person"):
        records.setdefault(record.id, []).append(record)
    for each in records.values():
        name = str(each[0].enrolment.person)
        lines += _lines(changes_of(each, EntryForm.Meta.fields), name, since=check_in.logged_at)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _lines(changes: Iterable[Change], thing: str, since: datetime | None = None) -> Iterator[HistoryLine]:
    """One line for each changed field. Entries created together with the check-in are left out."""
    for change in changes:
        if change.what == "changed":
            for field in change.fields:
                yield HistoryLine(
                    at=change.at,
                    by=change.by,
                    field=f"{thing}: {field.label}",
                    before=field.before,
                    after=field.after,
                )
        elif change.what == "deleted":
            yield HistoryLine(at=change.at, by=change.by, field=thing, before="there", after="removed")
        elif since is None or change.at > since:
            yield HistoryLine(at=change.at, by=change.by, field=thing, before="—", after="logged")
