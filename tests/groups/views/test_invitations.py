import pytest
from django.test import Client
from django.urls import reverse

from groups.views import invitations
from people.actions.invitations import copied_link, invite
from people.models import User
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import EnrolmentFactory
from tests.factories.people import UserFactory
from tests.mails import deliver
from tests.messages import told


def url(cast: Cast, name: str = "invitation-detail", person: str = "ana") -> str:
    return reverse(f"groups:{name}", args=["llm", cast.person(person).pk])


@pytest.fixture
def link(cast: Cast) -> str:
    invitation = invite(email="ana@example.com", name="", by=cast.ines, at=NOW)
    assert invitation is not None
    return copied_link(invitation)


def test_invitation_detail_has_the_link_to_copy(cast: Cast, as_: SignIn, link: str) -> None:
    page = as_("ines").get(url(cast)).content.decode()
    assert f'id="link" readonly value="{link}"' in page
    assert 'data-copy-from="#link"' in page
    assert "until 30 September 2026" in " ".join(page.split())


def test_invitation_detail_hides_the_link_of_who_is_in_another_course_too(
    cast: Cast, as_: SignIn, link: str
) -> None:
    """The link makes its bearer the person: a course admin must not come into another course by it."""
    EnrolmentFactory.create(person=cast.person("ana"))
    page = as_("ines").get(url(cast)).content.decode()
    assert "invitation/" not in page
    assert "Others have given Ana Ruivo a role too" in " ".join(page.split())
    assert reverse("groups:person-correct", args=["llm", cast.person("ana").pk]) not in page
    assert reverse("groups:invitation-send", args=["llm", cast.person("ana").pk]) in page


def test_invitation_detail_of_who_can_sign_in_needs_none(cast: Cast, as_: SignIn) -> None:
    User.objects.filter(pk=cast.person("ana").pk).update(last_login=NOW)
    page = as_("ines").get(url(cast)).content.decode()
    assert "No invitation is needed" in page
    assert told(as_("ines").post(url(cast, "invitation-send"))) == ["Ana Ruivo can sign in already."]
    assert deliver() == []


@pytest.mark.parametrize(
    "name", ["invitation-detail", "invitation-send", "invitation-revoke", "person-correct"]
)
def test_invitation_of_people_of_other_courses_is_not_found(cast: Cast, as_: SignIn, name: str) -> None:
    browser = as_("ines")
    ask = browser.get if name == "invitation-detail" else browser.post
    assert ask(url(cast, name, "zoe")).status_code == 404


@pytest.mark.parametrize("person", ["ana", "marta", "ines"])
def test_invitation_send_mails_students_mentors_and_admins(cast: Cast, as_: SignIn, person: str) -> None:
    User.objects.filter(pk=cast.ines.pk).update(last_login=None)
    browser = Client()
    browser.force_login(cast.ines)
    User.objects.filter(pk=cast.ines.pk).update(last_login=None)
    answer = browser.post(url(cast, "invitation-send", person))
    assert told(answer) == [f"The invitation to {person}@example.com is being sent."]
    assert [message.to for message in deliver()] == [[f"{person}@example.com"]]


def test_invitation_send_again_closes_the_link_before(cast: Cast, as_: SignIn, link: str) -> None:
    as_("ines").post(url(cast, "invitation-send"))
    rows = cast.person("ana").invitations.order_by("pk")
    assert [row.revoked_at is None for row in rows] == [False, True]
    assert Client().get(link).status_code == 410


def test_invitation_revoke_closes_the_link_and_keeps_the_enrolment(
    cast: Cast, as_: SignIn, link: str
) -> None:
    answer = as_("ines").post(url(cast, "invitation-revoke"))
    assert told(answer) == [
        "Revoked Ana Ruivo’s invitation. You can invite them again. Anyone who reads e-mail to ana@example.com can"
        " still sign in with a code. If it is wrong, correct it."
    ]
    assert Client().get(link).status_code == 410
    assert cast.person("ana").enrolments.filter(ended_on=None).count() == 1


def test_person_correct_mails_the_new_address(cast: Cast, as_: SignIn, link: str) -> None:
    answer = as_("ines").post(
        url(cast, "person-correct"), {"name": "Anna Ruivo", "email": "Anna@example.com"}
    )
    assert told(answer) == ["Anna Ruivo updated. The invitation to anna@example.com is being sent."]
    person = User.objects.get(pk=cast.person("ana").pk)
    assert (person.name, person.email) == ("Anna Ruivo", "anna@example.com")
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("is_sent", [True, False])
def test_person_correct_revokes_what_a_colleague_sent_and_tells_both(
    cast: Cast, as_: SignIn, is_sent: bool
) -> None:
    """Ana's access from Inês must not fall to a mailbox that Marta names."""
    cast.course.admins.create(person=cast.marta)
    User.objects.filter(pk=cast.ines.pk).update(last_login=NOW)
    if is_sent:
        as_("ines").post(url(cast, "invitation-send"))
        deliver()
    else:
        invite(email="ana@example.com", name="", by=cast.ines, at=NOW)
    link = copied_link(cast.person("ana").invitations.get())
    browser, fields = as_("marta"), {"name": "Anna", "email": "marta.other@example.com"}
    hint = "A new address is not saved: it revokes the"
    assert hint in " ".join(browser.get(url(cast)).text.split())
    answer = browser.post(url(cast, "person-correct"), fields)
    assert told(answer)[0].startswith("Ana Ruivo’s address stays. Somebody else invited them")
    ana = User.objects.get(pk=cast.person("ana").pk)
    assert (ana.email, ana.name, ana.invitations.filter(revoked_at=None).count()) == (
        "ana@example.com",
        "Ana Ruivo",
        0,
    )
    assert Client().get(link).status_code == 410
    sent = {message.to[0]: message.subject for message in deliver()}
    assert sent == {"ines@example.com": "Marta Pires revoked your invitation for Ana Ruivo"} | (
        {"ana@example.com": "Your invitation to Trefoil was revoked"} if is_sent else {}
    )
    # Nor once she has sent one of her own.
    browser.post(url(cast, "invitation-send"))
    browser.post(url(cast, "person-correct"), fields)
    assert User.objects.get(pk=ana.pk).email == "ana@example.com"
    # Inês, who invited her, corrects it, unless somebody else did since.
    assert told(as_("ines").post(url(cast, "person-correct"), fields))[0].startswith(
        "Ana Ruivo’s address stays."
    )


def test_person_correct_of_the_name_alone_sends_no_mail(cast: Cast, as_: SignIn, link: str) -> None:
    as_("ines").post(url(cast, "person-correct"), {"name": "Anna Ruivo", "email": "ana@example.com"})
    assert User.objects.get(pk=cast.person("ana").pk).name == "Anna Ruivo"
    assert deliver() == []
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize(
    ("email", "said"),
    [
        (
            "bruno@example.com",
            "Another account uses this address. Enrol that person instead, and end this enrolment.",
        ),
        (
            "BRUNO@example.com",
            "Another account uses this address. Enrol that person instead, and end this enrolment.",
        ),
        ("anna", "Enter a valid email address."),
    ],
)
def test_person_correct_says_what_is_wrong(cast: Cast, as_: SignIn, email: str, said: str) -> None:
    answer = as_("ines").post(url(cast, "person-correct"), {"name": "Ana", "email": email})
    assert answer.context["form"].errors == {"email": [said]}
    assert User.objects.get(pk=cast.person("ana").pk).email == "ana@example.com"


def test_person_correct_says_so_if_somebody_enters_the_same_address_at_once(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        invitations, "check_invitation", lambda *, to, at: UserFactory.create(name="Anna", email=to)
    )
    answer = as_("ines").post(url(cast, "person-correct"), {"name": "Ana", "email": "anna@example.com"})
    assert (answer.status_code, "Another account uses this address." in answer.text) == (422, True)
    assert User.objects.get(pk=cast.person("ana").pk).email == "ana@example.com"


def test_person_correct_leaves_those_alone_who_have_signed_in_or_belong_elsewhere_too(
    cast: Cast, as_: SignIn
) -> None:
    User.objects.filter(pk=cast.person("ana").pk).update(last_login=NOW)
    EnrolmentFactory.create(person=cast.person("bruno"))
    for name in ("ana", "bruno"):
        answer = as_("ines").post(url(cast, "person-correct", name), {"name": "X", "email": "x@example.com"})
        assert answer.context["form"].errors == {
            "email": ["They manage their name and e-mail address themselves."]
        }
        assert User.objects.get(pk=cast.person(name).pk).email == f"{name}@example.com"


def test_invitation_send_is_limited_for_the_person_invited(cast: Cast, as_: SignIn) -> None:
    for _ in range(3):
        said = told(as_("ines").post(url(cast, "invitation-send"), follow=True))
        assert said == ["The invitation to ana@example.com is being sent."]
        assert len(deliver()) == 1
    again = told(as_("ines").post(url(cast, "invitation-send"), follow=True))
    assert again[0].startswith("They got three invitations within an hour")
    assert deliver() == []
