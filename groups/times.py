"""The time zone of a page's moments: the reader's own, else that of the cohort. Days are the cohort's, always."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from courses.models import Cohort
from groups.models import Group
from groups.relations import relations_of
from lib.time_zones import known_zone
from people.models import User

type Respond = Callable[[HttpRequest], HttpResponse]


def zone_for(reader: User, cohort: Cohort) -> ZoneInfo:
    """On a page of one cohort."""
    return ZoneInfo(known_zone(reader.time_zone or cohort.time_zone))


def zone_of_slots(group: Group, today: date) -> ZoneInfo:
    """The time zone of the first mentor, else that of the cohort: weekday and part are chosen in it."""
    mentor = next(iter(group.mentorships.open(today).people()), None)
    return zone_for(mentor, group.cohort) if mentor else ZoneInfo(known_zone(group.cohort.time_zone))


class ZoneOfReader(tzinfo):
    """The reader's own time zone, else that of the latest cohort they have to do with.

    The zone is read when a page shows its first moment: by then nearly every page knows the reader's relations.
    """

    def __init__(self, reader: User) -> None:
        self._reader = reader

    @cached_property
    def _zone(self) -> ZoneInfo:
        own = self._reader.time_zone
        return ZoneInfo(known_zone(own or relations_of(self._reader, timezone.now()).time_zone))

    def __str__(self) -> str:
        return str(self._zone)

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        return self._zone.utcoffset(at)

    def dst(self, at: datetime | None) -> timedelta | None:
        return self._zone.dst(at)

    def tzname(self, at: datetime | None) -> str | None:
        return self._zone.tzname(at)

    def fromutc(self, at: datetime) -> datetime:
        return self._zone.fromutc(at.replace(tzinfo=self._zone))


def show_times_of_reader(get_response: Respond) -> Respond:
    def respond(request: HttpRequest) -> HttpResponse:
        reader = request.user
        with timezone.override(ZoneOfReader(reader) if isinstance(reader, User) else None):
            return get_response(request)

    return respond
