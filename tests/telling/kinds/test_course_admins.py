"""Each course admin hears who becomes one, or is one no longer."""

import pytest

from courses.actions.course import add_course_admin, remove_course_admin
from tests.conftest import NOW, Cast
from tests.mails import deliver, first_names

pytestmark = pytest.mark.usefixtures("all_have_signed_in")


def test_who_becomes_one_and_who_is_one_no_longer(cast: Cast) -> None:
    cast.course.admins.create(person=cast.zoe)
    add_course_admin(course=cast.course, person=cast.marta, by=cast.ines, at=NOW)
    sent = deliver()
    assert first_names(sent) == ["marta", "zoe"]
    assert {mail.subject.partition(" a course admin")[0] for mail in sent} == {
        "You are now",
        "Marta Pires is now",
    }
    remove_course_admin(course=cast.course, person=cast.marta, by=cast.zoe, at=NOW)
    sent = deliver()
    assert first_names(sent) == ["ines", "marta"]
    assert {mail.subject.partition(" a course admin")[0] for mail in sent} == {
        "You are no longer",
        "Marta Pires is no longer",
    }
