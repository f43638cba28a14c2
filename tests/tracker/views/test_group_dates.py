"""The dates that a group can keep: shown to those whose they are, proposed by one, agreed to by a mentor."""

from collections.abc import Callable
from datetime import date

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from groups.actions.dates import DatesError, agree_to_dates, drop_dates, propose_dates
from groups.actions.plan import set_plan
from groups.models import DatesProposal, Enrolment, PlanChange
from tests.conftest import NOW, Cast, make_cast
from tests.factories.tracker import ProgressFactory
from tests.messages import said
from tests.racing import at_once

type SignIn = Callable[[str], Client]


def url(cast: Cast, stem: str) -> str:
    return reverse(f"tracker:{stem}", args=[cast.clover.pk])


def slow(cast: Cast) -> None:
    """They agreed on an hour a week, of which the plan needs three."""
    Enrolment.objects.filter(memberships__group=cast.clover).update(hours_a_week=1)


def due(cast: Cast) -> list[date | None]:
    return list(cast.clover.plan_items.order_by("milestone__position").values_list("due_on", flat=True))


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def test_student_proposes_and_mentor_agrees_and_the_promise_stays(cast: Cast, as_: SignIn) -> None:
    ana, marta, promised = as_("ana"), as_("marta"), due(cast)
    slow(cast)
    line = "1 h a week, LLM basics ends Sun 11 October, not Sun 6 September ("
    for browser, address, whose in (
        (ana, reverse("tracker:week", args=[cast.clover.pk]), "At your agreed "),
        (marta, reverse("tracker:my-groups"), "At the agreed "),
        (marta, url(cast, "group-dates"), "At the agreed "),
    ):
        assert whose + line in text(browser.get(address)), address
    shown = ana.get(url(cast, "group-dates"))
    # How many hours the others give is told to who leads.
    assert "h a week," not in text(shown)
    assert "Agree to these dates" not in text(shown)
    fields = {"shown": shown.context["page"].shown}
    assert "when a mentor agrees" in said(ana.post(url(cast, "dates-propose"), fields))
    assert due(cast) == promised
    assert as_("ana").post(url(cast, "dates-agree"), fields).status_code == 403
    assert as_("bruno").post(url(cast, "dates-drop")).status_code == 403
    assert "Ana Ruivo proposes other dates." in text(marta.get(reverse("tracker:my-groups")))
    stale = said(marta.post(url(cast, "dates-agree"), {"shown": "1:2026-09-06:2026-09-07"}))
    assert "have changed since you looked" in stale
    assert due(cast) == promised
    marta.post(url(cast, "dates-agree"), fields)
    assert due(cast) == [date(2026, 10, 11), date(2026, 11, 1), date(2026, 11, 22), date(2026, 12, 13)]
    proposal = DatesProposal.objects.get()
    assert (proposal.made_by, proposal.agreed_by) == (cast.person("ana"), cast.marta)
    assert proposal.change == PlanChange.objects.get()
    # The form of the plan takes the dates from that page, where they have this id.
    assert 'hx-select="#dates-to-keep"' in text(marta.get(reverse("groups:plan-edit", args=[cast.clover.pk])))
    assert 'id="dates-to-keep"' in text(shown)
    plan = text(marta.get(reverse("groups:plan-edit", args=[cast.clover.pk])))
    assert "first due Sun 6 September, moved: the dates the group can keep" in plan
    # To everybody in the group, and without the hours of others.
    week = text(as_("bruno").get(reverse("tracker:week", args=[cast.clover.pk])))
    assert "moved: the dates the group can keep" in week
    assert "can keep at" not in plan + week
    kept = text(marta.get(url(cast, "group-dates")))
    assert "The group is likely to keep its plan" in kept
    assert "Marta Pires agreed on 16 September 2026" in kept
    assert "first due Sun 6 September" in kept
    marta.post(reverse("groups:plan-change-undo", args=[proposal.change_id]))
    assert due(cast) == promised
    assert "undone on 16 September 2026" in text(marta.get(url(cast, "group-dates")))
    marta.post(url(cast, "dates-agree"), fields)
    assert "LLM basics ends" not in text(marta.get(reverse("tracker:my-groups")))


def test_mentor_agrees_at_once_to_what_was_shown(cast: Cast, as_: SignIn) -> None:
    slow(cast)
    marta = as_("marta")
    fields = {"shown": marta.get(url(cast, "group-dates")).context["page"].shown}
    plan = dict(cast.clover.plan_items.values_list("milestone", "due_on"))
    first = cast.milestones[0].pk
    set_plan(group=cast.clover, plan={**plan, first: date(2026, 9, 7)}, by=cast.ines, at=NOW)
    assert "have changed since you looked" in said(marta.post(url(cast, "dates-agree"), fields))
    assert not DatesProposal.objects.exists()
    fields = {"shown": marta.get(url(cast, "group-dates")).context["page"].shown}
    marta.post(url(cast, "dates-agree"), fields)
    assert DatesProposal.objects.get().agreed_by == cast.marta


def test_page_promises_nothing_where_nothing_can_be_said_or_is_left(cast: Cast, as_: SignIn) -> None:
    """All are behind, and nobody said anything of their hours."""
    shown = text(as_("marta").get(url(cast, "group-dates")))
    assert "likely to keep" not in shown
    assert '<p class="muted" id="dates-to-keep"> Nothing can be said yet: it takes the hours of two ' in shown
    for name in ("ana", "bruno"):
        for milestone in cast.milestones:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone, state="done")
    shown = text(as_("marta").get(url(cast, "group-dates")))
    assert "likely to keep" not in shown
    assert "Nothing: most of the group have finished it." in shown


def days(cast: Cast) -> dict[int, tuple[date, date]]:
    return {cast.milestones[3].pk: (date(2026, 9, 27), date(2026, 10, 11))}


def test_proposal_is_replaced_dropped_and_refused_where_the_plan_is_another(cast: Cast, as_: SignIn) -> None:
    ana, rag = cast.person("ana"), cast.milestones[3].pk
    first = propose_dates(group=cast.clover, days=days(cast), basis="at 1 h a week", by=ana, at=NOW)
    assert propose_dates(group=cast.clover, days=days(cast), basis="", by=cast.marta, at=NOW) == first
    later = {rag: (date(2026, 9, 27), date(2026, 10, 18))}
    second = propose_dates(group=cast.clover, days=later, basis="", by=cast.marta, at=NOW)
    first.refresh_from_db()
    assert (first.dropped_by, second.is_open) == (cast.marta, True)
    plan = dict(cast.clover.plan_items.values_list("milestone", "due_on"))
    set_plan(group=cast.clover, plan={**plan, rag: None}, by=cast.ines, at=NOW)
    with pytest.raises(DatesError, match="The plan was changed since"):
        agree_to_dates(proposal=second, by=cast.marta, at=NOW)
    # Nobody is asked about it, and others may be proposed.
    assert as_("marta").get(url(cast, "group-dates")).context["page"].proposal is None
    assert "proposes other dates" not in text(as_("marta").get(reverse("tracker:my-groups")))
    drop_dates(proposal=second, by=cast.marta, at=NOW)
    with pytest.raises(DatesError, match="decided already"):
        drop_dates(proposal=second, by=cast.marta, at=NOW)
    Cohort.objects.filter(pk=cast.cohort.pk).update(archived_at=NOW, archived_by=cast.ines)
    with pytest.raises(DatesError, match="is closed"):
        propose_dates(group=cast.clover, days=days(cast), basis="", by=cast.marta, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_dates_agreed_to_by_two_at_once_change_the_plan_once() -> None:
    cast = make_cast()
    proposal = propose_dates(group=cast.clover, days=days(cast), basis="", by=cast.person("ana"), at=NOW)
    outcomes = at_once(*[lambda: agree_to_dates(proposal=proposal, by=cast.marta, at=NOW)] * 2)
    assert [str(each) for each in outcomes if isinstance(each, Exception)] == [
        "These dates were decided already."
    ]
    assert PlanChange.objects.count() == 1
