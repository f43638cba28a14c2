"""What course admins make of what is asked: topics with names, known questions, what needs material and was changed."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from demo.deeds import Deed
from demo.stage import Scene
from people.models import User
from questions.actions import publish
from questions.actions.telling import mark_told
from questions.actions.topics.keeping import save as save_topic
from questions.models import MaterialChange, Question, Topic
from trends.actions.changes import record_change
from trends.actions.needs import note_need, own_need, refuse_need, start_need
from trends.actions.topics import pin_topic, refresh_topics


def improving_deeds(
    scene: Scene, content: dict[str, Any], questions: dict[str, dict[str, Any]]
) -> Iterator[Deed]:
    """Everything that `material.toml` says, and which questions are known.

    A topic is named by one of its questions; at the moments of `topics_found` the questions until then are placed.
    """
    for words in content["topics_found"]:
        at = scene.days.moment(words)
        yield Deed(at, partial(refresh_topics, course=scene.stage.course, at=at))
    for key, row in content.get("topics", {}).items():
        yield from _naming(scene, key, row)
    for key, row in content.get("needs", {}).items():
        yield from _needing(scene, key, row)
    for key, row in content.get("changes", {}).items():
        yield from _changing(scene, key, row)
    for key, row in questions.items():
        if "published" in row:
            at, by = _said(scene, row["published"])
            yield Deed(at, partial(_publish, scene, key, by, at))


def _said(scene: Scene, words: str) -> tuple[datetime, User]:
    """Read "w7 tue 10:30 by ines"."""
    when, _, by = words.partition(" by ")
    return scene.days.moment(when), scene.stage.people[by]


def _topic_of(scene: Scene, key: str) -> Topic:
    """The topic in which the question is."""
    return Topic.objects.get(placements__question=scene.stage.questions[key])


def _publish(scene: Scene, key: str, by: User, at: datetime) -> None:
    """Publish it; a content that asks for what cannot be is refused."""
    (_,) = publish(questions=Question.objects.filter(pk=scene.stage.questions[key].pk), by=by, at=at)


def _naming(scene: Scene, key: str, row: dict[str, str]) -> Iterator[Deed]:
    if "name" in row:
        at, by = _said(scene, row["named"])
        yield Deed(at, partial(_name, scene, key, row["name"], by, at))
    if "pinned" in row:
        at, by = _said(scene, row["pinned"])
        yield Deed(at, partial(_pin, scene, key, by, at))


def _name(scene: Scene, key: str, name: str, by: User, at: datetime) -> None:
    topic = _topic_of(scene, key)
    topic.title = name
    topic.touch(by=by, at=at)
    save_topic(topic, by=by, at=at)


def _pin(scene: Scene, key: str, by: User, at: datetime) -> None:
    pin_topic(topic=_topic_of(scene, key), by=by, at=at)


def _needing(scene: Scene, key: str, row: dict[str, Any]) -> Iterator[Deed]:
    """A need is noted, then somebody's; what settles it comes with the change or the reason."""
    at, by = _said(scene, row["noted"])
    yield Deed(at, partial(_note, scene, key, row, by, at))
    if "doing" in row:
        at, by = _said(scene, row["doing"])
        yield Deed(at, partial(_start, scene, key, by, at))
    if "refused" in row:
        at, by = _said(scene, row["refused"])
        yield Deed(at, partial(_refuse, scene, key, row["reason"], by, at))


def _note(scene: Scene, key: str, row: dict[str, Any], by: User, at: datetime) -> None:
    stage = scene.stage
    if "topic" in row:
        thing: Any = _topic_of(scene, row["topic"])
    else:
        thing = stage.material(row["material"], "") if "material" in row else stage.questions[row["question"]]
    need = note_need(course=stage.course, thing=thing, why=row["why"], by=by, at=at).need
    stage.needs[key] = need


def _start(scene: Scene, key: str, by: User, at: datetime) -> None:
    own_need(need=scene.stage.needs[key], owner=by, by=by, at=at)
    start_need(need=scene.stage.needs[key], by=by, at=at)


def _refuse(scene: Scene, key: str, reason: str, by: User, at: datetime) -> None:
    refuse_need(need=scene.stage.needs[key], reason=reason, by=by, at=at)


def _changing(scene: Scene, key: str, row: dict[str, Any]) -> Iterator[Deed]:
    """A change meets the need of the same name."""
    at, by = _said(scene, row["recorded"])
    yield Deed(at, partial(_change, scene, key, row, by, at))
    if "told" in row:
        told_at, teller = _said(scene, row["told"])
        yield Deed(told_at, partial(_tell, scene, key, teller, told_at))


def _change(scene: Scene, key: str, row: dict[str, Any], by: User, at: datetime) -> None:
    stage = scene.stage
    material = stage.material(row["material"], row.get("kind", ""))
    stage.changes[key] = record_change(
        change=MaterialChange(
            course=stage.course,
            what=row["what"].strip(),
            material=material,
            changed_on=scene.cohort.today(at),
        ),
        questions=(),
        topics=[_topic_of(scene, row["topic"])],
        by=by,
        at=at,
        need=stage.needs[key],
    )


def _tell(scene: Scene, key: str, by: User, at: datetime) -> None:
    """Nobody of the demo has mail."""
    mark_told(change=scene.stage.changes[key], by=by, at=at)
