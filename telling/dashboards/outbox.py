from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from people.models import Event, Message
from telling.actions.channels import POST
from telling.kinds import KINDS

_PAGE = 50


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """A message without its words: operators need not read what people write to each other."""

    message: Message
    what: str
    may_try_again: bool
    may_drop: bool


@dataclass(frozen=True, slots=True)
class Outbox:
    """`kinds` counts what was sent, by kind; `unsorted` are events of which nobody could work out who hears of them."""

    tabs: list[dict[str, Any]]
    page: Page[Message]
    lines: list[OutboxLine]
    kinds: list[tuple[str, int]]
    unsorted: list[Event]
    oldest: datetime | None


def kind_label(name: str) -> str:
    if name == POST:
        return "Posts into Slack or Teams"
    kind = KINDS.get(name)
    return kind.label if kind else "Codes, links and notices of accounts"


def read_outbox(state: str, page: str | None) -> Outbox:
    counts = dict(Message.objects.values_list("state").annotate(Count("pk")))
    sent = Message.objects.filter(state=Message.State.SENT).values_list("kind").annotate(count=Count("pk"))
    rows = Message.objects.filter(state=state).select_related("recipient", "channel").order_by("-pk")
    shown: Page[Message] = Paginator(rows, _PAGE).get_page(page)
    oldest = Message.objects.waiting().order_by("made_at").values_list("made_at", flat=True).first()
    return Outbox(
        tabs=[
            {
                "label": str(one.label).capitalize(),
                "url": f"?state={one.value}",
                "is_current": one.value == state,
                "count": counts.get(one.value, 0),
            }
            for one in Message.State
        ],
        page=shown,
        lines=[_line(message) for message in shown],
        kinds=[(kind_label(name), count) for name, count in sent.order_by("-count", "kind")],
        unsorted=list(Event.objects.exclude(failure="").order_by("-pk")[:_PAGE]),
        oldest=oldest,
    )


def _line(message: Message) -> OutboxLine:
    has_failed = message.state in (Message.State.FAILED, Message.State.DROPPED)
    return OutboxLine(
        message=message,
        what=kind_label(message.kind),
        may_try_again=has_failed and message.event_id is not None,
        may_drop=message.state == Message.State.WAITING and message.claimed_at is None,
    )
