from people.forgetting import passages_about
from people.models import User
from tests.conftest import Cast
from tests.factories.tracker import CheckInFactory


def test_what_names_somebody_as_they_are_called_is_offered_for_removal(cast: Cast) -> None:
    person = cast.person("bruno")
    User.objects.filter(pk=person.pk).update(short_name="Bru")
    person.refresh_from_db()
    texts = ["Bru was ill.", "bruno paired with Ana.", "Brunch on Friday."]
    for n, text in enumerate(texts):
        CheckInFactory.create(group=cast.clover, week_starts_on=f"2026-08-{3 + 7 * n:02}", private_note=text)
    assert {passage.text for passage in passages_about(person)} == set(texts[:2])
