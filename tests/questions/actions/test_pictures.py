"""A picture is shown while a text of its question names it, and only there."""

from datetime import timedelta
from io import BytesIO

import pytest

from lib.markdown_pictures import keys_in, picture_named
from lib.refusals import Refused
from people.actions.anonymise import anonymise
from people.models import User
from questions.actions import (
    answer,
    ask,
    ask_again,
    change_answer,
    change_question,
    mark_duplicate,
    remove_answer,
    remove_question,
    restore_answer,
)
from questions.actions.pictures import add_picture
from questions.models import Picture, Question
from questions.search import matching
from tests.conftest import NOW, Cast
from tests.factories.questions import PictureFactory
from tests.pictures import is_red, picture_file, shown
from worker.keeping import remove_what_is_old

HOUR = timedelta(hours=1)


def picture_by(person: User) -> Picture:
    return PictureFactory.create(added_by=person)


def named(*pictures: Picture) -> str:
    return "See " + " and ".join(picture_named(picture.key, "a plot") for picture in pictures)


def asked(cast: Cast, text: str) -> Question:
    return ask(group=cast.clover, by=cast.person("ana"), at=NOW, title="Why?", detail=text)


def used() -> dict[int, int | None]:
    """The pictures that are shown, and of which question each is."""
    return dict(Picture.objects.used().values_list("pk", "question"))


def test_a_picture_is_kept_as_pixels_under_a_name_that_says_nothing(cast: Cast) -> None:
    for _ in range(2):
        add_picture(file=BytesIO(picture_file()), by=cast.person("ana"), at=NOW)
    one, other = Picture.objects.order_by("pk")
    assert (one.width, one.height, one.added_by, one.added_at) == (40, 20, cast.person("ana"), NOW)
    assert is_red(shown(one.content))
    assert keys_in(picture_named(one.key, "")) == [one.key] != [other.key]
    assert used() == {}


def test_twenty_pictures_an_hour_are_the_most(cast: Cast) -> None:
    for _ in range(20):
        with pytest.raises(Refused, match="empty"):
            add_picture(file=BytesIO(), by=cast.person("ana"), at=NOW)
    with pytest.raises(Refused, match=r"You added 20 pictures within an hour.* Try again in 3 minutes"):
        add_picture(file=BytesIO(picture_file()), by=cast.person("ana"), at=NOW)
    add_picture(file=BytesIO(picture_file()), by=cast.person("bruno"), at=NOW)
    add_picture(file=BytesIO(picture_file()), by=cast.person("ana"), at=NOW + HOUR)
    assert Picture.objects.count() == 2


def test_it_is_shown_once_a_text_of_its_author_names_it(cast: Cast) -> None:
    own, others = picture_by(cast.person("ana")), picture_by(cast.person("bruno"))
    question = asked(cast, named(own, others))
    answered, unsent = picture_by(cast.marta), picture_by(cast.marta)
    answer(question=question, by=cast.marta, at=NOW, body=named(answered, others))
    assert used() == {own.pk: question.pk, answered.pk: question.pk}
    assert not {others.pk, unsent.pk} & used().keys()
    # Of one question a picture stays.
    again = asked(cast, named(own))
    assert used()[own.pk] == question.pk
    assert f'<img src="{own.get_absolute_url()}"' in question.html
    assert "<img" not in again.html


def test_each_text_shows_three_at_most(cast: Cast) -> None:
    pictures = [picture_by(cast.person("ana")) for _ in range(4)]
    asked(cast, named(*pictures))
    assert used().keys() == {picture.pk for picture in pictures[:3]}


def test_what_is_named_no_more_is_gone_a_day_later(cast: Cast) -> None:
    first, second, unsent = (picture_by(cast.person("ana")) for _ in range(3))
    question = asked(cast, named(first, second))
    question.detail = named(second)
    # Its editor need not have added it.
    change_question(question=question, by=cast.marta, at=NOW)
    assert used() == {second.pk: question.pk}
    remove_what_is_old(NOW + 24 * HOUR)
    assert Picture.objects.count() == 3
    question.detail = named(first, second)
    change_question(question=question, by=cast.marta, at=NOW + HOUR)
    assert used() == {first.pk: question.pk, second.pk: question.pk}
    remove_what_is_old(NOW + 25 * HOUR)
    assert set(Picture.objects.all()) == {first, second}
    assert unsent not in Picture.objects.all()


def test_an_answer_takes_its_pictures_along_and_brings_them_back(cast: Cast) -> None:
    question = asked(cast, "See below")
    picture, other = picture_by(cast.marta), picture_by(cast.marta)
    given = answer(question=question, by=cast.marta, at=NOW, body=named(picture))
    given.body = named(other)
    change_answer(answer=given, by=cast.marta, at=NOW)
    assert used() == {other.pk: question.pk}
    answer_id = given.pk
    remove_answer(answer=given, by=cast.marta, at=NOW)
    assert used() == {}
    restore_answer(question=question, answer_id=answer_id, by=cast.ines, at=NOW)
    assert used() == {other.pk: question.pk}
    remove_what_is_old(NOW + 25 * HOUR)
    assert list(Picture.objects.all()) == [other]


def test_it_goes_with_its_question(cast: Cast) -> None:
    question = asked(cast, named(picture_by(cast.person("ana"))))
    kept = asked(cast, named(picture_by(cast.person("ana"))))
    remove_question(question=question, by=cast.person("ana"), at=NOW)
    assert list(used().values()) == [kept.pk]
    assert Picture.objects.count() == 1


def test_it_stays_with_its_words_where_its_question_becomes_a_duplicate(cast: Cast) -> None:
    picture = picture_by(cast.person("ana"))
    question, original = asked(cast, named(picture)), asked(cast, "")
    mark_duplicate(question=question, original=original, by=cast.marta, at=NOW)
    question.refresh_from_db()
    assert used() == {picture.pk: question.pk}
    assert f'<img src="{picture.get_absolute_url()}"' in question.html


def test_it_is_kept_with_what_was_typed_where_that_was_asked_before(cast: Cast) -> None:
    picture, original = picture_by(cast.person("ana")), asked(cast, "")
    typed = {"title": "How so?", "detail": named(picture), "visibility": "cohort"}
    again = ask_again(question=original, group=cast.juniper, by=cast.person("dalia"), at=NOW, typed=typed)
    assert used() == {}
    Picture.objects.update(added_by=cast.person("emre"))
    again = ask_again(question=original, group=cast.juniper, by=cast.person("emre"), at=NOW, typed=typed)
    assert again.question.duplicate_of == original
    assert used() == {picture.pk: again.question_id}


def test_it_goes_with_who_added_it_and_their_words_stay(cast: Cast) -> None:
    picture, marta = picture_by(cast.person("ana")), picture_by(cast.marta)
    question = asked(cast, named(picture))
    answer(question=question, by=cast.marta, at=NOW, body=named(marta))
    picture_by(cast.person("ana"))
    anonymise(person=cast.person("ana"), at=NOW)
    assert list(Picture.objects.all()) == [marta]
    question = Question.objects.get(pk=question.pk)
    assert "a plot" in question.html
    assert "<img" not in question.html


def test_a_question_is_found_by_what_its_pictures_show(cast: Cast) -> None:
    picture = picture_by(cast.person("ana"))
    question = asked(cast, picture_named(picture.key, "A terminal [with] a KeyError"))
    assert list(matching(Question.objects.all(), "terminal keyerror")) == [question]
    for word in ("pictures", picture.key[:7]):
        assert not matching(Question.objects.all(), word).exists()
