"""A course admin forms groups of 31 people, changes two of them, and publishes."""

import pytest
from playwright.sync_api import expect

from groups.actions.forming import note_willing, note_wish
from groups.models import Membership, Mentorship, ProposedStay
from people.models import Event
from tests.browser.conftest import PageAs, settled
from tests.conftest import NOW, Cast
from tests.groups.actions.test_forming import waiting

pytestmark = pytest.mark.browser


def test_31_people_are_formed_into_groups_one_changed_and_published(cast: Cast, page_as: PageAs) -> None:
    rows = waiting(cast, 31, started_on=cast.cohort.starts_on)
    note_wish(one=rows[0], other=rows[30], kind="together", by=cast.ines, at=NOW)
    note_willing(cohort=cast.cohort, person=cast.tomas, most_groups=4, by=cast.ines, at=NOW)
    page = page_as("ines")
    page.goto(f"/cohorts/{cast.cohort.pk}/groups/")
    page.get_by_role("link", name="Form groups").click()
    expect(page.get_by_text("They make 9 groups of 3 and 1 group of 4.")).to_be_visible()
    page.get_by_role("button", name="Form 10 groups").click()
    expect(page.get_by_role("heading", name="31 students in 10 groups")).to_be_visible()
    expect(page.get_by_text("1 wish, all met")).to_be_visible()

    page.get_by_text("Move a student, form again, delete").click()
    # By keyboard alone.
    stays = ProposedStay.objects.select_related("group", "enrolment__person").order_by(
        "group__sort_key", "pk"
    )
    first, last = stays[0], stays[30]
    settled(page).get_by_role("combobox", name="Student").focus()
    page.keyboard.type(str(first.enrolment.person))
    page.keyboard.press("Tab")
    page.keyboard.type(last.group.name)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{first.enrolment.person} goes to {last.group}.")).to_be_visible()
    page.get_by_role("button", name=f"Lock {last.group}").click()
    settled(page)
    assert not Event.objects.exists()
    assert Membership.objects.count() == 6

    page.get_by_role("button", name="Publish 10 groups").click()
    said = "10 groups published. Invitations go to 31 students and 1 mentor in 10 minutes."
    expect(page.get_by_text(said)).to_be_visible()
    here = Membership.objects.get(enrolment=first.enrolment)
    assert here.group.name == last.group.name
    assert Membership.objects.count() == 37
    # He mentors Juniper already.
    assert Mentorship.objects.filter(person=cast.tomas).count() == 4
    assert Event.objects.filter(kind="group_formed").count() == 10
