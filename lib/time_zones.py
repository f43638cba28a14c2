"""Time zones are chosen from a list, by area and city. The page proposes the browser's own; see static/js/app.js."""

from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError

_AREAS = (
    "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


@cache
def _by_area() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    names = sorted(available_timezones())
    return tuple(
        (area, tuple((name, city_of(name)) for name in names if name.startswith(f"{area}/")))
        for area in _AREAS
    )


def city_of(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            f"“{name}” is not a time zone. Enter a name such as Europe/Lisbon or America/Sao_Paulo."
        )


def known_zone(name: str) -> str:
    """The time zone itself, or UTC for what is none: a name that was saved unchecked, or that tzdata dropped."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "UTC"
    return name


class TimeZoneField(forms.ChoiceField):
    """A name of the tz database.

    Args:
        nothing: the label of no time zone; without it, one must be chosen.
        saved: the time zone as it is now, offered even if it is an old name.
        is_proposed: the browser's own is chosen when the page opens, and not only offered first.
    """

    def __init__(
        self, *, nothing: str = "", saved: str = "", is_proposed: bool = False, **kwargs: Any
    ) -> None:
        first: list[Any] = [("", nothing)] if nothing else []
        listed = {name for _, zones in _by_area() for name, _ in zones}
        first += [(name, name) for name in dict.fromkeys(("UTC", saved)) if name and name not in listed]
        kwargs["choices"] = [*first, *_by_area()]
        kwargs["widget"] = forms.Select(attrs={"data-time-zones": "chosen" if is_proposed else "offered"})
        super().__init__(required=not nothing, **kwargs)
