from collections.abc import Callable
from datetime import timedelta

from django.core import mail
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from groups.actions.mailing_invitations import send_waiting_invitations
from people.models import Invitation, User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory
from tests.messages import told
from tests.moving import end_enrolment

SignIn = Callable[[str], Client]


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
    assert "They were sent three invitations" in Invitation.objects.filter(person=ana).latest("pk").failure
    spring: Cohort = CohortFactory.create(course=cast.course, title="Spring 2027")
    as_("ines").post(
        reverse("groups:enrol", args=[spring.pk]), {"email": ana.email, "started_on": "2026-09-16"}
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
    assert "0 of 5 sent, 5 waiting" in page
    assert 'hx-trigger="every 5s"' in page
    send_waiting_invitations(NOW)
    assert {message.to[0].partition("@")[0] for message in mail.outbox} == {
        "dalia", "emre", "fatima", "marta", "tomas",
    }  # fmt: skip
    assert told(as_("ines").post(url(cast))) == ["Everyone is invited already."]


def part(cast: Cast, as_: SignIn) -> str:
    answer = as_("ines").get(url(cast, "invitation-progress"), headers={"HX-Request": "true"})
    return " ".join(answer.content.decode().split())


def test_progress_asks_for_itself_until_all_are_sent(cast: Cast, as_: SignIn) -> None:
    as_("ines").post(url(cast))
    assert "0 of 8 sent, 8 waiting" in part(cast, as_)
    send_waiting_invitations(NOW)
    done = part(cast, as_)
    assert "8 of 8 sent" in done
    assert "hx-trigger" not in done
    # Without JavaScript it is on the page of people.
    assert as_("ines").get(url(cast, "invitation-progress"))["Location"] == url(cast, "cohort-people")


def test_progress_counts_whom_one_invited_within_the_hour_together(cast: Cast, as_: SignIn) -> None:
    as_("ines").post(url(cast))
    send_waiting_invitations(NOW)
    one = Invitation.objects.get(person=cast.person("ana"))
    Invitation.objects.exclude(pk=one.pk).update(queued_at=NOW - timedelta(minutes=59))
    assert "8 of 8 sent" in part(cast, as_)
    Invitation.objects.exclude(pk=one.pk).update(queued_at=NOW - timedelta(hours=1))
    assert "1 of 1 sent" in part(cast, as_)


def test_what_failed_is_listed_and_sent_again(cast: Cast, as_: SignIn) -> None:
    as_("ines").post(url(cast))
    refused = Invitation.objects.filter(person__in=[cast.person("ana").pk, cast.person("bruno").pk])
    refused.update(failure="550 No such user")
    send_waiting_invitations(NOW)
    mail.outbox.clear()
    # Never invited: "Send again" is for those who were.
    Invitation.objects.filter(person=cast.person("chidi").pk).delete()
    page = people(cast, as_)
    assert "5 of 7 sent, 2 failed" in page
    assert "ana@example.com: 550 No such user" in page
    assert told(as_("ines").post(url(cast), {"failed": "1"})) == ["2 invitations are being sent."]
    send_waiting_invitations(NOW)
    assert sorted(message.to[0] for message in mail.outbox) == ["ana@example.com", "bruno@example.com"]


def test_invitations_that_wait_for_long_say_what_to_do(cast: Cast, as_: SignIn) -> None:
    as_("ines").post(url(cast))
    assert "the worker is not running" not in people(cast, as_)
    Invitation.objects.update(queued_at=NOW - timedelta(minutes=16))
    assert "the worker is not running" in people(cast, as_)


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
