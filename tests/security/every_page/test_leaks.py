"""Words for few are shown to nobody else, on any page, as a whole or as a part: notes, requests, drafts, names.

Each secret is a word that stands nowhere else. All pages of all things are asked as each role, and searched for it,
by a person of each role as parts, too. On the same walks: no script that somebody wrote runs.
"""

import copy
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.db.models import F, Model, TextField, Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse

from courses.actions.archiving import archive
from courses.models import Cohort, Course, CourseLink, CourseSection, Material, Milestone
from groups.actions.enrolment import join_group
from groups.models import Absence, Concern, Group
from lib.texts import hidden_texts
from people.models import User
from questions.models import Answer, Question
from tests.conftest import NOW, Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, MeetingItemFactory, MeetingNoteFactory
from tests.moving import end_enrolment
from tests.places import WEEK
from tests.security.everything import addresses, pages, places, unpacked
from tests.sheets.all_workbooks import all_workbooks
from tracker.models import (
    AgreedStep,
    AttentionPutAside,
    CheckIn,
    CheckInDraft,
    CheckInEntry,
    CodeReview,
    MeetingItem,
    MeetingNote,
)
from trends.actions.needs import note_need

# Thousands of pages that are only searched: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover

BEFORE = datetime(2026, 9, 2, 10, 0, tzinfo=UTC)


def hidden_word(model: type[Model], name: str) -> str:
    """The word that `write_secrets` puts into a text which its model hides from whom it is about."""
    of: Any = getattr(model, "instance_type", model)
    return f"hidden{of._meta.model_name}{name.replace('_', '')}"


HIDDEN = [(model, name) for model in apps.get_models() for name in hidden_texts(model)]
PRIVATE = hidden_word(CheckIn, "private_note")
OF_MENTORS = {hidden_word(*each) for each in HIDDEN} | {"supernova", "voyager", "cassini", "huygens"}
DRAFTS = {"draftmarta", "draftines"}
TOLD_PAST_MENTORS = {"magnetar"}
OF_THE_GROUP = {"eclipse", "perihelion"}


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def write_secrets(cast: Cast) -> list[str]:
    """Put words that are for few into Clover, and a question of Chidi, who hides that he asked it; return all pages."""
    urls = places(cast)
    check_in = CheckIn.objects.get()
    CheckIn.objects.update(
        request_settled_at=NOW,
        request_settled_by=cast.ines,
        summary="perihelion",
        held_on="2026-09-09",
    )
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"))
    for model, name in HIDDEN:
        assert model._default_manager.update(**{name: hidden_word(model, name)})
    Concern.objects.update(body="magnetar")
    chidi = cast.enrolment("chidi")
    MeetingNoteFactory.create(enrolment=chidi, group=cast.clover, note="voyager")
    MeetingItemFactory.create(enrolment=chidi, group=cast.clover, text="cassini")
    ticked = {"state": "done", "closed_at": check_in.changed_at or NOW, "closed_by": cast.marta}
    for fields in ({}, ticked):
        MeetingItemFactory.create(added_by=cast.marta, group=cast.clover, text="huygens", **fields)
    for person, word in ((cast.marta, "draftmarta"), (cast.ines, "draftines")):
        CheckInDraft.objects.create(
            group=cast.clover,
            week_starts_on=date(2026, 9, 7),
            person=person,
            fields={"private_note": [word], "summary": [word]},
            saved_at=NOW,
        )
    eclipse = QuestionFactory.create(
        membership=cast.bruno, visibility="group", title="Why eclipse", asked_at=BEFORE, detail="eclipse"
    )
    note_need(course=cast.course, thing=eclipse, why="supernova", by=cast.marta, at=BEFORE)
    hidden = QuestionFactory.create(
        membership=cast.chidi,
        visibility="cohort",
        title="Why divide zenith",
        is_asker_hidden=True,
        asked_at=BEFORE,
        status="answered",
        first_answered_at=NOW,
    )
    AnswerFactory.create(question=hidden, answered_by=cast.person("chidi"))
    copy = QuestionFactory.create(
        membership=cast.chidi,
        visibility="cohort",
        title="Why share zenith",
        is_asker_hidden=True,
        asked_at=BEFORE,
        duplicate_of=hidden,
        status="duplicate",
    )
    assert copy.search_text
    return [*urls, *addresses()]


SCRIPT = "\"'><script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)>"
MARKDOWN = (
    f"{SCRIPT}\n\n[x](javascript:alert(3)) [y](data:text/html,x) ![z](https://evil.example/z.png)\n\n"
    "<javascript:alert(4)>\n\n[q]: javascript:alert(5)\n[q]"
)
WRITTEN: dict[str, dict[type[Model], list[str]]] = {
    SCRIPT: {
        User: ["name"], Course: ["title"], Cohort: ["title"], Milestone: ["title"], Material: ["title"],
        CourseSection: ["title"], AgreedStep: ["text"], Question: ["title"], MeetingItem: ["text"],
    },
    MARKDOWN: {
        Course: ["summary"], CourseSection: ["body"], CheckIn: ["summary", "private_note", "request"],
        CheckInEntry: ["note"], Question: ["detail"], Answer: ["body"], CodeReview: ["note"], Concern: ["body"],
        MeetingNote: ["note"],
    },
    SCRIPT[:50]: {CourseLink: ["name"], Absence: ["reason"], AttentionPutAside: ["reason"]},
}  # fmt: skip


def write_scripts(cast: Cast) -> None:
    """Put HTML and scripts behind whatever people wrote."""
    for script, models in WRITTEN.items():
        for model, names in models.items():
            longer = {name: Concat(F(name), Value(script), output_field=TextField()) for name in names}
            assert model._default_manager.update(**longer), model
    Group.objects.filter(pk=cast.clover.pk).update(name=f"Clover{SCRIPT}", meeting=SCRIPT)


def running(shown: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Scripts on these pages that run, or would."""
    words = (
        "<script>alert", "<img src=x", 'href="javascript:', 'href="data:', 'src="https://evil', "49&lt;img",
    )  # fmt: skip
    # A calendar is text/calendar with nosniff: nothing in it runs.
    pages = [(url, text) for url, text in shown if not url.endswith(".ics")]
    assert any("&lt;script&gt;alert(1)" in text for _, text in pages)
    return {url: run for url, text in pages if (run := [word for word in words if word in text])}


def asked_by(person: User, cast: Cast, known: list[str], *, as_parts: bool = False) -> list[tuple[str, str]]:
    """All that is shown to this person, and where."""
    urls = list(dict.fromkeys(known))
    urls += [reverse("questions:question-list", query={"q": word}) for word in ("zenith", "why")]
    urls += [
        reverse(
            "tracker:check-in-similar", args=[group.pk, WEEK], query={"line": "q0", "q0-title": "Why divide"}
        )
        for group in (cast.clover, cast.juniper)
    ]
    urls += [
        reverse("questions:question-similar", args=[group.pk], query={"title": f"Why {word}"})
        for group in (cast.clover, cast.juniper)
        for word in ("divide", "eclipse", "zenith")
    ]
    return list(pages(as_person(person), urls, as_parts=as_parts))


def found(
    cast: Cast, known: list[str], person: User, words: set[str], *, as_parts: bool = False
) -> set[tuple[str, str]]:
    """The words that are shown to this person, and where."""
    return among(words, asked_by(person, cast, known, as_parts=as_parts))


def among(words: set[str], shown: list[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(word, url) for url, text in shown for word in words if word in text}


@pytest.fixture(scope="module")
def _secrets_once(_furnished_once: Cast) -> Iterator[list[str]]:
    with transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            urls = write_secrets(copy.deepcopy(_furnished_once))
        yield urls
        transaction.set_rollback(True)


@pytest.fixture
def secrets(_secrets_once: list[str]) -> list[str]:
    return _secrets_once


@pytest.fixture
def cast(secrets: list[str], furnished: Cast) -> Cast:
    return furnished


@pytest.fixture
def former(cast: Cast, secrets: list[str]) -> User:
    """A mentor of Clover until 7 September: the check-in of 9 September was not theirs any more."""
    person: User = UserFactory.create(name="Filipa Faria", email="filipa@example.com")
    MentorshipFactory.create(group=cast.clover, person=person, role="co-mentor", ended_on=date(2026, 9, 7))
    return person


def test_the_scan_finds_what_is_there(cast: Cast, secrets: list[str]) -> None:
    write_scripts(cast)
    words = OF_MENTORS | DRAFTS | OF_THE_GROUP | TOLD_PAST_MENTORS
    shown = asked_by(cast.marta, cast, secrets, as_parts=True)
    assert {word for word, _ in among(words, shown)} == words - {"draftines"} - TOLD_PAST_MENTORS
    assert running(shown) == {}


def test_students_never_see_what_mentors_write_to_each_other(cast: Cast, secrets: list[str]) -> None:
    write_scripts(cast)
    shown = asked_by(cast.person("ana"), cast, secrets, as_parts=True)
    assert among(OF_MENTORS | DRAFTS, shown) == set()
    assert running(shown) == {}


@pytest.mark.parametrize("name", ["dalia", "tomas", "zoe"])
def test_nobody_else_sees_anything_of_the_group(cast: Cast, secrets: list[str], name: str) -> None:
    words = OF_MENTORS | DRAFTS | OF_THE_GROUP | {"Chidi"} | TOLD_PAST_MENTORS
    # As parts by a mentor: what a student is shown so, and one who is refused, is looked at above.
    assert found(cast, secrets, cast.person(name), words, as_parts=name == "tomas") == set()


def test_what_is_told_past_a_mentor_is_on_one_page_alone(cast: Cast, secrets: list[str]) -> None:
    write_scripts(cast)
    concern = reverse("groups:concern-detail", args=[Concern.objects.get().key])
    shown = asked_by(cast.ines, cast, secrets)
    assert among(TOLD_PAST_MENTORS, shown) == {("magnetar", concern)}
    assert running(shown) == {}


def test_a_former_mentor_sees_nothing_of_later_days(cast: Cast, secrets: list[str], former: User) -> None:
    assert found(cast, secrets, former, OF_MENTORS | DRAFTS) == set()


def leave(cast: Cast, name: str) -> User:
    """End the enrolment of a student of Clover, after the check-in of 9 September."""
    on = date(2026, 9, 11)
    end_enrolment(enrolment=cast.enrolment(name), on=on, end_reason="dropped", by=cast.ines, at=NOW)
    return cast.person(name)


def test_who_left_reads_as_their_new_mentor_nothing_that_was_written_about_them(
    cast: Cast, secrets: list[str]
) -> None:
    ana = leave(cast, "ana")
    MentorshipFactory.create(group=cast.clover, person=ana, role="co-mentor", started_on=date(2026, 9, 14))
    shown = {word for word, _ in found(cast, secrets, ana, OF_MENTORS | DRAFTS | OF_THE_GROUP)}
    assert shown == OF_THE_GROUP | {"supernova"}


def test_a_student_reads_as_a_course_admin_nothing_that_was_written_about_them(
    cast: Cast, secrets: list[str]
) -> None:
    ana = cast.person("ana")
    cast.course.admins.create(person=ana)
    shown = {word for word, _ in found(cast, secrets, ana, OF_MENTORS | DRAFTS | OF_THE_GROUP)}
    assert shown == OF_THE_GROUP | {"supernova"}


def test_archiving_shows_a_student_nothing_more_as_a_course_admin(cast: Cast, secrets: list[str]) -> None:
    ana = cast.person("ana")
    cast.course.admins.create(person=ana)
    archive(thing=cast.cohort, by=ana, at=NOW)
    assert PRIVATE in as_person(cast.ines).get(CheckIn.objects.get().get_absolute_url()).text
    # One kind of row after the other is archived; the pages of no cohort are looked at by the test above.
    shown = {word for word, _ in found(cast, [*addresses()], ana, OF_MENTORS | DRAFTS | OF_THE_GROUP)}
    assert shown == OF_THE_GROUP | {"supernova"}


@pytest.mark.parametrize(
    ("is_admin", "is_told", "is_archived"),
    [(False, False, False), (True, False, False), (True, False, True), (True, True, False)],
)
def test_exports_hold_nothing_that_was_written_about_their_reader(
    cast: Cast, secrets: list[str], is_admin: bool, is_told: bool, is_archived: bool
) -> None:
    person = cast.ines if is_told else leave(cast, "ana")
    if not is_told:
        MentorshipFactory.create(
            group=cast.clover, person=person, role="co-mentor", started_on=date(2026, 9, 14)
        )
    if is_admin and not is_told:
        cast.course.admins.create(person=person)
    if is_archived:
        archive(thing=cast.cohort, by=person, at=NOW)
    exported = {hidden_word(model, name) for model in (CheckIn, CheckInEntry) for name in hidden_texts(model)}
    asked = {"private_notes": "on"}
    urls = [reverse("sheets:export-workbook", args=[cast.clover.pk], query=asked)]
    if is_admin:
        urls += [
            reverse("sheets:export-csv", args=[cast.cohort.pk, "check-ins"], query=asked),
            all_workbooks(cast, person, **asked),
        ]
    for url in urls:
        text = unpacked(b"".join(as_person(person).get(url)))
        words = OF_MENTORS & set(re.findall(r"[a-z]+", text))
        assert words == (exported if is_told else set())
        assert "perihelion" in text


def test_what_one_wrote_oneself_stays_readable(cast: Cast, secrets: list[str]) -> None:
    ana = cast.person("ana")
    cast.course.admins.create(person=ana)
    CheckIn.objects.update(logged_by=ana, changed_by=ana)
    url = CheckIn.objects.get().get_absolute_url()
    assert PRIVATE in as_person(ana).get(url).text
    assert as_person(ana).get(f"{url}log/").status_code == 200
    CheckIn.objects.update(changed_by=cast.marta)
    assert PRIVATE not in as_person(ana).get(url).text
    assert as_person(ana).get(f"{url}log/").status_code == 403


def test_a_former_mentor_reads_no_question_of_the_group_asked_after_their_time(cast: Cast) -> None:
    former = MentorshipFactory.create(
        group=cast.clover, role="co-mentor", started_on=date(2026, 8, 31), ended_on=date(2026, 9, 7)
    ).person
    for at in (datetime(2026, 9, 6, 22, 59, tzinfo=UTC), datetime(2026, 9, 6, 23, 0, tzinfo=UTC)):
        QuestionFactory.create(membership=cast.bruno, visibility="group", title=f"{at:%H:%M}", asked_at=at)
    # 23:00 in London's summer is midnight in Lisbon.
    shown = as_person(former).get(reverse("questions:question-list")).text
    assert ("22:59" in shown, "23:00" in shown) == (True, False)


def test_who_dropped_out_reads_what_they_could_read_that_day(cast: Cast, secrets: list[str]) -> None:
    ana = leave(cast, "ana")
    later = QuestionFactory.create(membership=cast.bruno, visibility="group", title="Why later", asked_at=NOW)
    check_in, question = CheckIn.objects.get(), Question.objects.get(title="Why eclipse")
    urls = [
        check_in.get_absolute_url(),
        reverse("tracker:check-in-list", args=[cast.clover.pk]),
        reverse("tracker:group-detail", args=[cast.clover.pk]),
        reverse("tracker:student-detail", args=[cast.ana.enrolment_id]),
    ]
    texts = [as_person(ana).get(url).text for url in urls]
    assert ["perihelion" in text for text in texts] == [True] * 4
    assert [word for word in OF_MENTORS for text in texts if word in text] == []
    assert as_person(ana).get(question.get_absolute_url()).status_code == 200
    assert as_person(ana).get(later.get_absolute_url()).status_code == 403
    assert "Why later" not in texts[2]


@pytest.mark.parametrize("name", ["ana", "former"])
def test_a_hidden_asker_is_named_on_no_page_of_the_question(cast: Cast, former: User, name: str) -> None:
    person = former if name == "former" else cast.person(name)
    urls = [question.get_absolute_url() for question in Question.objects.filter(is_asker_hidden=True)]
    urls += [reverse("questions:question-list", query={"q": "zenith"}), reverse("questions:question-list")]
    shown = dict(pages(as_person(person), urls))
    assert len(shown) == len(urls)
    assert [url for url, text in shown.items() if "Chidi" in text] == []


def test_a_story_names_no_question_of_a_hidden_asker_to_a_former_mentor(cast: Cast, former: User) -> None:
    story = reverse("tracker:student-detail", args=[cast.chidi.enrolment_id])
    assert [text for _, text in pages(as_person(former), [story]) if "zenith" in text] == []
    assert all("zenith" in text for _, text in pages(as_person(cast.marta), [story]))
    assert all("zenith" in text for _, text in pages(as_person(cast.person("chidi")), [story]))


def test_a_story_shows_the_mentor_of_a_new_group_no_question_for_the_old_one(cast: Cast) -> None:
    moving: dict[str, Any] = {"group": cast.juniper, "on": date(2026, 9, 16), "by": cast.ines, "at": NOW}
    cast.dalia.ended_on = date(2026, 9, 16)
    cast.dalia.end_reason = "left"
    cast.dalia.save()
    for name in ("bruno", "chidi"):
        story = reverse("tracker:student-detail", args=[cast.enrolment(name).pk])
        if name == "bruno":
            join_group(enrolment=cast.enrolment(name), **moving)
        else:
            cast.emre.ended_on = date(2026, 9, 16)
            cast.emre.end_reason = "left"
            cast.emre.save()
            join_group(enrolment=cast.enrolment(name), **moving)
        shown = dict(pages(as_person(cast.tomas), [story]))
        assert len(shown) == 1
        assert not any(word in shown[story] for word in ("eclipse", "zenith", PRIVATE))
