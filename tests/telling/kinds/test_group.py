"""A late member: they, the group's mentors and its students hear of it, and from when it counts."""

import re
from datetime import timedelta

import pytest
from django.db import transaction

from groups.models import Enrolment, Group, Membership
from people.models import MailChoice, User
from people.outbox import tell
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.mails import deliver, html_of
from tests.moving import end_enrolment, leave_group, move_student
from tests.telling.kinds.happenings import cover


def test_group_is_told_who_joins_it_and_what_counts_for_them(cast: Cast) -> None:
    User.objects.update(last_login=NOW)
    MailChoice.objects.create(person=cast.marta, kind="group", soon="at_once")
    day = TODAY - timedelta(days=1)
    Enrolment.objects.filter(pk=cast.chidi.enrolment_id).update(started_on=day)
    Membership.objects.filter(pk=cast.chidi.pk).update(started_on=day)
    with transaction.atomic():
        tell("student_moved", by=cast.ines, at=NOW, membership=cast.chidi.pk)
    mails = {mail.to[0]: mail for mail in deliver()}
    assert {address: mail.subject for address, mail in mails.items()} == {
        cast.person("chidi").email: "You are in Clover now",
        cast.person("ana").email: "Chidi joins Clover",
        cast.person("bruno").email: "Chidi joins Clover",
        cast.marta.email: "Chidi joins Clover",
    }
    for name, who in (("chidi", "You start"), ("ana", "Chidi starts"), ("marta", "Chidi starts")):
        address = cast.marta.email if name == "marta" else cast.person(name).email
        said = " ".join(str(mails[address].body).split())
        assert f"{who} with Indexation, due Sun 20 September. Nothing earlier is expected." in said


@pytest.mark.usefixtures("all_have_signed_in")
@pytest.mark.parametrize("days", [0, 3])
def test_mentor_hears_once_that_a_student_left_also_if_they_join_another_group_later(
    cast: Cast, days: int
) -> None:
    MailChoice.objects.create(person=cast.marta, kind="group", soon="at_once")
    chidi = cast.enrolment("chidi")
    leave_group(enrolment=chidi, on=TODAY - timedelta(days=days), by=cast.ines, at=NOW)
    move_student(enrolment=chidi, group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    mails = [mail for mail in deliver() if mail.to == [cast.marta.email]]
    assert [mail.subject for mail in mails] == ["Chidi left Clover"]


@pytest.mark.usefixtures("all_have_signed_in")
def test_who_is_in_a_group_again_is_not_told_that_they_left_one(cast: Cast) -> None:
    chidi = cast.enrolment("chidi")
    leave_group(enrolment=chidi, on=TODAY - timedelta(days=1), by=cast.ines, at=NOW)
    move_student(enrolment=chidi, group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    mails = [mail.subject for mail in deliver() if mail.to == [chidi.person.email]]
    assert mails == ["You are in Juniper now"]


@pytest.mark.usefixtures("all_have_signed_in")
def test_who_leaves_the_cohort_is_thanked(cast: Cast, as_: SignIn) -> None:
    chidi = cast.enrolment("chidi")
    for milestone in cast.milestones[:2]:
        ProgressFactory.create(enrolment=chidi, milestone=milestone)
    for name in ("ana", "bruno"):
        question = QuestionFactory.create(membership=getattr(cast, name))
        AnswerFactory.create(question=question, answered_by=chidi.person, helped_at=NOW)
    end_enrolment(enrolment=chidi, on=NOW.date(), end_reason="dropped", by=cast.ines, at=NOW)
    (mail,) = [one for one in deliver() if one.to == [chidi.person.email]]
    assert mail.subject == "Thank you, Chidi"
    body = " ".join(str(mail.body).split())
    assert "Yesterday was your last day in Clover." in body
    assert "You finished LLM basics and Prompt engineering, and helped others with 2 of your answers." in body
    assert body.count("answer this e-mail.") == 1
    assert body.index("Read the course:") < body.index("All the best, Inês")
    # Where it leads is still open to them.
    assert as_("chidi").get(cast.course.get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("all_have_signed_in")
def test_who_comes_to_a_group_as_it_begins_is_told_only_that(cast: Cast) -> None:
    tell("group_formed", by=cast.ines, at=NOW, group=cast.clover.pk)
    cover(cast)
    move_student(enrolment=cast.enrolment("emre"), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    mails = [(mail.to[0], mail.subject, mail.body) for mail in deliver()]
    new = {cast.tomas.email, cast.person("emre").email}
    assert sorted(subject for to, subject, _ in mails if to in new and subject.startswith("You are")) == [
        "You are Clover’s stand-in", "You are in Clover now",
    ]  # fmt: skip
    # The others read who came in the mail about that.
    of_ana = [subject for to, subject, body in mails if to == cast.person("ana").email and "Emre" in body]
    assert of_ana == ["Emre joins Clover"]


def test_people_stand_in_a_mail_with_their_marks_and_no_picture_is_loaded(cast: Cast) -> None:
    User.objects.update(last_login=NOW)
    Group.objects.filter(pk=cast.clover.pk).update(hue=3)
    User.objects.filter(pk=cast.person("bruno").pk).update(short_name="Aki")
    with transaction.atomic():
        tell("group_formed", by=cast.ines, at=NOW, group=cast.clover.pk)
    (mail,) = [each for each in deliver() if each.to == [cast.person("ana").email]]
    html = html_of(mail)
    cells = re.findall(r'<td class="mark([^"]*)"[^>]* background-color:(#\w+);[^>]*>(\w+)</td>', html)
    # Ana and Aki are told apart, though Ana, who reads it, is not in the list.
    assert cells == [(" hue-3", "#8c3f70", "Ak"), (" hue-3", "#8c3f70", "C")]
    assert "<img" not in html
    assert "\n\nBruno Sá and Chidi Okafor\n\n" in mail.body
