"""The content of a mail, rendered as plain text and as HTML; and its words, which stand in templates/telling/mails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.models import Cohort, CourseAdmin
from groups.models import Enrolment, Group, Mentorship
from lib.markdown import to_html
from lib.marks import PersonMark
from lib.time_zones import known_zone
from people.models import User

# Longest subject, in characters.
_SUBJECT = 150
# Of what has a thread.
UNTIL_OPENED = "Until you open it, you get at most one e-mail a day about this."
# Of what may be set right on the same day.
UNTIL_OPENED_OR_CORRECTED = (
    "Until you open it, you get at most one e-mail a day about this, corrections apart."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mail.

    `look`: "text"; "muted"; "quote", what somebody wrote; "markdown", the same as Markdown; "words", the same without
    a box, below a heading that begins it; "head", a heading; "row", a line of a list with its label in front; "people",
    names in a row; "also", a link beside the button; "sign", who signs, below it.
    `path`: a page of Trefoil, or the address of a call. `people`: whom it is about, whose marks stand before the text.
    `hue`: of the group whose clover does. `state`, `tone`, `details`: how it is with whom a row names, as in Words.
    """

    text: str
    label: str = ""
    note: str = ""
    path: str = ""
    look: str = "text"
    people: tuple[PersonMark, ...] = ()
    hue: int | None = None
    state: str = ""
    tone: str = ""
    details: str = ""

    @property
    def line(self) -> str:
        """ "Bruno needs help: Prompt engineering"."""
        return ": ".join(filter(None, (f"{self.text} {self.state}".rstrip(), self.details)))

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
        heading: what the subject does not say. Without one, a mail that has nothing else repeats its subject.
        label, path: the button, which leads on to a page of Trefoil.
        why: ends "You get this ".
        reply_to: the person whom a reply reaches; the reader may know the address.
        again: says when the next one comes.
    """

    subject: str
    about: str = ""
    heading: str = ""
    parts: tuple[Part, ...]
    label: str
    path: str
    why: str
    reply_to: User | None = None
    again: str = ""

    @property
    def url(self) -> str:
        return site_url(self.path)

    @property
    def title(self) -> str:
        return self.heading or ("" if self.parts else self.subject)

    @property
    def is_list(self) -> bool:
        return sum(part.look == "row" for part in self.parts) > 1

    @property
    def place(self) -> str:
        """What it is about, unless its subject or heading says it."""
        return "" if self.about.removeprefix("for ") in self.subject + self.heading else self.about

    @property
    def preview(self) -> str:
        """The line that a list of mails shows beside the subject."""
        looks = ("quote", "markdown", "words")
        parts = (part.line for part in self.parts if part.look in looks or part.tone == "help")
        return next(parts, "")[:150]

    @property
    def body(self) -> list[Part]:
        """The parts above the button."""
        return [part for part in self.parts if part.look not in ("also", "sign")]

    @property
    def also(self) -> Part | None:
        return next((part for part in self.parts if part.look == "also"), None)

    @property
    def sign(self) -> Part | None:
        """Who signs is whom a reply reaches."""
        return next((part for part in self.parts if part.look == "sign"), None)


def write_mail(
    template: str,
    reader: User,
    now: datetime,
    context: Mapping[str, object],
    *,
    path: str,
    group: Group | None = None,
    about: object = "",
    heading: str = "",
    reply_to: User | None = None,
    again: str = "",
) -> Mail:
    """Write a mail in the words of a template: its blocks subject, label and why, and the parts that it holds.

    Args:
        context: what the template names, beside reader, now, and of a group its today and time zone.
        about: what it is about, if it is no group.
        reply_to: nobody writes to themselves, or to an account that is disabled.
    """
    parts: list[Part] = []
    context = {**context, "reader": reader, "now": now, "parts": parts}
    if group is not None:
        zone, today = ZoneInfo(zone_of(reader, group.cohort)), group.cohort.today(now)
        context, about = {**context, "group": group, "zone": zone, "today": today}, group
    render_block(template, "", context)
    return Mail(
        subject=render_block(template, "subject", context),
        about=f"for {about}" if about else "",
        heading=heading,
        parts=tuple(parts),
        label=render_block(template, "label", context),
        path=path,
        why=render_block(template, "why", context),
        reply_to=reply_to if reply_to and reply_to.is_active and reply_to != reader else None,
        again=again,
    )


def render_block(template: str, block: str, context: Mapping[str, object]) -> str:
    """Return a block as plain text, in one line: what people wrote is escaped where it becomes HTML."""
    found = Engine.get_default().get_template(f"telling/mails/{template}.txt#{block}")
    return " ".join(found.render(Context(dict(context), autoescape=False)).split())


def site_url(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


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


def email_of(mail: Mail, *, to: User, headers: Mapping[str, str], stop: str) -> EmailMultiAlternatives:
    """Write the mail as plain text and as HTML.

    Args:
        stop: the address of the page that stops this kind, and leads to all choices.
    """
    context = {"mail": mail, "stop": stop}
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
