"""Who hears of a concern, and its author of the answer, learns neither from whom nor what."""

import pytest

from groups.actions.concerns import answer_concern, tell_concern
from tests.conftest import NOW, Cast
from tests.mails import deliver, first_names

SECRET = "quasar"


@pytest.mark.usefixtures("all_have_signed_in")
def test_mails_say_neither_who_nor_what(cast: Cast) -> None:
    concern = tell_concern(enrolment=cast.enrolment("ana"), wish="mentor", body=SECRET, at=NOW)
    (first,) = deliver()
    answer_concern(concern=concern, body=SECRET, by=cast.ines, at=NOW)
    (second,) = deliver()
    assert [first_names([one]) for one in (first, second)] == [["ines"], ["ana"]]
    written = "".join(str(one.message()) + one.subject for one in (first, second))
    assert not {word for word in (SECRET, "Ana", "Ruivo", "Clover", "LLM", "mentor") if word in written}
