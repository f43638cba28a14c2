from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from courses.models import LinkCheck, Material
from demo.events import DemoEvent
from demo.records import DemoRun
from people.models import User
from questions.actions import publish
from questions.actions.telling import mark_told
from questions.actions.topics.keeping import save as save_topic
from questions.models import MaterialChange, Question, Topic
from trends.actions.changes import record_change
from trends.actions.needs import note_need, own_need, refuse_need, start_need
from trends.actions.topics import pin_topic, refresh_topics


def material_events(
    run: DemoRun, content: dict[str, Any], questions: dict[str, dict[str, Any]]
) -> Iterator[DemoEvent]:
    """Yield the events of `material.toml`, and the publishing of questions.

    The key of a topic is the key of one of its questions. Topics are refreshed at the moments in `topics_found`.
    """
    for when in content["topics_found"]:
        at = run.days.moment(when)
        yield DemoEvent(at, partial(refresh_topics, course=run.demo.course, at=at))
    for title, kind, when, found in content.get("dead_links", ()):
        at = run.days.moment(when)
        yield DemoEvent(at, partial(_find_dead, run.demo.material(title, kind), found, at))
    for key, row in content.get("topics", {}).items():
        yield from _naming(run, key, row)
    for key, row in content.get("needs", {}).items():
        yield from _needing(run, key, row)
    for key, row in content.get("changes", {}).items():
        yield from _changing(run, key, row)
    for key, row in questions.items():
        if "published" in row:
            at, by = _when_and_who(run, row["published"])
            yield DemoEvent(at, partial(_publish, run, key, by, at))


def _find_dead(material: Material, found: str, at: datetime) -> None:
    """As at a look and another one the day after."""
    again = at + timedelta(days=1)
    LinkCheck.objects.create(
        material=material,
        address=material.url,
        check_at=again + timedelta(days=7),
        checked_at=again,
        gone_since=at,
        is_dead=True,
        found=found,
    )


def _when_and_who(run: DemoRun, text: str) -> tuple[datetime, User]:
    """Read "w7 tue 10:30 by ines"."""
    when, _, by = text.partition(" by ")
    return run.days.moment(when), run.demo.people[by]


def _topic_of(run: DemoRun, key: str) -> Topic:
    return Topic.objects.get(placements__question=run.demo.questions[key])


def _publish(run: DemoRun, key: str, by: User, at: datetime) -> None:
    (_,) = publish(questions=Question.objects.filter(pk=run.demo.questions[key].pk), by=by, at=at)


def _naming(run: DemoRun, key: str, row: dict[str, str]) -> Iterator[DemoEvent]:
    if "name" in row:
        at, by = _when_and_who(run, row["named"])
        yield DemoEvent(at, partial(_name, run, key, row["name"], by, at))
    if "pinned" in row:
        at, by = _when_and_who(run, row["pinned"])
        yield DemoEvent(at, partial(_pin, run, key, by, at))


def _name(run: DemoRun, key: str, name: str, by: User, at: datetime) -> None:
    topic = _topic_of(run, key)
    topic.title = name
    topic.touch(by=by, at=at)
    save_topic(topic, by=by, at=at)


def _pin(run: DemoRun, key: str, by: User, at: datetime) -> None:
    pin_topic(topic=_topic_of(run, key), by=by, at=at)


def _needing(run: DemoRun, key: str, row: dict[str, Any]) -> Iterator[DemoEvent]:
    """A need is noted, then started or refused. `_changing` settles the needs that were met."""
    at, by = _when_and_who(run, row["noted"])
    yield DemoEvent(at, partial(_note, run, key, row, by, at))
    if "doing" in row:
        at, by = _when_and_who(run, row["doing"])
        yield DemoEvent(at, partial(_start, run, key, by, at))
    if "refused" in row:
        at, by = _when_and_who(run, row["refused"])
        yield DemoEvent(at, partial(_refuse, run, key, row["reason"], by, at))


def _note(run: DemoRun, key: str, row: dict[str, Any], by: User, at: datetime) -> None:
    demo = run.demo
    if "topic" in row:
        thing: Any = _topic_of(run, row["topic"])
    else:
        thing = demo.material(row["material"], "") if "material" in row else demo.questions[row["question"]]
    need = note_need(course=demo.course, thing=thing, why=row["why"], by=by, at=at).need
    demo.needs[key] = need


def _start(run: DemoRun, key: str, by: User, at: datetime) -> None:
    own_need(need=run.demo.needs[key], owner=by, by=by, at=at)
    start_need(need=run.demo.needs[key], by=by, at=at)


def _refuse(run: DemoRun, key: str, reason: str, by: User, at: datetime) -> None:
    refuse_need(need=run.demo.needs[key], reason=reason, by=by, at=at)


def _changing(run: DemoRun, key: str, row: dict[str, Any]) -> Iterator[DemoEvent]:
    """A change meets the need with the same key."""
    at, by = _when_and_who(run, row["recorded"])
    yield DemoEvent(at, partial(_change, run, key, row, by, at))
    if "told" in row:
        told_at, teller = _when_and_who(run, row["told"])
        yield DemoEvent(told_at, partial(_tell, run, key, teller, told_at))


def _change(run: DemoRun, key: str, row: dict[str, Any], by: User, at: datetime) -> None:
    demo = run.demo
    material = demo.material(row["material"], row.get("kind", ""))
    demo.changes[key] = record_change(
        change=MaterialChange(
            course=demo.course,
            what=row["what"].strip(),
            material=material,
            changed_on=run.cohort.today(at),
        ),
        questions=(),
        topics=[_topic_of(run, row["topic"])],
        by=by,
        at=at,
        need=demo.needs[key],
    )


def _tell(run: DemoRun, key: str, by: User, at: datetime) -> None:
    """Mark the askers as notified without sending mail: the addresses of the demo do not exist."""
    mark_told(change=run.demo.changes[key], by=by, at=at)
