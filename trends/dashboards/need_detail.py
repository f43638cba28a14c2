"""One need: its subject, the notes with their reasons, and its state. Three queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from lib.history import HistoryLine, changes_of
from questions.access.needs import NeedAccess
from questions.models import MaterialNeed
from trends.dashboards.need_list import NeedRow, need_row

_KEPT = ("state", "owner", "reason", "change", "why")


@dataclass(frozen=True, slots=True)
class NoteShown:
    """A person's reason. `take_back_url` is empty if the reader may not take it back."""

    why: str
    by: str
    at: datetime
    take_back_url: str = ""


@dataclass(frozen=True, slots=True)
class NeedDetail:
    """A need for one reader. `subject_url` leads to a page of its subject that the reader may see."""

    row: NeedRow
    subject_url: str
    course_title: str
    course_slug: str
    state_since: datetime
    notes: tuple[NoteShown, ...]
    may_take_back: bool
    may_settle: bool
    is_waiting: bool
    is_doing: bool
    history: tuple[HistoryLine, ...]


def need_detail(access: NeedAccess) -> NeedDetail:
    need: Any = access.need
    is_settling = access.is_course_admin
    rows = list(need.notes.select_related("noted_by").order_by("noted_at", "pk"))
    notes = tuple(
        NoteShown(
            why=note.why,
            by=note.noted_by.name,
            at=note.noted_at,
            take_back_url=(
                reverse("trends:need-note-take-back", args=[note.pk])
                if access.may_take_back_note(note)
                else ""
            ),
        )
        for note in rows
    )
    return NeedDetail(
        row=need_row(need),
        subject_url=_subject_url(need),
        course_title=need.course.title,
        course_slug=need.course.slug,
        state_since=need.state_since,
        notes=(NoteShown(need.why, need.noted_by.name, need.noted_at), *notes),
        may_take_back=access.may_take_back and all(note.noted_by_id == access.user.pk for note in rows),
        may_settle=is_settling,
        is_waiting=need.state in (MaterialNeed.State.TO_DO, MaterialNeed.State.DOING),
        is_doing=need.state == MaterialNeed.State.DOING,
        history=_history(need) if is_settling else (),
    )


def _subject_url(need: MaterialNeed) -> str:
    if need.question is not None:
        return (need.question.duplicate_of or need.question).get_absolute_url()
    if need.topic is not None:
        return (need.topic.merged_into or need.topic).get_absolute_url()
    assert need.material is not None  # noqa: S101 -- a constraint allows only these three
    return reverse("groups:milestone-detail", args=[need.material.milestone_id])


def _history(need: MaterialNeed) -> tuple[HistoryLine, ...]:
    records = need.history.select_related("history_user", "owner", "change")
    return tuple(
        HistoryLine(change.at, change.by, field.label, field.before, field.after)
        for change in changes_of(records, _KEPT)
        if change.what == "changed"
        for field in change.fields
    )
