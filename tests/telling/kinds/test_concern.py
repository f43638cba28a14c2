"""Readers of a mail about a concern, and its author of the answer, learn neither from whom nor what."""

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions.course import remove_course_admin
from groups.actions.concerns import answer_concern, tell_concern
from groups.actions.enrolment import join_group
from groups.actions.mentorship import assign_mentor
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import MentorshipFactory
from tests.factories.people import UserFactory
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


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize("deed", ["removed", "mentors", "studies"])
def test_who_stands_in_hears_of_what_waits_once_no_course_admin_may_read_it(cast: Cast, deed: str) -> None:
    olga = UserFactory.create(name="Olga Reis", email="olga@example.com", is_superuser=True, last_login=NOW)
    cast.course.admins.create(person=cast.tomas, added_at=NOW)
    concern = tell_concern(enrolment=cast.enrolment("ana"), wish="mentor", body=SECRET, at=NOW)
    tell_concern(enrolment=cast.enrolment("dalia"), wish="mentor", body=SECRET, at=NOW)
    assert first_names([one for one in deliver() if "private" in one.subject]) == ["ines", "ines", "tomas"]
    # Tomás mentors Juniper: Inês alone reads what Dalia told, and both what Ana did.
    assign_mentor(group=cast.clover, person=cast.tomas, role="co-mentor", on=TODAY, by=cast.ines, at=NOW)
    assert [one for one in deliver() if "private" in one.subject] == []
    if deed == "removed":
        remove_course_admin(course=cast.course, person=cast.ines, by=cast.tomas, at=NOW)
    elif deed == "mentors":
        assign_mentor(group=cast.clover, person=cast.ines, role="co-mentor", on=TODAY, by=cast.tomas, at=NOW)
    else:
        fern = MentorshipFactory.create(group__cohort=cast.cohort, person=cast.ines).group
        join_group(enrolment=cast.enrolment("ana"), group=fern, on=TODAY, by=cast.tomas, at=NOW)
    (told,) = [one for one in deliver() if "private" in one.subject]
    assert (told.to, told.subject) == (["olga@example.com"], "A private message for you")
    client = Client()
    client.force_login(olga)
    assert SECRET in client.get(reverse("groups:concern-detail", args=[concern.key])).text
