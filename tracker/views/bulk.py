"""Do one thing for many people of a cohort: chosen in the list, shown first, then done at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.models import Cohort
from groups.access import cohort_to_administer
from groups.actions.bulk import INVITE, MOST, MOVE_BUTTONS, do_for_many
from groups.actions.moving import END, MOVE, RETURN
from groups.forms.people import PeopleFilterForm
from groups.models import Enrolment, Group, Membership, Move
from lib.days import day_label
from lib.ids import as_id
from lib.refusals import acting
from lib.requests import HtmxRequest
from lib.text import counted
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.previews import previewed, rolled_back
from people.saved_once import saved_once
from tracker.dashboards.moving import apart, since_then
from tracker.forms.moving import MoveForm


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def people_bulk(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Ask what the deed needs, show what it would do to each, and do it when it is sent again as it was shown."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    chosen, deed = _chosen(request, cohort, now), request.POST.get("deed", "")
    list_url = _list_url(request, cohort, chosen, deed)
    refusal = ""
    if deed not in MOVE_BUTTONS:
        refusal = "Choose what to do."
    elif not chosen:
        refusal = "Tick somebody first."
    elif len(chosen) > MOST:
        refusal = f"At most {MOST} people at a time: narrow the search, and do the rest after that."
    if refusal:
        messages.error(request, refusal)
        return redirect(list_url)
    is_asked, today = "asked" in request.POST, cohort.today(now)
    form = MoveForm(request.POST if is_asked else None, deed=deed, cohort=cohort, today=today)
    people = _in_order(cohort.enrolments.filter(pk__in=chosen))
    context: dict[str, Any] = {
        "cohort": cohort,
        "form": form,
        "deed": deed,
        "label": MOVE_BUTTONS[deed],
        "chosen": chosen,
        "names": list(people.values_list("person__name", flat=True)),
        "list_url": list_url,
        "searched": _searched(request),
    }
    # Nothing to ask: what happens is shown at once.
    if form.fields and (not is_asked or not form.is_valid() or "back" in request.POST):
        return render(request, "tracker/people_bulk.html", context, status=422 if form.errors else 200)
    data = form.cleaned_data if form.fields else {}
    how: dict[str, Any] = {"deed": deed, "cohort": cohort, "enrolments": chosen, "data": data}
    how |= {"by": user, "at": now}
    with acting(request):
        with rolled_back():
            done, refused = do_for_many(**how)
            moves, on = [move for *_, move in done if move], data.get("on")
            shown = {
                "what": _what(deed, cohort, data, now),
                "lines": [(enrolment.person, effect) for enrolment, effect, _ in done],
                "apart": apart(*(move.enrolment for move in moves if move.enrolment)),
                "sizes": _sizes(moves),
                "since": list(since_then(moves, data.get("group"), on, today)) if on and moves else [],
                "refused": [(enrolment.person, why) for enrolment, why in refused],
            }
        preview = previewed(request, shown)
        if preview.is_confirmed:
            return _done(request, cohort, *do_for_many(**how))
        count = len(done)
        context |= {
            "preview": preview,
            "submit_label": {
                INVITE: f"Invite {count}",
                MOVE: f"Move {count} to {data.get('group')}",
                END: f"End {counted(count, 'enrolment')}",
                RETURN: f"Let {count} return",
            }[deed],
        }
        return render(request, "tracker/people_bulk.html", context)
    return redirect(list_url)


def _chosen(request: HtmxRequest, cohort: Cohort, now: datetime) -> list[int]:
    """Return the ids of the enrolments that are ticked, or of all that the search finds; one too many at most."""
    if "all" in request.POST:
        rows = PeopleFilterForm(request.POST, cohort=cohort).people(now)
    else:
        ticked = [as_id(text) for text in request.POST.getlist("enrolment")[: MOST + 1]]
        rows = cohort.enrolments.filter(pk__in=[pk for pk in ticked if pk])
    return list(_in_order(rows).values_list("pk", flat=True)[: MOST + 1])


def _in_order(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    return rows.order_by("person__name", "pk")


def _searched(request: HtmxRequest) -> list[tuple[str, str]]:
    names = ("q", "show", "group", "sort", "page")
    return [(name, value) for name in names if (value := request.POST.get(name, "")[:100])]


def _list_url(request: HtmxRequest, cohort: Cohort, chosen: Sequence[int], deed: str) -> str:
    """The list as it was, with those ticked who are chosen and the deed; the ids in one field: addresses are short."""
    ticked = "-".join(map(str, chosen)) if len(chosen) <= MOST else ""
    query = [
        ("choose", "1"),
        *_searched(request),
        *((name, value) for name, value in (("ticked", ticked), ("deed", deed)) if value),
    ]
    url = reverse("groups:cohort-people", args=[cohort.pk])
    return f"{url}?{urlencode(query)}"


def _what(deed: str, cohort: Cohort, data: Mapping[str, Any], now: datetime) -> str:
    """ "To Rowan, from Thu 26 November. Why: evenings."; "" for an invitation."""
    if deed == INVITE:
        return ""
    where = f"To {data.get('group') or 'no group yet'}"
    what = Enrolment.EndReason(data["end_reason"]).label if deed == END else where
    sentence = f"{what}, from {day_label(data['on'], cohort.today(now))}."
    return f"{sentence} Why: {data['reason']}" if data["reason"] else sentence


def _sizes(moves: Sequence[Move]) -> list[str]:
    """Say how many students the groups have afterwards: "Clover keeps 1 of 3"."""
    changes = [change for move in moves for change in move.changes if change[0] == "membership"]
    begun = {pk for _, pk, before, _ in changes if before is None}
    stays = Membership.objects.filter(pk__in=[pk for _, pk, _, _ in changes]).values_list("pk", "group")
    joined = {group: pk in begun for pk, group in sorted(stays, key=lambda stay: stay[0] in begun)}
    # The type of what is annotated is only known within.
    groups: Any = Group.objects.filter(pk__in=joined).select_related("cohort__course").with_size().in_order()
    return [
        f"{group} {'has' if joined[group.pk] else 'keeps'} {group.size} of {group.cohort.course.group_size}"
        for group in groups
    ]


def _done(request: HtmxRequest, cohort: Cohort, done: Sequence[Any], refused: Sequence[Any]) -> HttpResponse:
    message = f"Done for {len(done)} {'person' if len(done) == 1 else 'people'}."
    if refused:
        message += f" {len(refused)} stay{'s' if len(refused) == 1 else ''} as they are."
    moves = [str(move.pk) for *_, move in done if move]
    if moves:
        url = reverse("tracker:moves-undo", args=[cohort.pk])
        message = with_undo(request, message, url, name="moves", value=" ".join(moves))
    messages.success(request, message)
    return redirect("tracker:move-list" if moves else "groups:cohort-people", cohort.pk)
