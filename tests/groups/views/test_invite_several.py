from django.core import mail
from django.urls import reverse

from courses.models import Cohort
from people.models import Invitation, User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.messages import told
from tests.moving import end_enrolment
from tracker.actions.mailing_invitations import send_waiting_invitations


def url(cast: Cast, name: str = "invite-several") -> str:
    return reverse(f"groups:{name}", args=[cast.cohort.pk])


def test_revoking_and_inviting_all_again_mails_an_address_three_times_an_hour(
    cast: Cast, as_: SignIn
) -> None:
    ana = cast.person("ana")
    for _ in range(4):
        as_("ines").post(url(cast))
        send_waiting_invitations(NOW)
        as_("ines").post(reverse("groups:invitation-revoke", args=["llm", ana.pk]))
    assert sum(message.to == [ana.email] for message in mail.outbox) == 3
    # The fourth is listed with what to do. Nor does another form mail one.
    assert "They got three invitations" in Invitation.objects.filter(person=ana).latest("pk").failure
    spring: Cohort = CohortFactory.create(course=cast.course, title="Spring 2027")
    as_("ines").post(
        reverse("tracker:enrol", args=[spring.pk]), {"email": ana.email, "started_on": "2026-09-16"}
    )
    assert spring.enrolments.count() == 1
    send_waiting_invitations(NOW)
    assert sum(message.to == [ana.email] for message in mail.outbox) == 3


def people(cast: Cast, as_: SignIn, **query: str) -> str:
    page = as_("ines").get(url(cast, "cohort-people"), query).content.decode()
    return " ".join(page.split())


def test_students_and_mentors_are_invited_at_once_by_the_background_process(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.person("ana").pk).update(last_login=NOW)
    end_enrolment(enrolment=cast.enrolment("bruno"), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    User.objects.filter(pk=cast.person("chidi").pk).update(is_active=False)
    # Dalia, Emre, Fátima, and the mentors Marta and Tomás.
    assert ">Invite 5</a>" in people(cast, as_)
    listed = as_("ines").get(url(cast)).context["page"]
    assert [person.get_short_name() for person in listed] == ["Dalia", "Emre", "Fátima", "Marta", "Tomás"]
    assert told(as_("ines").post(url(cast))) == ["5 invitations are being sent."]
    assert mail.outbox == []
    page = people(cast, as_)
    assert ">Invite " not in page
    assert "invitation is being sent" in page
    send_waiting_invitations(NOW)
    assert {message.to[0].partition("@")[0] for message in mail.outbox} == {
        "dalia", "emre", "fatima", "marta", "tomas",
    }  # fmt: skip
    assert told(as_("ines").post(url(cast))) == ["Everyone is invited already."]


def test_what_the_mail_server_refused_is_told_beside_the_person_and_sent_again(
    cast: Cast, as_: SignIn
) -> None:
    as_("ines").post(url(cast))
    refused = Invitation.objects.filter(person__in=[cast.person("ana").pk, cast.person("bruno").pk])
    refused.update(failure="550 No such user")
    send_waiting_invitations(NOW)
    mail.outbox.clear()
    page = people(cast, as_)
    assert page.count("invitation could not be sent: 550 No such user</a>") == 2
    assert ">Invite 2</a>" in page
    assert told(as_("ines").post(url(cast))) == ["2 invitations are being sent."]
    send_waiting_invitations(NOW)
    assert sorted(message.to[0] for message in mail.outbox) == ["ana@example.com", "bruno@example.com"]


def test_people_are_filtered_by_how_they_are_invited(cast: Cast, as_: SignIn) -> None:
    def shown(show: str) -> list[str]:
        answer = as_("ines").get(url(cast, "cohort-people"), {"show": show})
        return [enrolment.person.get_short_name() for enrolment, *_ in answer.context["lines"]]

    as_("ines").post(url(cast))
    User.objects.filter(pk=cast.person("ana").pk).update(last_login=NOW)
    Invitation.objects.filter(person=cast.person("bruno").pk).update(revoked_at=NOW)
    Invitation.objects.filter(person=cast.person("chidi").pk).update(failure="550 No such user")
    assert shown("not-invited") == ["Bruno", "Chidi"]
    assert shown("invited") == ["Dalia", "Emre", "Fátima"]
    assert shown("not-signed-in") == ["Bruno", "Chidi", "Dalia", "Emre", "Fátima"]
