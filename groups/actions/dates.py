"""Propose the dates that a group can keep, and agree to them. What was promised stays with the plan."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from groups.actions.locking import locked_groups
from groups.actions.plan import set_plan
from groups.models import DatesProposal, Group
from people.models import User
from people.outbox import tell


class DatesError(Exception):
    """These dates cannot be proposed or agreed to. The message is shown to people."""


@transaction.atomic
def propose_dates(
    *, group: Group, days: Mapping[int, tuple[date, date]], basis: str, by: User, at: datetime
) -> DatesProposal:
    """Propose due days: by the id of the milestone, the one now and the one to come. Another proposal is dropped.

    Raises:
        DatesError: the cohort is closed or archived, or the plan has other days now.
    """
    group = _locked(group, at)
    kept = {str(pk): [before.isoformat(), after.isoformat()] for pk, (before, after) in days.items()}
    proposal = DatesProposal(group=group, days=kept, basis=basis[:100], made_by=by, made_at=at)
    _plan_of(proposal)
    before = group.dates_proposals.filter(agreed_at=None, dropped_at=None).first()
    if before and before.days == kept:
        return before
    if before:
        _drop(before, by, at)
    proposal.save()
    return proposal


@transaction.atomic
def agree_to_dates(*, proposal: DatesProposal, by: User, at: datetime) -> DatesProposal:
    """Set the plan to the proposed days.

    Raises:
        DatesError: it was agreed to or dropped already; otherwise as for `propose_dates`.
    """
    group = _locked(proposal.group, at)
    proposal = _open(proposal)
    days = {int(pk): date.fromisoformat(after) for pk, (_, after) in proposal.days.items()}
    # Without the hours that it is worked out from: every member reads why a date was moved.
    set_plan(group=group, plan=_plan_of(proposal) | days, by=by, at=at, reason="the dates the group can keep")
    proposal.agreed_by, proposal.agreed_at = by, at
    proposal.change = group.plan_changes.latest("pk")
    proposal.save(update_fields=["agreed_by", "agreed_at", "change"])
    return proposal


@transaction.atomic
def drop_dates(*, proposal: DatesProposal, by: User, at: datetime) -> DatesProposal:
    """Decline or withdraw a proposal. The plan stays, and who proposed it is told.

    Raises:
        DatesError: the cohort is closed or archived, or it was agreed to or dropped already.
    """
    _locked(proposal.group, at)
    proposal = _open(proposal)
    _drop(proposal, by, at)
    return proposal


def _locked(group: Group, at: datetime) -> Group:
    group = locked_groups({group.pk})[group.pk]
    cohort = group.cohort
    if cohort.is_read_only(cohort.today(at)):
        raise DatesError(f"{cohort} is closed, so its plans stay as they are.")
    return group


def _open(proposal: DatesProposal) -> DatesProposal:
    proposal = DatesProposal.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.pk)
    if not proposal.is_open:
        raise DatesError("These dates were decided already.")
    return proposal


def _plan_of(proposal: DatesProposal) -> dict[int, date | None]:
    plan = dict(proposal.group.plan_items.values_list("milestone", "due_on"))
    if not proposal.days or not proposal.fits(plan):
        raise DatesError("The plan was changed since, so these dates no longer fit. Look at it again.")
    return plan


def _drop(proposal: DatesProposal, by: User, at: datetime) -> None:
    proposal.dropped_by, proposal.dropped_at = by, at
    proposal.save(update_fields=["dropped_by", "dropped_at"])
    tell("dates_dropped", by=by, at=at, proposal=proposal.pk)
