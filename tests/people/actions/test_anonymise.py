from django.test import Client

from people.actions.anonymise import anonymise
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.questions import QuestionFactory


def test_anonymise_takes_the_person_and_keeps_what_they_did(cast: Cast) -> None:
    question = QuestionFactory.create(membership=cast.bruno, title="Why divide by the square root?")
    User.objects.filter(name="Bruno Sá").update(short_name="Bru")
    browser = Client()
    browser.force_login(cast.person("bruno"))
    anonymise(person=cast.person("bruno"), at=NOW)
    question.refresh_from_db()
    person = question.asked_by
    assert (person.name, person.short_name, person.email, person.is_active) == (
        f"Former person {person.pk}",
        f"Former person {person.pk}",
        f"former-{person.pk}@invalid.example",
        False,
    )
    assert question.title == "Why divide by the square root?"
    answer = browser.get("/account/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
