"""What mentors write about a student in a check-in is declared once: its readers find each text, the student none."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from lib.texts import hidden_texts
from tests.conftest import TODAY, Cast
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tracker.models import CheckInEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", hidden_texts(CheckInEntry))
def test_text_of_an_entry_is_read_wherever_its_check_in_is(
    cast: Cast, as_: Callable[[str], Client], name: str
) -> None:
    bruno, words = cast.enrolment("bruno"), f"words of the {name}"
    check_in = CheckInFactory.create(group=cast.clover, held_on=TODAY)
    CheckInEntryFactory.create(check_in=check_in, enrolment=bruno, **{name: words})
    history = reverse("tracker:student-detail", args=[bruno.pk])
    marta = as_("marta")
    form = marta.get(reverse("tracker:check-in-log", args=[cast.clover.pk, check_in.week.iso])).text
    assert re.search(rf'<textarea[^>]*name="e{bruno.pk}-{name}"[^>]*>\s*{words}', form)
    panel = f"{reverse('tracker:my-groups')}?student={bruno.pk}"
    for url in (check_in.get_absolute_url(), history, panel):
        assert words in marta.get(url).text, url
    export = reverse("sheets:export-csv", args=[cast.cohort.pk, "check-ins"])
    assert words.encode() in b"".join(as_("ines").get(export))
    for url in (check_in.get_absolute_url(), history):
        assert words not in as_("bruno").get(url).text, url


def test_an_entry_without_words_leaves_no_empty_paragraph(cast: Cast, as_: Callable[[str], Client]) -> None:
    bruno = cast.enrolment("bruno")
    check_in = CheckInFactory.create(group=cast.clover, held_on=TODAY)
    CheckInEntryFactory.create(check_in=check_in, enrolment=bruno)
    panel = as_("marta").get(f"{reverse('tracker:my-groups')}?student={bruno.pk}").text
    assert "Present, nothing noted." in panel
    assert "<p></p>" not in panel
