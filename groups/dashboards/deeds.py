from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from lib.text import joined
from people.models import Deed, DeedPerson

_NAMED = 5


def with_people(deeds: QuerySet[Deed]) -> QuerySet[Any]:
    """The latest first, each with the first few of those whom it concerns."""
    few = DeedPerson.objects.select_related("person").order_by("pk")[:_NAMED]
    return (
        deeds.select_related("by")
        .prefetch_related(Prefetch("people", few, to_attr="few"))
        .order_by("-at", "-pk")
    )


def in_words(deeds: Iterable[Any]) -> Iterator[tuple[Deed, str]]:
    """Each with what was done, with the names of today: "made Marta Pires mentor of Clover"."""
    for deed in deeds:
        named = [one.person for one in deed.few]
        # An import that was undone took those with it whom it had made.
        names = joined(named, others=deed.count - len(named)) if named else "people who are gone"
        yield deed, deed.what.replace("{people}", names)
