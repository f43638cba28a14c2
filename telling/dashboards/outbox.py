from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count

from people.models import Event, Message
from telling.actions.channels import POST
from telling.kinds import KINDS

_PAGE = 50


def kind_label(name: str) -> str:
    if name == POST:
        return "Posts into Slack or Mattermost"
    kind = KINDS.get(name)
    return kind.label if kind else "Codes, links and notices of accounts"


def read_outbox(state: str, page: str | None) -> dict[str, Any]:
    """Return messages without their words: operators need not read what people write to each other.

    `kinds` counts what was sent, by kind; `unsorted` are events of which nobody could work out who hears of them.
    """
    counts = dict(Message.objects.values_list("state").annotate(Count("pk")))
    sent = Message.objects.filter(state=Message.State.SENT).values_list("kind").annotate(count=Count("pk"))
    rows = Message.objects.filter(state=state).select_related("recipient", "channel").order_by("-pk")
    shown = Paginator(rows, _PAGE).get_page(page)
    return {
        "tabs": [
            {
                "label": str(one.label).capitalize(),
                "url": f"?state={one.value}",
                "is_current": one.value == state,
                "count": counts.get(one.value, 0),
            }
            for one in Message.State
        ],
        "page": shown,
        "lines": [(message, kind_label(message.kind)) for message in shown],
        "kinds": [(kind_label(name), count) for name, count in sent.order_by("-count", "kind")],
        "unsorted": list(Event.objects.exclude(failure="").order_by("-pk")[:_PAGE]),
        "oldest": Message.objects.waiting().order_by("made_at").values_list("made_at", flat=True).first(),
    }
