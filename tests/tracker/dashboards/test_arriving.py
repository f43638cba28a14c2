from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from groups.models import Enrolment, Membership
from tests.conftest import NOW, TODAY, Cast, SignIn
from tracker.dashboards.arriving import arrivals_in
from tracker.dashboards.group_overviews import group_overview


def say(cast: Cast, own_id: int | None = None) -> str:
    overview = group_overview(cast.clover, now=NOW)
    arrivals = list(arrivals_in(overview, own_id))
    html = render_to_string("tracker/_arrivals.html", {"arrivals": arrivals, "own_id": own_id})
    return " ".join(html.replace('<p class="note">', "").replace("</p>", "").split())


@pytest.mark.parametrize(
    ("days", "to_others", "to_them"),
    [(0, True, True), (2, True, True), (3, False, True), (6, False, True), (7, False, False)],
)
def test_who_joins_late_is_received_for_seven_days_and_told_to_others_for_three(
    cast: Cast, days: int, to_others: bool, to_them: bool
) -> None:
    day = TODAY - timedelta(days=days)
    Enrolment.objects.filter(pk=cast.chidi.enrolment_id).update(started_on=day)
    Membership.objects.filter(pk=cast.chidi.pk).update(started_on=day)
    assert ("Chidi joined" in say(cast)) is to_others
    assert ("You joined" in say(cast, cast.chidi.enrolment_id)) is to_them


def test_they_are_told_who_is_there_and_from_when_it_counts(cast: Cast) -> None:
    for rows in (
        Enrolment.objects.filter(pk=cast.chidi.enrolment_id),
        Membership.objects.filter(pk=cast.chidi.pk),
    ):
        rows.update(started_on=TODAY - timedelta(days=1))
    assert say(cast, cast.chidi.enrolment_id) == (
        "Welcome! You joined Clover yesterday, with Ana and Bruno. Your mentor: Marta. Earlier milestones are not"
        " expected of you. Your next milestone: Indexation, due Sunday."
    )
    assert say(cast) == "Chidi joined yesterday. Earlier milestones are not expected of Chidi."


def test_mentor_reads_it_on_my_groups(cast: Cast, as_: SignIn) -> None:
    Membership.objects.filter(pk=cast.chidi.pk).update(started_on=TODAY)
    assert "Chidi joined today." in " ".join(as_("marta").get("/groups/").text.split())


def test_they_read_it_on_my_week_where_nothing_was_due_before(cast: Cast, as_: SignIn) -> None:
    for model, pk in ((Enrolment, cast.chidi.enrolment_id), (Membership, cast.chidi.pk)):
        model.objects.filter(pk=pk).update(started_on=TODAY)
    page = " ".join(as_("chidi").get(reverse("tracker:week", args=[cast.clover.pk])).text.split())
    assert "Welcome! You joined Clover today, with Ana and Bruno." in page
    assert "Your next milestone: Indexation, due Sunday." in page
    assert "was due" not in page


def test_who_moves_between_groups_goes_on_where_they_were(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.chidi.pk).update(started_on=TODAY)
    assert say(cast) == "Chidi joined today."
