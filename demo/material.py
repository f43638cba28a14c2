from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from courses.models import LinkCheck, Material
from demo.events import DemoEvent
from demo.records import DemoRun
from people.models import User
from questions.actions import publish
from questions.actions.telling import mark_told
from questions.actions.topics.keeping import save as save_topic
from questions.models import MaterialChange, Topic
from trends.actions.changes import save_change
from trends.actions.needs import assign_need, note_need, set_state
from trends.actions.topics import pin_topic, refresh_topics


def material_events(
    run: DemoRun, content: dict[str, Any], questions: dict[str, dict[str, Any]]
) -> Iterator[DemoEvent]:
    """Yield the events of `material.toml`, and the publishing of questions.

    The key of a topic is the key of one of its questions. Topics are refreshed at the moments in `topics_found`.
    """
    for when in content["topics_found"]:
        yield run.event(when, _refresh)
    for title, kind, when, found in content.get("dead_links", ()):
        yield run.event(when, _find_dead, run.demo.material(title, kind), found)
    for key, row in content.get("topics", {}).items():
        if "name" in row:
            yield run.event_by(row["named"], _name, key, row["name"])
        if "pinned" in row:
            yield run.event_by(row["pinned"], _pin, key)
    for key, row in content.get("needs", {}).items():
        # A need is noted, then owned or refused; a change with the same key meets it.
        yield run.event_by(row["noted"], _note, key, row)
        if "owned" in row:
            yield run.event_by(row["owned"], _own, key)
        if "refused" in row:
            yield run.event_by(row["refused"], _refuse, key, row["reason"])
    for key, row in content.get("changes", {}).items():
        yield run.event_by(row["recorded"], _change, key, row)
        if "told" in row:
            yield run.event_by(row["told"], _tell, key)
    for key, row in questions.items():
        if "published" in row:
            yield run.event_by(row["published"], _publish, key)


def _refresh(run: DemoRun, at: datetime) -> None:
    refresh_topics(course=run.demo.course, at=at)


def _find_dead(run: DemoRun, material: Material, found: str, at: datetime) -> None:
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


def _topic_of(run: DemoRun, key: str) -> Topic:
    return Topic.objects.get(placements__question=run.demo.questions[key])


def _publish(run: DemoRun, key: str, by: User, at: datetime) -> None:
    publish(question=run.demo.questions[key], by=by, at=at)


def _name(run: DemoRun, key: str, name: str, by: User, at: datetime) -> None:
    topic = _topic_of(run, key)
    topic.title = name
    topic.touch(by=by, at=at)
    save_topic(topic, by=by, at=at)


def _pin(run: DemoRun, key: str, by: User, at: datetime) -> None:
    pin_topic(topic=_topic_of(run, key), by=by, at=at)


def _note(run: DemoRun, key: str, row: dict[str, Any], by: User, at: datetime) -> None:
    demo = run.demo
    if "topic" in row:
        thing: Any = _topic_of(run, row["topic"])
    else:
        thing = demo.material(row["material"], "") if "material" in row else demo.questions[row["question"]]
    need = note_need(course=demo.course, thing=thing, why=row["why"], by=by, at=at).need
    demo.needs[key] = need


def _own(run: DemoRun, key: str, by: User, at: datetime) -> None:
    assign_need(need=run.demo.needs[key], owner=by, by=by, at=at)


def _refuse(run: DemoRun, key: str, reason: str, by: User, at: datetime) -> None:
    set_state(need=run.demo.needs[key], state="wont_change", reason=reason, by=by, at=at)


def _change(run: DemoRun, key: str, row: dict[str, Any], by: User, at: datetime) -> None:
    demo = run.demo
    material = demo.material(row["material"], row.get("kind", ""))
    demo.changes[key] = save_change(
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
