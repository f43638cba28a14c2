"""Mails about course admins: each knows who else reads what only they read."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from courses.models import Course
from people.models import Event, User
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    admins = User.objects.filter(course_adminships__course=event.ids["course"]).order_by("pk")
    return {*admins, *User.objects.filter(pk=event.ids["person"])}


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    course = Course.objects.get(pk=event.ids["course"])
    person = User.objects.get(pk=event.ids["person"])
    admins = User.objects.filter(course_adminships__course=course)
    is_added = event.kind == "course_admin_added"
    if (person in admins) is not is_added or reader not in {*admins, person}:
        return None
    who = "You are" if reader == person else f"{person} is"
    names = ", ".join(admin.name for admin in admins.order_by("name", "pk"))
    return Mail(
        subject=f"{who} {'now' if is_added else 'no longer'} a course admin of {course}",
        parts=(Part(names, label="Course admins now"),),
        label="Open the course" if reader in admins else "Open Trefoil",
        path=course.get_absolute_url() if reader in admins else reverse("tracker:home"),
        why=f"because you are a course admin of {course}" if reader in admins else "because you were one",
        reply_to=event.by if event.by and event.by.is_active and event.by != reader else None,
        again="",
    )


COURSE_ADMINS = MailKind(
    name="admins",
    label="A course admin is added to my course, or removed",
    roles=("course admin",),
    events=("course_admin_added", "course_admin_removed"),
    recipients=_recipients,
    write=_write,
)
