"""Mails about a cohort that is closed."""

from datetime import timedelta

import pytest

from courses.actions.archiving import archive
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.questions import QuestionFactory
from tests.mails import deliver
from tests.telling.kinds.happenings import (
    close,
)
from tests.telling.kinds.told import EVERYBODY


@pytest.mark.usefixtures("all_hear_at_once")
def test_closing_tells_each_what_became_of_their_own(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana, title="Closed long ago", status="closed")
    close(cast)
    mails = {mail.to[0].partition("@")[0]: str(mail.body) for mail in deliver()}
    assert all("Thank you all." in body for body in mails.values())
    assert {name for name, body in mails.items() if "You finished the course." in body} == {"ana"}
    assert {name for name, body in mails.items() if "Why the root?" in body} == {"ana"}
    assert {name for name, body in mails.items() if "Which key?" in body} == {"chidi"}
    assert not any("Closed long ago" in body for body in mails.values())
    stay = {name for name, body in mails.items() if "You stay enrolled in it." in body}
    assert stay == {"chidi", "dalia", "emre", "fatima"}


@pytest.mark.usefixtures("all_hear_at_once")
@pytest.mark.parametrize("thing", ["cohort", "course"])
def test_closing_is_told_in_every_time_zone_also_if_it_is_archived_on_the_same_morning(
    cast: Cast, thing: str
) -> None:
    User.objects.filter(name="Ana Ruivo").update(time_zone="America/Los_Angeles")
    close(cast)
    told = {mail.to[0].partition("@")[0] for mail in deliver()}
    archive(thing=getattr(cast, thing), by=cast.ines, at=NOW + timedelta(hours=1))
    late = deliver(NOW + timedelta(hours=8))
    assert told | {mail.to[0].partition("@")[0] for mail in late} == set(EVERYBODY)
    (mail,) = late
    body = str(mail.body)
    assert ("Autumn 2026 is closed", "You finished the course." in body) == (mail.subject, True)
    # Nothing of it can be read any longer.
    assert "Why the root?" in body
    assert [words for words in ("still read", "to read", "/questions/", "/week") if words in body] == []
