"""One change of the material: what, where, what it answers, and whether it helped. At most thirteen queries."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from lib.history import HistoryLine, changes_of
from questions.access.questions import Reader
from questions.models import MaterialChange
from tracker.models import Progress
from trends.counts.students import left_out_label
from trends.dashboards.change_choices import AnswerChoices, answer_choices
from trends.dashboards.effect_rows import EffectShown, effect_shown
from trends.dashboards.effects import effects_of

_KEPT = ("what", "material", "milestone", "url", "changed_on", "made_by")


@dataclass(frozen=True, slots=True)
class NeedMet:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ChangeDetail:
    id: int
    title: str
    what: str
    milestone: str
    material: str
    material_url: str
    url: str
    changed_on: date
    made_by: str
    recorded_at: datetime
    course_slug: str
    course_title: str
    answers: AnswerChoices
    needs: tuple[NeedMet, ...]
    effect: EffectShown
    # How much progress at the milestone is left out of the effect: nobody knows when it was made.
    left_out: str
    told_at: datetime | None
    told_by: str
    may_take_back: bool
    history: tuple[HistoryLine, ...]


def change_detail(change: MaterialChange, *, reader: Reader) -> ChangeDetail:
    now = reader.relations.now
    answers = answer_choices(
        reader=reader,
        course_id=change.course_id,
        question_ids=list(change.questions.values_list("pk", flat=True)),
        topic_ids=list(change.topics.values_list("pk", flat=True)),
        text="",
    )
    needs = change.needs.select_related("question", "topic__representative", "material").order_by("pk")
    return ChangeDetail(
        id=change.pk,
        title=str(change),
        what=change.what,
        milestone=change.milestone.title if change.milestone else "",
        material=change.material.title if change.material else "",
        material_url=change.material.url if change.material else "",
        url=change.url,
        changed_on=change.changed_on,
        made_by=change.made_by.name,
        recorded_at=change.recorded_at,
        course_slug=change.course.slug,
        course_title=change.course.title,
        answers=answers,
        needs=tuple(
            NeedMet(
                str(need.question or need.topic or need.material),
                reverse("trends:need-detail", args=[need.pk]),
            )
            for need in needs
        ),
        effect=effect_shown(change.pk, effects_of([change], now)[change.pk]),
        left_out=_left_out(change),
        told_at=change.told_at,
        told_by=change.told_by.name if change.told_by else "",
        may_take_back=change.told_at is None,
        history=_history(change),
    )


def _left_out(change: MaterialChange) -> str:
    if change.milestone is None:
        return ""
    of_milestone = Progress.objects.undated().filter(milestone=change.milestone)
    return left_out_label(of_milestone.filter(enrolment__cohort__archived_at=None).count())


def _history(change: MaterialChange) -> tuple[HistoryLine, ...]:
    records = change.history.select_related("history_user", "material", "milestone", "made_by")
    return tuple(
        HistoryLine(line.at, line.by, field.label, field.before, field.after)
        for line in changes_of(records, _KEPT)
        if line.what == "changed"
        for field in line.fields
    )
