"""The tag {% cohort_nav cohort "People" %}, above the heading of each page of a cohort: its places and its name, which
opens the others.
"""

from collections.abc import Iterable
from itertools import starmap
from typing import Any

from django import template
from django.db.models import prefetch_related_objects
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from courses.calendar import teaching_week_number
from courses.models import Cohort
from groups.access import running_cohorts
from groups.relations import Relations
from lib.days import relative_day, week_of_run

register = template.Library()

type _Links = list[tuple[str, str]]

_DAILY = {
    "Board": "tracker:board",
    "Everybody": "tracker:everybody",
    "Groups": "tracker:cohort-groups",
    "People": "groups:cohort-people",
    "Calendar": "groups:cohort-calendar",
}
# What says that a link leads to this page, or to what it belongs to.
_CURRENT = {
    "": "",
    "page": mark_safe(' aria-current="page"'),
    "true": mark_safe(' aria-current="true"'),
}


@register.inclusion_tag("groups/_cohort_nav.html", takes_context=True)
def cohort_nav(context: Context, cohort: Cohort, here: str = "") -> dict[str, Any]:
    """`here` is the label of the place that the page belongs to."""
    # A part of a page may be rendered without a request.
    request, running = context.get("request"), context.get("running_cohorts") or ()
    match = request and request.resolver_match
    page = match.view_name if match and set(match.kwargs) == {"cohort_id"} else "tracker:board"
    places = [(label, reverse(name, args=[cohort.pk])) for label, name in _DAILY.items()]
    current = "page" if request and (here, request.path) in places else "true"
    cohorts = [_cohort_link(each, cohort, reverse(page, args=[each.pk])) for each in running]
    all_cohorts = _link("All cohorts", reverse("groups:cohort-list", args=[cohort.course.slug]))
    # Links are written here, and once: the template shows each of them twice.
    return {
        "cohort": cohort,
        "here": here,
        "is_closed": context.get("is_over") and not cohort.archived,
        "places": _joined(
            f"<li>{_link(label, url, current if label == here else '')}</li>" for label, url in places
        ),
        "more": _joined(("".join(starmap(_link, links)) for links in _more(cohort)), "<hr>"),
        "cohorts": _joined([*cohorts, all_cohorts]),
        "when": next((each.when for each in running if each.pk == cohort.pk), ""),
    }


def _link(label: str, url: str, current: str = "") -> SafeString:
    return format_html('<a href="{}"{}>{}</a>', url, _CURRENT[current], label)


def _joined(links: Iterable[str], by: str = "") -> SafeString:
    return mark_safe(by.join(links))  # noqa: S308 - each is written by `_link`


def _cohort_link(each: Any, cohort: Cohort, url: str) -> SafeString:
    name = str(each) if each.course_id == cohort.course_id else f"{each.course}, {each}"
    label = format_html('{} <span class="small push">{}</span>', name, each.when)
    return _link(label, url, "true" if each.pk == cohort.pk else "")


def _more(cohort: Cohort) -> list[_Links]:
    def url(name: str) -> str:
        return reverse(name, args=[cohort.pk])

    board = url("tracker:board")
    looked_up = [
        ("Mentors", f"{board}?show=mentors"),
        ("Check-ins by week", f"{board}?show=check-ins"),
        ("Mentors’ requests", url("tracker:request-list")),
        ("Moves", url("tracker:move-list")),
        ("What was done", reverse("groups:deed-list", args=[cohort.course.slug])),
    ]
    done = [("Import", url("sheets:import-list")), ("Export", url("sheets:export"))]
    if not cohort.archived:
        closes = "Close or reopen" if cohort.closed_on else "Close"
        done += [
            ("Settings of this cohort", url("groups:cohort-edit")),
            ("New cohort", reverse("tracker:cohort-new", args=[cohort.course.slug])),
            (f"{closes} this cohort", url("tracker:cohort-close")),
        ]
    return [looked_up, done, [(str(cohort.course), f"{cohort.course.get_absolute_url()}?cohort={cohort.pk}")]]


def cohort_menu(relations: Relations) -> list[Cohort]:
    """Return the cohorts that a course admin runs, each with `when`: "week 3 of 4", "break", "from Monday"."""
    cohorts: list[Any] = running_cohorts(relations)
    prefetch_related_objects(cohorts, "pauses")
    for cohort in cohorts:
        today = cohort.today(relations.now)
        if not cohort.has_begun(today):
            cohort.when = f"from {relative_day(cohort.starts_on, today)}"
        elif number := teaching_week_number(cohort.starts_on, cohort.pause_periods, today):
            cohort.when = week_of_run(number, cohort.week_count) or f"week {number}"
        else:
            cohort.when = "break"
    return cohorts
