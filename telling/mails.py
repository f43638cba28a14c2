"""The content of a mail, rendered as plain text and as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import formataddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.models import Cohort, CourseAdmin
from groups.models import Enrolment, Group, Mentorship
from lib.days import day_label
from lib.markdown import to_html
from lib.markdown_pictures import keys_in, without_pictures
from lib.text import joined
from lib.time_zones import known_zone
from people.models import User

# Longest subject, and longest text that somebody wrote, in characters.
_SUBJECT = 150
LONGEST = 3_000
# How many things a subject names.
_NAMED = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail.

    `look`: "text"; "muted"; "quote", what somebody wrote; "markdown", the same as Markdown; "help", what waits for
    somebody, tinted red; "head", a heading; "row", a line of a list with its label in front. `path`: a page of Trefoil,
    or the address of a call.
    """

    text: str
    label: str = ""
    note: str = ""
    path: str = ""
    look: str = "text"

    @property
    def url(self) -> str:
        return site_url(self.path) if self.path.startswith("/") else self.path

    @property
    def html(self) -> SafeString:
        return to_html(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail about one event to one person.

    Args:
        about: the group or course, above the heading.
        heading: if it is not the subject.
        label, path: the one link that leads on, to a page of Trefoil.
        why: ends "You get this ".
        reply_to: the person whom a reply reaches; the reader may know the address.
        again: says when the next one comes; empty for what is told once.
    """

    subject: str
    about: str = ""
    heading: str = ""
    parts: tuple[Part, ...]
    label: str
    path: str
    why: str
    reply_to: User | None = None
    again: str = "Until you open it, you get at most one e-mail a day about this."

    @property
    def url(self) -> str:
        return site_url(self.path)

    @property
    def title(self) -> str:
        return self.heading or self.subject

    @property
    def preview(self) -> str:
        """The line that a list of mails shows beside the subject."""
        return next((part.text for part in self.parts if part.look in ("quote", "markdown", "help")), "")[
            :150
        ]


def site_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def meeting_parts(group: Group) -> list[Part]:
    """Return the time and place of a group's meeting, as rows of a mail."""
    call = Part("Join the call", path=group.call, look="row")
    return [*([Part(group.meeting, label="Meets")] if group.meeting else []), *([call] if group.call else [])]


def in_words(names: Sequence[str]) -> str:
    return joined(names, _NAMED)


def cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def written(text: str, path: str) -> Part:
    """Return somebody's Markdown, and its number of pictures, which are on the page."""
    count = len(keys_in(text))
    note = f"{count} picture{'' if count == 1 else 's'}" if count else ""
    return Part(cut(without_pictures(text)), look="markdown", note=note, path=path if count else "")


def moment_label(at: datetime, zone: str, now: datetime) -> str:
    """ "today at 12:04", "yesterday at 9:30", "Tue 17 November at 12:04"."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{near_day(there.date(), now.astimezone(ZoneInfo(zone)).date())} at {there:%H:%M}"


def near_day(day: date, today: date) -> str:
    near = {today: "today", today - timedelta(days=1): "yesterday", today + timedelta(days=1): "tomorrow"}
    return near.get(day) or day_label(day, today)


def zone_of(person: User, cohort: Cohort | None = None) -> str:
    """The person's own time zone, else that of the cohort, else that of their latest one."""
    if person.time_zone:
        return known_zone(person.time_zone)
    if cohort is not None:
        return cohort.time_zone
    zone: str = User.objects.filter(pk=person.pk).values_list(own_zone(), flat=True)[0]
    return known_zone(zone)


def own_zone() -> Coalesce:
    """Of people, in SQL, unchecked: their own time zone, else that of the latest cohort they study, mentor or run."""
    person = OuterRef(OuterRef("pk"))
    # Three lists of cohorts, not one join of all: that would pair each enrolment with each mentorship.
    own = (
        Q(pk__in=Enrolment.objects.filter(person=person).values("cohort"))
        | Q(pk__in=Mentorship.objects.filter(person=person).values("group__cohort"))
        | Q(course__in=CourseAdmin.objects.filter(person=person).values("course"))
    )
    cohorts = Cohort.objects.filter(own).order_by("-starts_on", "-pk")
    return Coalesce(NullIf("time_zone", Value("")), Subquery(cohorts.values("time_zone")[:1]), Value("UTC"))


def email_of(
    mail: Mail, *, to: User, headers: Mapping[str, str], choose: str, stop: str
) -> EmailMultiAlternatives:
    """Write the mail as plain text and as HTML.

    Args:
        choose, stop: the addresses of the page of choices, and of the page that stops this kind.
    """
    context = {"mail": mail, "choose": choose, "stop": stop}
    replies = formataddr((str(mail.reply_to), mail.reply_to.email)) if mail.reply_to else settings.REPLY_TO
    written = EmailMultiAlternatives(
        subject=" ".join(mail.subject.split())[:_SUBJECT],
        body=render_to_string("telling/mail.txt", context).strip() + "\n",
        to=[to.email],
        reply_to=[replies] if replies else [],
        headers={"Auto-Submitted": "auto-generated", **headers},
    )
    written.attach_alternative(render_to_string("telling/mail.html", context), "text/html")
    return written
