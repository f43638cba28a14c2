"""What publishing does to people: who is invited and told, as ticked, and back again."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from groups.actions.forming import edit_proposed_group, note_willing, propose
from groups.models import Enrolment, Group, ProposedGroup
from people.actions.accounts import invite_many
from people.models import Invitation, User
from tests.conftest import NOW, Cast, SignIn
from tests.groups.actions.test_forming import waiting
from tests.mails import deliver
from tests.messages import told
from tests.tracker.views.test_proposals import url


def test_publishing_is_undone_from_its_message(cast: Cast, as_: SignIn) -> None:
    proposed_with_tomas(cast)
    browser = as_("ines")
    assert "Undo for 10 minutes; the mails leave then." in browser.get(url(cast)).text
    form = browser.get(url(cast)).context["publish_form"]
    fields = {field.html_name: field.value() for field in form}
    (said,) = told(browser.post(url(cast, "tracker:proposal-publish"), fields))
    undo_url = unescape(said.partition('action="')[2].partition('"')[0])
    assert Group.objects.filter(name="Acacia").exists()
    answer = browser.post(undo_url)
    assert (answer["Location"], told(answer)[-1:]) == (
        url(cast),
        ["The groups are proposed again, and locked. Nobody was told of them."],
    )
    assert "Publish 1 group?" in browser.get(url(cast)).text
    assert told(browser.post(undo_url))[-1:] == ["This was already undone."]
    assert told(browser.post(url(cast, "tracker:proposal-publish-undo")))[-1:] == ["This cannot be undone."]
    assert deliver() == []


def published(browser: Client, cast: Cast, **changed: object) -> list[str]:
    """Publish what is proposed by the form of its page; a field that is changed to None is left out."""
    form = browser.get(url(cast)).context["publish_form"]
    fields = {field.html_name: field.value() for field in form} | changed
    sent = {name: value for name, value in fields.items() if value is not None}
    (said,) = told(browser.post(url(cast, "tracker:proposal-publish"), sent))[-1:]
    return [said.partition("<form")[0].strip()]


def proposed_with_tomas(cast: Cast, many: int = 3) -> list[Enrolment]:
    rows = waiting(cast, many)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=3, by=cast.ines, at=NOW)
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    return rows


@pytest.mark.parametrize(
    ("signed_in", "asked", "also", "said"),
    [
        ([], "Invite 3 students and 1 mentor", "",
         "Invitations go to 3 students and 1 mentor in 10 minutes."),
        (["tomas"], "Invite 3 students",
         "1 who has signed in before is told by e-mail, as they chose.",
         "Invitations go to 3 students in 10 minutes."
         " 1 who has signed in before is told by e-mail, as they chose."),
        ([0, 1, "tomas"], "Invite 1 student",
         "3 who have signed in before are told by e-mail, as they chose.",
         "Invitations go to 1 student in 10 minutes."
         " 3 who have signed in before are told by e-mail, as they chose."),
        ([0, 1, 2], "Invite 1 mentor",
         "3 who have signed in before are told by e-mail, as they chose.",
         "Invitations go to 1 mentor in 10 minutes."
         " 3 who have signed in before are told by e-mail, as they chose."),
        ([0, 1, 2, "tomas"], "", "4 who have signed in before are told by e-mail, as they chose.",
         "4 who have signed in before are told by e-mail, as they chose."),
    ],
)  # fmt: skip
def test_publishing_invites_who_has_not_been_and_says_so(
    cast: Cast, as_: SignIn, signed_in: list[int | str], asked: str, also: str, said: str
) -> None:
    rows = proposed_with_tomas(cast)
    here = [cast.tomas.pk if one == "tomas" else rows[int(one)].person_id for one in signed_in]
    User.objects.filter(pk__in=here).update(last_login=NOW)
    browser = as_("ines")
    page = " ".join(browser.get(url(cast)).text.split())
    assert ('name="is_inviting"' in page) is bool(asked)
    assert asked in page
    # With nobody to tell there is no tick.
    assert ("They have signed in before." in page) is bool(also)
    assert published(browser, cast) == [f"1 group published. {said}"]
    people = [*(row.person for row in rows), cast.tomas]
    invited = {person.email for person in people if person.pk not in here}
    mails = [mail for mail in deliver() if mail.to[0] != cast.ines.email]
    assert {
        mail.to[0] for mail in mails if str(mail.subject).endswith(", your group is Acacia")
    } == invited - {cast.tomas.email}
    # He mentors Juniper, too.
    subjects = {"Inês Duarte invites you to Trefoil", "You mentor Acacia"}
    assert [mail.subject in subjects for mail in mails if mail.to == [cast.tomas.email]] == [True]
    assert len(mails) == 4


def test_publishing_without_the_tick_invites_nobody(cast: Cast, as_: SignIn) -> None:
    proposed_with_tomas(cast)
    browser = as_("ines")
    assert published(browser, cast, is_inviting=None) == [
        "1 group published. 3 students and 1 mentor are not invited yet."
    ]
    assert not Invitation.objects.exists()
    assert deliver() == []


def test_publishing_tells_nobody_without_the_tick(cast: Cast, as_: SignIn) -> None:
    proposed_with_tomas(cast)
    User.objects.filter(pk=cast.tomas.pk).update(last_login=NOW)
    browser = as_("ines")
    assert "Tell Tomás" in browser.get(url(cast)).text
    assert published(browser, cast, is_telling=None) == [
        "1 group published. Invitations go to 3 students in 10 minutes."
        " 1 who has signed in before is not told."
    ]
    assert not [mail for mail in deliver() if mail.to == [cast.tomas.email]]


def test_publishing_counts_who_was_invited_meanwhile(cast: Cast, as_: SignIn) -> None:
    rows = proposed_with_tomas(cast)
    browser = as_("ines")
    form = browser.get(url(cast)).context["publish_form"]
    fields = {field.html_name: field.value() for field in form}
    invite_many(people=[row.person for row in rows[1:]], by=cast.ines, at=NOW)
    shown = " ".join(browser.get(url(cast)).text.split())
    assert "Invite 1 student and 1 mentor" in shown
    assert "2 who were invited before see the group on signing in." in shown
    (said,) = told(browser.post(url(cast, "tracker:proposal-publish"), fields))[-1:]
    assert said.startswith("1 group published. Invitations go to 1 student and 1 mentor in 10 minutes.")
    # Nobody has two.
    assert sorted(Invitation.objects.values_list("person", flat=True)) == sorted(
        [*(row.person_id for row in rows), cast.tomas.pk]
    )


def test_publishing_asks_nothing_where_no_mail_is_sent(cast: Cast, as_: SignIn, settings: Any) -> None:
    settings.SENDS_MAIL = False
    proposed_with_tomas(cast)
    browser = as_("ines")
    page = " ".join(browser.get(url(cast)).text.split())
    assert 'name="is_inviting"' not in page
    assert "Trefoil cannot send e-mail here, so nobody is told." in page
    assert published(browser, cast, is_inviting=None) == [
        "1 group published. Trefoil cannot send e-mail here: copy the links of their invitations instead."
    ]


def test_who_mentors_one_group_and_studies_in_another_is_counted_once(cast: Cast, as_: SignIn) -> None:
    rows = waiting(cast, 6)
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    group = ProposedGroup.objects.exclude(stays__enrolment=rows[0]).get()
    edit_proposed_group(group=group, name=group.name, mentor=rows[0].person, by=cast.ines, at=NOW)
    browser = as_("ines")
    assert "Invite 6 students" in browser.get(url(cast)).text
    assert published(browser, cast) == ["2 groups published. Invitations go to 6 students in 10 minutes."]
