from datetime import date, timedelta

from django.core import mail
from django.test import Client
from django.urls import reverse

from groups.models import Enrolment
from groups.relations import forget_relations
from people.actions.invitations import invite, mailed_link
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory
from tests.mails import html_of
from tests.places import link_of
from tracker.actions.mailing_invitations import send_invitation
from tracker.invited import invited_as


def test_mail_says_as_what_somebody_is_invited(cast: Cast) -> None:
    ana = cast.person("ana")
    # Its students stand above, by name.
    who = "You are in Clover. Marta Pires is your mentor."
    students = "Students: Ana Ruivo, Bruno Sá and Chidi Okafor"
    first = "You start with LLM basics, about 3.5 hours, due Sun 6 September."
    said = f"{who} The course: LLM specialisation, Autumn 2026. {first}"
    invited = invited_as(ana, NOW)
    assert (invited.short, invited.said) == ("Ana, your group is Clover", [said])
    assert [student.name for student in invited.students] == ["Ana Ruivo", "Bruno Sá", "Chidi Okafor"]
    # A newcomer is not expected to have done milestones that were due before the first day.
    Enrolment.objects.filter(person=ana).update(started_on=date(2026, 9, 6))
    assert "You start with Prompt engineering" in invited_as(ana, NOW)[1][0]
    Enrolment.objects.filter(person=ana).update(started_on=date(2026, 8, 31))
    invitation = invite(email=ana.email, name="", by=cast.ines, at=NOW)
    assert invitation is not None
    send_invitation(invitation, at=NOW)
    assert mail.outbox[-1].subject == "Ana, your group is Clover"
    assert f"Hello Ana,\n\n{students}\n\n{said}\n\nSee what comes first:\n" in mail.outbox[-1].body
    assert "Inês Duarte invited you." in mail.outbox[-1].body
    html = html_of(mail.outbox[-1])
    for words in ("Hello Ana", said, ">C</td>", "Chidi Okafor</td>", "Inês Duarte invited you."):
        assert words in " ".join(html.split())
    assert f'href="{mailed_link(invitation)}"' in html
    assert "@example.com" not in mail.outbox[-1].body + html
    # So does the page that it leads to.
    page = Client().get(reverse("tracker:invitation-accept", args=[link_of(invitation)])).text
    assert said in page
    assert "Chidi Okafor" in page
    assert "bruno@example.com" not in page
    yara = UserFactory.create(name="Yara")
    assert invited_as(yara, NOW) == ("", [], ())
    means = CourseFactory.create(title="Means")
    means.admins.create(person=yara)
    soon = CohortFactory.create(course=means, title="Winter 2026", starts_on=TODAY + timedelta(days=30))
    EnrolmentFactory.create(cohort=soon, person=yara, started_on=soon.starts_on)
    group = GroupFactory.create(cohort=soon, name="Aster")
    yuri = EnrolmentFactory.create(cohort=soon, person__name="Yuri", started_on=soon.starts_on)
    MembershipFactory.create(enrolment=yuri, group=group, started_on=soon.starts_on)
    MentorshipFactory.create(group=group, person=yara, role="co-mentor", started_on=soon.starts_on)
    # Nobody is invited to a membership that ended.
    MentorshipFactory.create(
        group=cast.clover, person=yara, started_on=TODAY - timedelta(days=9), ended_on=TODAY
    )
    forget_relations(yara)
    invitation = invite(email=yara.email, name="", by=cast.ines, at=NOW)
    assert invitation is not None
    send_invitation(invitation, at=NOW)
    assert mail.outbox[-1].subject == "Inês Duarte invites you to Trefoil"
    assert (
        "You are a student of Means, Winter 2026. You hear about your group before it begins.\n\n"
        "You are a course admin of Means.\n\n"
        "You are the co-mentor of Aster: Yuri. The course: Means, Winter 2026. You begin on Fri 16 October."
    ) in mail.outbox[-1].body
    # A student of a group without a mentor reads that they will have one.
    aster = "You are in Aster. Your group has no mentor yet. The course: Means, Winter 2026."
    group.mentorships.all().delete()
    assert invited_as(yuri.person, NOW)[1][0].startswith(aster)
    # Nor is what is archived.
    means.archived_at, means.archived_by = NOW, cast.ines
    means.save()
    forget_relations(yara)
    assert invited_as(yara, NOW) == ("", [], ())
