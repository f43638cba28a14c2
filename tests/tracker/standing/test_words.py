"""The words about a student: the worst reason only, and the same on every page."""

from dataclasses import replace

import pytest

from tests.tracker.standing.story import (
    BASICS,
    INDEXATION,
    PROMPTS,
    RAG,
    WITHOUT_HOURS,
    attended,
    by_milestone,
    days,
    mark,
    standing_of,
    student,
)
from tracker.models import StudentSnapshot
from tracker.models.snapshot import reasons_of
from tracker.standing import (
    Attendance,
    AttentionReader,
    StudentFacts,
    Thresholds,
    student_standing,
    words_about,
)

ABSENT = Attendance.ABSENT


def answered() -> StudentFacts:
    facts = student(12)
    return replace(facts, marks=by_milestone(mark(BASICS, "need_help", 12, answered=12)))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (student(12), ("on track", "quiet")),
        (student(13), ("on track", "quiet")),
        (student(14), ("1 behind", "late")),
        (student(22), ("2 behind", "late")),
        (student(22, closed=22), ("on track", "quiet")),
        (student(22, active=1), ("2 behind and silent", "late")),
        (student(21, done=[BASICS], active=1, plan=WITHOUT_HOURS), ("silent", "late")),
        (student(22, asked={RAG: 21}, active=1), ("needs help", "help")),
        (student(14, asked={RAG: 14}, aside=20), ("snoozed", "quiet")),
        (student(12, absences=[days(10, 13)]), ("away until tomorrow", "quiet")),
        (student(22, active=1, absences=[days(21, 22)]), ("away today", "quiet")),
        (student(22, active=1, absences=[days(21, 21)]), ("2 behind and silent", "late")),
        (attended(student(12, absences=[days(12, 12)]), ABSENT, ABSENT), ("away today", "quiet")),
        (student(22, asked={RAG: 21}, absences=[days(21, 22)]), ("needs help", "help")),
        (student(12, aside=20, absences=[days(12, 14), days(15, 18)]), ("away until Friday", "quiet")),
        (student(12, done=[BASICS, PROMPTS, INDEXATION]), ("2 ahead", "quiet")),
        (attended(student(12), ABSENT, ABSENT), ("missed 2 check-ins", "late")),
        (answered(), ("answered", "quiet")),
        (replace(student(12), has_signed_in=False), ("not signed in", "quiet")),
    ],
)
def test_words_are_those_of_the_worst(facts: StudentFacts, words: tuple[str, str]) -> None:
    said = words_about(standing_of(facts), facts)
    assert (said.text, said.tone) == words
    assert said.is_on_track is (said.text == "on track")


@pytest.mark.parametrize(
    ("facts", "about", "to_them"),
    [
        (student(22), "Ana is 2 behind", "You are 2 behind"),
        (student(22, active=1), "Ana is 2 behind and silent", "You are 2 behind and silent"),
        (student(22, asked={RAG: 21}), "Ana needs help", "You asked for help"),
        (answered(), "Ana has an answer", "You have an answer"),
        (attended(student(12), ABSENT, ABSENT), "Ana missed 2 check-ins", "You missed 2 check-ins"),
        (replace(student(12), has_signed_in=False), "Ana has not signed in", "You have not signed in"),
        (student(12), "Ana is on track", "You are on track"),
        (student(14, asked={RAG: 14}, aside=20), "Ana is snoozed", "You are snoozed"),
    ],
)
def test_words_in_a_sentence_about_somebody_and_to_them(
    facts: StudentFacts, about: str, to_them: str
) -> None:
    said = words_about(standing_of(facts), facts)
    assert (said.about("Ana"), said.to_them) == (about, to_them)


def test_words_are_the_same_for_a_course_admin_and_without_attention() -> None:
    asked = student(22, asked={RAG: 22})
    for_admin = words_about(standing_of(asked, reader=AttentionReader.COURSE_ADMIN), asked)
    assert for_admin.text == "needs help"
    # A student reads of no reason for attention, but how far behind they are.
    own = student_standing(asked, Thresholds(), None)
    assert words_about(own, asked).text == "2 behind"


def test_row_of_the_board_says_the_same_and_names_the_milestones() -> None:
    reasons = standing_of(student(22, active=1)).reasons
    row = StudentSnapshot(reasons=reasons_of(reasons))
    assert (row.words.text, row.words.details) == ("2 behind and silent", "LLM basics, Prompt engineering")
