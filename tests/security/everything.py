"""Every page that there is to look at, of every thing in the database: what the scans for leaks walk through."""

import io
import zipfile
from collections.abc import Iterator
from unittest import mock

from django.test import Client
from django.urls import reverse
from django_htmx import middleware
from django_htmx.middleware import HtmxDetails

from courses.models import Course
from groups.models import Enrolment, Group
from questions.models import MaterialChange, MaterialNeed, Question
from tests.conftest import Cast
from tests.places import PLACES
from tracker.models import CheckIn, CodeReview


def places(cast: Cast) -> list[str]:
    """The address of every page by its place; to be asked for while there is one of everything."""
    return [reverse(name, args=place(cast).args) for name, place in PLACES.items()]


def addresses() -> Iterator[str]:  # noqa: C901 - a kind of row after the other
    """The addresses of each row of what people write."""
    for question in Question.objects.all():
        for page in ("detail", "edit", "duplicate"):
            yield reverse(f"questions:question-{page}", args=[question.pk])
    for group in Group.objects.all():
        for page in ("tracker:group-detail", "tracker:week", "tracker:check-in-list"):
            yield reverse(page, args=[group.pk])
        yield reverse("questions:question-new", args=[group.pk], query={"milestone": ""})
    for check_in in CheckIn.objects.all():
        for page in ("detail", "log", "similar"):
            yield reverse(f"tracker:check-in-{page}", args=[check_in.group_id, check_in.week.iso])
    for enrolment in Enrolment.objects.all():
        yield reverse("tracker:student-detail", args=[enrolment.pk])
        yield reverse("tracker:enrolment-detail", args=[enrolment.pk])
    for review in CodeReview.objects.all():
        yield reverse("tracker:review-detail", args=[review.pk])
    for need in MaterialNeed.objects.all():
        for page in ("detail", "meet"):
            yield reverse(f"trends:need-{page}", args=[need.pk])
        thing = {"question": need.question_id, "topic": need.topic_id, "material": need.material_id}
        things = {name: pk for name, pk in thing.items() if pk}
        yield reverse("trends:need-new", args=[need.course.slug], query=things)
        yield reverse("trends:change-new", args=[need.course.slug], query={"need": need.pk})
    for change in MaterialChange.objects.all():
        for page in ("detail", "edit"):
            yield reverse(f"trends:change-{page}", args=[change.pk])
    for question in Question.objects.all():
        yield reverse("questions:question-list", query={"group": question.group_id})
    # The questions behind the figures of the trends, of the course and of each group.
    for course in Course.objects.all():
        yield reverse("questions:question-list", query={"course": course.slug})
        for group in Group.objects.filter(cohort__course=course):
            yield reverse("questions:question-list", query={"course": course.slug, "group": group.pk})
            yield reverse("trends:trends", args=[course.slug], query={"group": group.name})
    for sort in ("newest", "most-asked", "oldest-open"):
        yield reverse("questions:question-list", query={"sort": sort})


class NotingHtmx(HtmxDetails):
    """Notes whether a page asks how it is wanted: all others answer a script as they answer everybody."""

    is_read = False

    def _get_header_value(self, name: str) -> str | None:
        NotingHtmx.is_read = True
        return super()._get_header_value(name)


def pages(client: Client, urls: list[str], *, as_parts: bool = False) -> Iterator[tuple[str, str]]:
    """The pages of this browser by address: address and text; with `as_parts`, also what htmx is answered."""
    with mock.patch.object(middleware, "HtmxDetails", NotingHtmx):
        for url in urls:
            for headers in ({}, {"HX-Request": "true"}) if as_parts else ({},):
                NotingHtmx.is_read = False
                response = client.get(url, headers=headers)
                if response.status_code == 200 and not response.streaming:
                    yield url, response.content.decode(errors="replace")
                if not NotingHtmx.is_read:
                    break


def unpacked(file: bytes) -> str:
    """All text of a file, of a workbook, or of an archive of workbooks."""
    if not file.startswith(b"PK"):
        return file.decode()
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        return "".join(unpacked(parts.read(name)) for name in parts.namelist())
