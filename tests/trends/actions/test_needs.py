from datetime import timedelta
from typing import Any

import pytest

from courses.models import Material
from lib.refusals import Refused
from questions.models import MaterialChange, MaterialNeed, NeedNote, Question, Topic
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from trends.actions.changes import save_change
from trends.actions.needs import assign_need, note_need, remove_need, set_state

LATER = NOW + timedelta(days=1)


@pytest.fixture
def question(cast: Cast) -> Question:
    return QuestionFactory.create(membership=cast.ana)


def change(cast: Cast, **fields: Any) -> MaterialChange:
    own = {"what": "A drawing", "changed_on": NOW.date(), "made_by": cast.ines, "recorded_at": NOW}
    return MaterialChange.objects.create(**{"course": cast.course, **own, **fields})


def stands(need: MaterialNeed) -> tuple[str, str, MaterialChange | None]:
    need = MaterialNeed.objects.get(pk=need.pk)
    return need.state, need.reason, need.change


def credited(need: MaterialNeed) -> tuple[object, object, object]:
    record = need.history.latest()
    return record.history_user, record.history_date, record.state


def test_note_need_waits_with_its_reason(cast: Cast, question: Question, need: MaterialNeed) -> None:
    assert (need.question, need.topic, need.material) == (question, None, None)
    assert (need.why, need.noted_by, need.noted_at) == ("No drawing", cast.marta, NOW)
    assert stands(need) == ("to_do", "", None)
    assert credited(need) == (cast.marta, NOW, "to_do")


def test_note_need_is_of_a_topic_or_a_material_too(cast: Cast) -> None:
    topic = Topic.objects.create(course=cast.course, title="Roots", found_at=NOW)
    material = MaterialFactory.create(milestone=cast.milestones[0])
    for thing, name in ((topic, "topic"), (material, "material")):
        noted = note_need(course=cast.course, thing=thing, why="  Too short ", by=cast.ines, at=NOW)
        assert getattr(noted.need, name) == thing
        assert (noted.need.why, noted.note) == ("Too short", None)


def test_second_note_joins_the_first_while_it_is_open(
    cast: Cast, question: Question, need: MaterialNeed
) -> None:
    noted = note_need(course=cast.course, thing=question, why="Mine too", by=cast.ines, at=LATER)
    assert noted.need == need
    assert [(note.why, note.noted_by, note.noted_at) for note in need.notes.all()] == [
        ("Mine too", cast.ines, LATER)
    ]
    assert noted.note == need.notes.get()
    assert MaterialNeed.objects.count() == 1


def test_what_was_settled_may_be_noted_anew(cast: Cast, question: Question, need: MaterialNeed) -> None:
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    again = note_need(course=cast.course, thing=question, why="Still asked", by=cast.marta, at=LATER)
    assert again.note is None
    assert set(MaterialNeed.objects.open()) == {again.need}


def test_note_need_wants_a_word_why_and_an_original(cast: Cast, question: Question) -> None:
    with pytest.raises(Refused, match="Say in one line why"):
        note_need(course=cast.course, thing=question, why=" ", by=cast.marta, at=NOW)
    twin = QuestionFactory.create(membership=cast.ana, duplicate_of=question, status="duplicate")
    with pytest.raises(Refused, match="is a duplicate"):
        note_need(course=cast.course, thing=twin, why="No drawing", by=cast.marta, at=NOW)
    assert not MaterialNeed.objects.exists()


def test_remove_need_deletes_it_and_keeps_its_history(cast: Cast, need: MaterialNeed) -> None:
    pk = need.pk
    remove_need(need=need, by=cast.marta, at=LATER)
    assert not MaterialNeed.objects.exists()
    gone = MaterialNeed.history.filter(id=pk).latest()
    assert (gone.history_type, gone.history_user, gone.history_date) == ("-", cast.marta, LATER)
    with pytest.raises(Refused, match="Someone removed this from the list"):
        set_state(need=MaterialNeed(pk=pk), state="to_do", by=cast.ines, at=LATER)


def test_remove_need_stays_once_something_was_done(cast: Cast, need: MaterialNeed) -> None:
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="It is settled"):
        remove_need(need=need, by=cast.marta, at=NOW)
    assert MaterialNeed.objects.exists()


def test_remove_need_stays_where_somebody_else_noted_it(
    cast: Cast, question: Question, need: MaterialNeed
) -> None:
    noted = note_need(course=cast.course, thing=question, why="Mine too", by=cast.ines, at=LATER)
    with pytest.raises(Refused, match="Someone else also asked"):
        remove_need(need=need, by=cast.marta, at=NOW)
    assert noted.note is not None
    noted.note.delete()
    assert not NeedNote.objects.exists()
    note_need(course=cast.course, thing=question, why="One more word", by=cast.marta, at=LATER)
    remove_need(need=need, by=cast.marta, at=NOW)
    assert not MaterialNeed.objects.exists()


def test_need_goes_through_its_states(cast: Cast, need: MaterialNeed) -> None:
    set_state(need=need, state="wont_change", reason=" Too special ", by=cast.ines, at=LATER)
    assert stands(need) == ("wont_change", "Too special", None)
    assert credited(need) == (cast.ines, LATER, "wont_change")
    set_state(need=need, state="to_do", by=cast.ines, at=LATER)
    assert stands(need) == ("to_do", "", None)
    met = change(cast)
    set_state(need=need, state="changed", change=met, by=cast.ines, at=LATER)
    assert stands(need) == ("changed", "", met)
    set_state(need=need, state="to_do", by=cast.ines, at=LATER)
    assert stands(need) == ("to_do", "", None)
    assert MaterialNeed.objects.get().version == 5


def test_state_since_is_the_moment_of_the_state(cast: Cast, need: MaterialNeed) -> None:
    refused = {"need": need, "state": "wont_change", "reason": "Too special", "by": cast.ines}
    assert set_state(**refused, at=LATER).state_since == LATER
    assert set_state(**refused, at=LATER + timedelta(days=1)).state_since == LATER


def test_refusing_a_need_wants_a_reason(cast: Cast, need: MaterialNeed) -> None:
    with pytest.raises(Refused, match="Say why"):
        set_state(need=need, state="wont_change", reason="  ", by=cast.ines, at=NOW)
    assert stands(need) == ("to_do", "", None)


def test_putting_a_need_back_makes_way_for_a_newer_one(
    cast: Cast, question: Question, need: MaterialNeed
) -> None:
    set_state(need=need, state="wont_change", reason="Too special", by=cast.ines, at=NOW)
    note_need(course=cast.course, thing=question, why="Still asked", by=cast.marta, at=LATER)
    with pytest.raises(Refused, match="added again"):
        set_state(need=need, state="to_do", by=cast.ines, at=LATER)
    assert stands(need) == ("wont_change", "Too special", None)


def test_meeting_a_need_takes_no_change_of_another_course(cast: Cast, need: MaterialNeed) -> None:
    foreign = change(cast, course=cast.zoe.course_adminships.get().course)
    with pytest.raises(Refused, match="another course"):
        set_state(need=need, state="changed", change=foreign, by=cast.ines, at=NOW)


def test_assigning_a_need_is_for_course_admins(cast: Cast, need: MaterialNeed) -> None:
    assert assign_need(need=need, owner=cast.ines, by=cast.ines, at=NOW).owner == cast.ines
    with pytest.raises(Refused, match="not a course admin"):
        assign_need(need=need, owner=cast.marta, by=cast.ines, at=NOW)
    assert assign_need(need=need, owner=None, by=cast.ines, at=NOW).owner is None


def test_needs_of_three_things_do_not_stand_in_each_others_way(cast: Cast) -> None:
    first, second = (Material.objects.create(milestone=cast.milestones[0], title=t) for t in ("A", "B"))
    for thing in (first, second):
        assert note_need(course=cast.course, thing=thing, why="Short", by=cast.ines, at=NOW).note is None
    assert MaterialNeed.objects.open().count() == 2
    third = MaterialNeed.objects.get(material=first)
    save_change(
        change=MaterialChange(course=cast.course, what="Longer", changed_on=NOW.date()),
        questions=[],
        topics=[],
        by=UserFactory.create(),
        at=NOW,
        need=third,
    )
    assert {need.material for need in MaterialNeed.objects.open()} == {second}
