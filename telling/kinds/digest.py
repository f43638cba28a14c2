"""The two summaries: of a morning, what waited since the last one; on Monday also how it stands with all one has.

What Monday adds is in `my_week`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse

from courses.models import CourseAdmin
from groups.models import Absence, Membership, Mentorship
from lib.text import counted
from people.models import Event, MailChoice, Message, User
from people.models.outbox import MessageQuerySet
from telling.kinds.kind import MORNING, MailKind
from telling.kinds.my_week import DigestSection, helped_rows, sections_of
from telling.mails import Mail, Part

_MONDAY = 0
# Of the waiting lines; the rest waits for the next digest.
_MOST_HELD = 50
_EACH_MORNING = "in the morning when there is news"
SAID_IN_DIGEST = "Included in the digest."


def _who(people: Collection[int], day: date, now: datetime) -> Iterable[int]:
    if day.weekday() != _MONDAY:
        return
    ids = list(people)
    # Students who are away get nothing as students, and mentors who are away from all their groups nothing as mentors.
    away = Absence.objects.overlapping(day, day).filter(enrolment=OuterRef("enrolment"))
    students = Membership.objects.open(day).filter(~Exists(away), enrolment__person__in=ids)
    yield from students.values_list("enrolment__person", flat=True)
    mentors = Mentorship.objects.there(day).filter(person__in=ids)
    yield from mentors.values_list("person", flat=True)
    yield from CourseAdmin.objects.filter(person__in=ids).values_list("person", flat=True)
    yield from held(ids).values_list("recipient", flat=True)


def _people_with_news(people: Collection[int], day: date, now: datetime) -> Iterable[int]:
    never = MailChoice.objects.filter(soon=MailChoice.Soon.NEVER)
    waiting = held(people).exclude(recipient__in=never.filter(kind=NEWS.name).values("person"))
    if day.weekday() == _MONDAY:
        # The digest says it to all others.
        waiting = waiting.filter(recipient__in=never.filter(kind=DIGEST.name).values("person"))
    yield from waiting.values_list("recipient", flat=True)


def held(people: Collection[int]) -> MessageQuerySet:
    """Messages that wait for the next summary of these people, and were not seen by them."""
    waiting = Message.objects.filter(recipient__in=people, state=Message.State.DIGEST, looked_at=None)
    # No summary waits for itself.
    return waiting.exclude(kind__in=[DIGEST.name, NEWS.name])


def held_next(reader: User) -> list[Message]:
    """Messages of the next summary, the oldest first."""
    return list(held([reader.pk]).select_related("event").order_by("pk")[:_MOST_HELD])


def end_held(said: Collection[Message], now: datetime) -> None:
    """The summary has said it."""
    waiting = Message.objects.filter(pk__in=[message.pk for message in said], state=Message.State.DIGEST)
    waiting.update(state=Message.State.SENT, ended_at=now, reason=SAID_IN_DIGEST)


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    sections = sections_of(reader, now)
    others = _held_mails(reader, now, is_monday=True)
    helped = helped_rows(reader, now)
    if not sections and not others and not helped:
        return None
    if not sections:
        title = f"Your week: {counted(len(others) + len(helped), 'update')}"
        sections = [DigestSection(title, [], "Open Trefoil", reverse("tracker:home"))]
    first, *more = sections
    parts = list(first.parts)
    for section in more:
        parts += [Part(section.title, look="head", path=section.path), *section.parts]
    if helped:
        parts += [Part("Your answer helped", look="head"), *helped]
    parts += _parts_of(others, "Also new")
    return Mail(
        subject=first.title,
        heading=first.heading,
        parts=tuple(parts),
        label=first.label,
        path=first.path,
        why="on Mondays, when there is news",
    )


def _write_news(reader: User, event: Event, now: datetime) -> Mail | None:
    """What waited; a single thing in its own mail."""
    mails = _held_mails(reader, now)
    if not mails[1:]:
        return replace(mails[0], why=_EACH_MORNING) if mails else None
    return Mail(
        subject=f"{mails[0].subject} · {len(mails) - 1} more",
        parts=tuple(_parts_of(mails)),
        label="Open Trefoil",
        path=reverse("tracker:home"),
        why=_EACH_MORNING,
    )


def _held_mails(reader: User, now: datetime, *, is_monday: bool = False) -> list[Mail]:
    """Write what was put aside for the summary and is still true and readable, once a thread; of this morning first.

    Args:
        is_monday: without what the digest says in words of its own.
    """
    from telling.kinds import KINDS

    seen: set[str] = set()
    mails: list[Mail] = []
    newest_first = held_next(reader)[::-1]
    for message in sorted(newest_first, key=lambda each: not _is_morning(each)):
        kind = KINDS[message.kind]
        if (
            message.event is None
            or not kind.tells(message.event)
            or (message.thread and message.thread in seen)
        ):
            continue
        seen.add(message.thread)
        if is_monday and kind.is_in_digest_of(reader, message.event, now):
            continue
        try:
            mail = kind.mail_of(reader, message.event, now)
        except (Http404, PermissionDenied):
            continue
        if mail is not None:
            mails.append(mail)
    return mails


def _is_morning(message: Message) -> bool:
    return message.event is not None and message.event.kind == MORNING


def _parts_of(mails: Collection[Mail], head: str = "") -> Iterator[Part]:
    """Yield a line a mail, below a heading; those that list something stand in full, each below its subject."""
    lists = [mail for mail in mails if mail.is_list]
    lines = [mail for mail in mails if not mail.is_list]
    for mail in lists:
        yield Part(" ".join(filter(None, [mail.subject, mail.place])), look="head", path=mail.path)
        yield from mail.body
    if lines and (head or lists):
        yield Part(head or "Also new", look="head")
    for mail in lines:
        note = " · ".join(filter(None, [mail.place, mail.preview]))
        yield Part(mail.subject, note=note, path=mail.path, look="row")


NEWS = MailKind(
    name="news",
    label="Summary each morning: what I do not get at once, and what was over five e-mails a day",
    roles=("student", "mentor", "course admin"),
    on_mornings=_people_with_news,
    is_digest=True,
    write=_write_news,
)
DIGEST = MailKind(
    name="digest",
    label="My week, on Monday: my groups, my milestones, and who needs me in my cohorts",
    roles=("student", "mentor", "course admin"),
    on_mornings=_who,
    is_digest=True,
    write=_write,
)
