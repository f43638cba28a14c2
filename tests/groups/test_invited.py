from datetime import timedelta

from django.core import mail

from groups.actions.mailing_invitations import send_invitation
from groups.invited import invited_as
from groups.relations import forget_relations
from people.actions.invitations import invite
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory, CourseFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MentorshipFactory
from tests.factories.people import UserFactory


def test_mail_says_as_what_somebody_is_invited(cast: Cast) -> None:
    ana = cast.person("ana")
    assert invited_as(ana, NOW) == ["student of LLM specialisation, Autumn 2026, in Clover"]
    invitation = invite(email=ana.email, name="", by=cast.ines, at=NOW)
    assert invitation is not None
    send_invitation(invitation, at=NOW)
    assert (
        "Inês Duarte invites you to Trefoil as student of LLM specialisation, Autumn 2026, in Clover.\n\nIn Trefoil"
        in mail.outbox[-1].body
    )
    yara = UserFactory.create(name="Yara")
    assert invited_as(yara, NOW) == []
    means = CourseFactory.create(title="Means")
    means.admins.create(person=yara)
    soon = CohortFactory.create(course=means, title="Winter 2026", starts_on=TODAY + timedelta(days=30))
    EnrolmentFactory.create(cohort=soon, person=yara, started_on=soon.starts_on)
    group = GroupFactory.create(cohort=soon, name="Aster")
    MentorshipFactory.create(group=group, person=yara, role="co-mentor", started_on=soon.starts_on)
    # What ended is nothing to be invited to.
    MentorshipFactory.create(
        group=cast.clover, person=yara, started_on=TODAY - timedelta(days=9), ended_on=TODAY
    )
    forget_relations(yara)
    invitation = invite(email=yara.email, name="", by=cast.ines, at=NOW)
    assert invitation is not None
    send_invitation(invitation, at=NOW)
    assert (
        "invites you to Trefoil. You are:\n- student of Means, Winter 2026\n- course admin of Means\n"
        "- co-mentor of Aster in Means, Winter 2026\n\nIn Trefoil"
    ) in mail.outbox[-1].body
    # Nor is what is archived.
    means.archived_at, means.archived_by = NOW, cast.ines
    means.save()
    forget_relations(yara)
    assert invited_as(yara, NOW) == []
