"""The readers of figures: a course's admins all of it, mentors what their own groups asked."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from people.models import User
from questions.models import Question
from tests.conftest import NOW, Cast
from tests.factories.groups import GroupFactory, MentorshipFactory
from tests.factories.questions import AskFactory, QuestionFactory
from trends.access.topics import asks_to_count
from trends.access.trends import trends_access


def test_course_admin_sees_all_of_the_course(cast: Cast) -> None:
    access = trends_access(cast.ines, "llm", NOW)
    assert (access.course, access.group_ids, access.cohort_ids) == (cast.course, None, None)


def test_mentor_sees_the_groups_that_they_mentor_or_did(cast: Cast) -> None:
    willow, later = (GroupFactory.create(cohort=cast.cohort, name=name) for name in ("Willow", "Later"))
    MentorshipFactory.create(
        group=willow, person=cast.marta, started_on=date(2026, 8, 1), ended_on=date(2026, 9, 1)
    )
    MentorshipFactory.create(group=later, person=cast.marta, started_on=date(2026, 9, 17))
    access = trends_access(cast.marta, "llm", NOW)
    assert access.group_ids == {cast.clover.pk, willow.pk}
    assert access.group_names == ("Clover", "Willow")
    assert access.cohort_ids == {cast.cohort.pk}


@pytest.mark.parametrize(("who", "answer"), [("ana", PermissionDenied), ("zoe", Http404)])
def test_others_do_not(cast: Cast, who: str, answer: type[Exception]) -> None:
    with pytest.raises(answer):
        trends_access(cast.person(who), "llm", NOW)


def test_no_course_is_404(cast: Cast) -> None:
    with pytest.raises(Http404):
        trends_access(cast.ines, "nonsense", NOW)


def test_who_left_a_group_counts_nothing_that_it_keeps_to_itself_since(cast: Cast) -> None:
    cast.clover.mentorships.update(ended_on=date(2026, 9, 16))
    before, since = (
        QuestionFactory.create(membership=cast.ana, visibility="group", asked_at=NOW - timedelta(days=days))
        for days in (2, 0)
    )
    of_all = QuestionFactory.create(membership=cast.ana)
    access = trends_access(cast.marta, "llm", NOW)
    asked = {ask.question for ask in asks_to_count(access)}
    known = set(Question.objects.filter(access.questions_known()))
    assert asked == known == {before, of_all}
    assert since not in known


def test_who_left_a_group_counts_no_hidden_asker_of_it(cast: Cast) -> None:
    """Of three people one asked it: only who mentors them today knows who, or that it was one of them."""
    hidden = QuestionFactory.create(membership=cast.ana, is_asker_hidden=True, visibility="course")
    open_one = QuestionFactory.create(membership=cast.bruno)
    for_group = QuestionFactory.create(
        membership=cast.ana, is_asker_hidden=True, visibility="group", asked_at=NOW - timedelta(days=1)
    )
    # Somebody of Juniper asked it too: that is no secret.
    again = AskFactory.create(question=hidden, group=cast.juniper, logged_by=cast.tomas)
    firsts = {question: question.asks.get(group=cast.clover) for question in (hidden, open_one, for_group)}

    def counted(who: str) -> set[object]:
        # Their relations are read anew.
        person = User.objects.get(pk=cast.person(who).pk)
        return set(asks_to_count(trends_access(person, "llm", NOW)))

    assert counted("marta") == set(firsts.values())
    cast.clover.mentorships.update(ended_on=date(2026, 9, 16))
    assert counted("marta") == {firsts[open_one], firsts[for_group]}
    cast.juniper.mentorships.update(ended_on=date(2026, 9, 16))
    assert counted("tomas") == {again}
