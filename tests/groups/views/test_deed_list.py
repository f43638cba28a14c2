"""Course admins read who did what, by person and kind; the log has the same, by numbers."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions.course import add_course_admin, remove_course_admin
from groups.actions.mentorship import assign_mentor
from people.actions.anonymise import anonymise
from people.audit import record
from people.models import Deed
from people.previews import rolled_back
from sheets.actions.sheet_addresses import renew_address
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.people import UserFactory
from tests.moving import leave_group, undo_move
from tests.sheets.importing import confirmed, previewed, undone
from tracker.actions.closing import close_cohort, open_again

PEOPLE = ("people.csv", b"Name,E-mail\nGus Lind,gus@example.com\n")


def shown(cast: Cast, as_: SignIn, **asked: str) -> list[str]:
    page = (
        as_("ines").get(reverse("groups:deed-list", args=[cast.course.slug]), asked).text.split("</main>")[0]
    )
    parts = page.split('<div class="grow">')[1:]
    return [" ".join(part.split('<div class="small">')[0].split()) for part in parts]


def test_each_deed_is_a_line_with_the_names_of_today(
    cast: Cast, as_: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "trefoil.audit")
    nadia, ines, marta = UserFactory.create(name="Nadia Reis"), cast.ines, cast.marta
    add_course_admin(course=cast.course, person=marta, by=ines, at=NOW)
    remove_course_admin(course=cast.course, person=marta, by=ines, at=NOW)
    assign_mentor(group=cast.clover, person=nadia, role="co-mentor", on=TODAY, by=ines, at=NOW)
    move = leave_group(enrolment=cast.enrolment("ana"), on=TODAY, reason="They quarrel", by=ines, at=NOW)
    undo_move(move=move, by=ines, at=NOW)
    renew_address(cohort=cast.cohort, kind="progress", by=ines, at=NOW)
    undone(confirmed(previewed("roster", PEOPLE, by=ines, cohort=cast.cohort), ines), ines)
    as_("ines").get(reverse("sheets:export-csv", args=[cast.cohort.pk, "people"]))
    course, cohort = cast.course.title, cast.cohort.title
    assert shown(cast, as_) == [
        f"Inês Duarte exported people of {cohort}",
        f"Inês Duarte undid an import into {cohort}",
        f"Inês Duarte imported into {cohort}",
        f"Inês Duarte enrolled people who are gone in {cohort}",
        f"Inês Duarte made an address for spreadsheets of {cohort}: progress",
        f"Inês Duarte undid moves of Ana Ruivo in {cohort}",
        f"Inês Duarte took Ana Ruivo out of their group in {cohort}",
        "Inês Duarte made Nadia Reis co-mentor of Clover",
        f"Inês Duarte removed Marta Pires from the course admins of {course}",
        f"Inês Duarte made Marta Pires a course admin of {course}",
    ]
    assert f"made person {nadia.pk} co-mentor of group {cast.clover.pk}" in caplog.text
    assert "quarrel" not in caplog.text
    assert not Deed.objects.filter(what__contains="quarrel").exists()
    assert shown(cast, as_, q="nad") == ["Inês Duarte made Nadia Reis co-mentor of Clover"]
    assert len(shown(cast, as_, q="ines")) == 10
    assert shown(cast, as_, kind="address") == [
        f"Inês Duarte made an address for spreadsheets of {cohort}: progress"
    ]
    anonymise(person=nadia, at=NOW)
    assert (
        shown(cast, as_, kind="role")[0] == f"Inês Duarte made Former person {nadia.pk} co-mentor of Clover"
    )


def test_a_closing_and_its_undo_are_deeds_and_a_preview_is_none(cast: Cast, as_: SignIn) -> None:
    reasons = dict.fromkeys([row.pk for row in cast.cohort.enrolments.all()], "finished")
    with rolled_back():
        close_cohort(cohort=cast.cohort, on=TODAY, reasons=reasons, word="", by=cast.ines, at=NOW)
    assert not Deed.objects.exists()
    closing = close_cohort(cohort=cast.cohort, on=TODAY, reasons=reasons, word="", by=cast.ines, at=NOW)
    open_again(closing=closing, by=cast.ines, at=NOW)
    assert shown(cast, as_, kind="closing") == [
        f"Inês Duarte {words}" for words in (f"opened {cast.cohort} again", f"closed {cast.cohort}")
    ]
    # Six students: five names, and how many more.
    assert shown(cast, as_, kind="move")[-1].endswith(f" and 1 more in {cast.cohort}")


def test_only_course_admins_of_the_course_read_it(cast: Cast, as_: SignIn) -> None:
    url = reverse("groups:deed-list", args=[cast.course.slug])
    assert [as_(name).get(url).status_code for name in ("ines", "marta", "ana", "zoe")] == [
        200,
        403,
        403,
        404,
    ]


def test_the_page_costs_the_same_for_more_of_everything(
    cast: Cast, as_: SignIn, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    browser, url = as_("ines"), reverse("groups:deed-list", args=[cast.course.slug])
    browser.get(url)
    people = [row.person_id for row in cast.cohort.enrolments.all()]
    for number in (1, 3):
        for hours in range(number):
            record(
                Deed.Kind.ROLE, "made {people} mentors of {thing}", thing=cast.clover,
                people=people[:number], by=cast.ines, at=NOW - timedelta(hours=hours),
            )  # fmt: skip
        with django_assert_num_queries(8):
            browser.get(url)
