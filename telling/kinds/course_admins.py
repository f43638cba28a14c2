"""Mails about course admins: each knows who else reads what only they read."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from courses.models import Course
from people.models import Event, User
from telling.kinds.kind import MailKind
from telling.mails import Mail, write_mail


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
    names = ", ".join(admin.name for admin in admins.order_by("name", "pk"))
    context = {"course": course, "person": person, "is_added": is_added, "admins": admins, "names": names}
    path = course.get_absolute_url() if reader in admins else reverse("tracker:home")
    return write_mail("admins", reader, now, context, path=path, reply_to=event.by)


COURSE_ADMINS = MailKind(
    name="admins",
    label="A course admin is added to my course, or removed",
    roles=("course admin",),
    events=("course_admin_added", "course_admin_removed"),
    recipients=_recipients,
    write=_write,
)
