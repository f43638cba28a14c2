from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Group
from lib.weeks import Week
from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MentorshipFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInFactory, ProgressFactory
from tests.sent_form import fields_of
from tracker.actions.check_in_drafts import LONGEST_DRAFT
from tracker.models import CheckIn, CheckInDraft

WEEK = "2026-W38"


def url_of(cast: Cast, name: str, week: str = WEEK) -> str:
    return reverse(f"tracker:{name}", args=[cast.clover.pk, week])


def row(cast: Cast, name: str, field: str) -> str:
    return f"e{cast.enrolment(name).pk}-{field}"


def opened(client: Client, cast: Cast) -> dict[str, str]:
    return fields_of(client.get(url_of(cast, "check-in-log")).text, "check-in")


def keep(client: Client, cast: Cast, fields: dict[str, str]) -> Any:
    """The request of the page's script while somebody types."""
    return client.post(url_of(cast, "check-in-draft"), fields, headers={"X-Requested-With": "check-in"})


def typed(client: Client, cast: Cast) -> dict[str, str]:
    enrolment = cast.enrolment("bruno").pk
    return opened(client, cast) | {
        "minutes": "a lot",
        "private_note": "Bruno looks tired.",
        f"e{enrolment}-attendance": "absent",
        f"e{enrolment}-note": "Two\r\nlines",
        "q0-title": "Which chunk size?",
        "q0-milestone": "",
        "q0-enrolment": str(enrolment),
    }


def test_draft_is_restored_wherever_the_form_is_opened(cast: Cast, as_: SignIn) -> None:
    fields = typed(as_("marta"), cast)
    response = keep(as_("marta"), cast, fields | {"csrfmiddlewaretoken": "x", "unknown": "y"})
    # 10:00 UTC is 11:00 in Lisbon.
    assert (response.status_code, response.text) == (200, "Draft saved 11:00")
    page = as_("marta").get(url_of(cast, "check-in-log"))
    shown = fields_of(page.text, "check-in")
    assert {name: value.replace("\r", "") for name, value in shown.items()} == {
        name: value.replace("\r", "") for name, value in fields.items()
    } | {"q1-title": "", "q1-milestone": str(cast.milestones[2].pk), "q1-enrolment": ""}
    assert "Draft from today at 11:00 restored" in page.text
    # Neither is the rest of what was proposed.
    proposed = {row(cast, name, "attendance") for name in ("ana", "chidi")} | {
        "outcome",
        "held_on",
        "proposed",
    }
    assert set(CheckInDraft.objects.get().fields) == set(fields) - proposed


def test_draft_leaves_the_day_open_that_was_proposed(cast: Cast, as_: SignIn) -> None:
    """Without a weekday the form proposes today, and a draft of Wednesday is restored on Thursday."""
    marta = as_("marta")
    keep(marta, cast, opened(marta, cast) | {"minutes": "40", "summary": "Attention once more."})
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        fields = opened(marta, cast)
        keep(marta, cast, fields | {"held_on": "2026-09-15"})
        assert opened(marta, cast)["held_on"] == "2026-09-15"
        # Restored, it still tells what was proposed.
        keep(marta, cast, opened(marta, cast))
        again = opened(marta, cast)
    assert (fields["held_on"], fields["minutes"], fields["summary"]) == (
        "2026-09-17",
        "40",
        "Attention once more.",
    )
    assert {name: again[name] for name in ("held_on", "minutes")} == {
        "held_on": "2026-09-15",
        "minutes": "40",
    }


def test_draft_of_before_the_meeting_proposes_its_day_from_then_on(cast: Cast, as_: SignIn) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Thursdays 18:00")
    marta = as_("marta")
    keep(marta, cast, opened(marta, cast) | {"summary": "To talk about: chunking."})
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        fields = opened(marta, cast)
    assert {
        name: fields.get(name) for name in ("outcome", "held_on", "minutes", row(cast, "ana", "attendance"))
    } == {
        "outcome": "held",
        "held_on": "2026-09-17",
        "minutes": "30",
        row(cast, "ana", "attendance"): "present",
    }
    assert fields["summary"] == "To talk about: chunking."


def test_draft_of_another_day_says_the_day(cast: Cast, as_: SignIn) -> None:
    keep(as_("marta"), cast, typed(as_("marta"), cast))
    CheckInDraft.objects.update(saved_at=datetime(2026, 9, 15, 22, 30, tzinfo=UTC))
    assert "Draft from yesterday at 23:30 restored" in as_("marta").get(url_of(cast, "check-in-log")).text


def test_draft_takes_the_place_of_the_one_before(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    for words in ("One", "Two"):
        keep(marta, cast, fields | {"summary": words})
    assert CheckInDraft.objects.get().fields["summary"] == ["Two"]


def test_draft_goes_when_the_check_in_is_saved(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    keep(marta, cast, fields)
    marta.post(url_of(cast, "check-in-log"), fields)
    assert not CheckInDraft.objects.exists()


def test_draft_under_way_while_its_writer_saves_does_not_come_back(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    marta.post(url_of(cast, "check-in-log"), fields)
    response = keep(marta, cast, fields)
    assert (response.status_code, response.text) == (
        409,
        "You saved this check-in in another window. Reload to continue.",
    )
    assert not CheckInDraft.objects.exists()


def test_draft_that_slipped_in_beside_the_saving_is_not_restored(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    marta.post(url_of(cast, "check-in-log"), fields)
    CheckInDraft.objects.create(
        group=cast.clover,
        week_starts_on=date(2026, 9, 14),
        person=cast.marta,
        fields={"version": ["0"], "summary": ["Old"]},
        saved_at=timezone.now(),
    )
    page = marta.get(url_of(cast, "check-in-log"))
    assert page.context["page"].draft is None
    assert fields_of(page.text, "check-in")["summary"] == ""


def test_draft_after_somebody_else_saved_ends_in_a_conflict_not_in_a_loss(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    keep(marta, cast, opened(marta, cast) | {"summary": "Mine"})
    ines = as_("ines")
    ines.post(url_of(cast, "check-in-log"), opened(ines, cast) | {"summary": "Theirs"})
    fields = opened(marta, cast)
    assert (fields["version"], fields["summary"]) == ("0", "Mine")
    assert marta.post(url_of(cast, "check-in-log"), fields).status_code == 409
    assert CheckIn.objects.get().summary == "Theirs"


def test_draft_leaves_a_step_that_was_ticked_off_since(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    chosen = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    keep(marta, cast, opened(marta, cast) | {f"s{chosen.pk}-done": "on"})
    as_("ana").post(reverse("tracker:step-close", args=[step.pk]), {"state": "done"})
    fields = opened(marta, cast)
    assert {f"s{step.pk}-done", f"s{chosen.pk}-done"} <= fields.keys()
    assert (fields[f"s{step.pk}-was"], fields[f"s{chosen.pk}-was"]) == ("done", "open")


def test_draft_leaves_a_state_that_was_marked_since(cast: Cast, as_: SignIn) -> None:
    marta, milestone = as_("marta"), cast.milestones[0]
    ana, bruno = (f"p{cast.enrolment(name).pk}-state" for name in ("ana", "bruno"))
    keep(marta, cast, opened(marta, cast) | {bruno: "working"})
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=milestone, state="working")
    fields = opened(marta, cast)
    assert (fields[ana], fields[bruno]) == ("working", "working")


def test_draft_keeps_the_question_that_is_meant(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    question = QuestionFactory.create(membership=cast.ana, title="Why divide by the square root?")
    keep(marta, cast, opened(marta, cast) | {"q0-title": "Why", "q0-again": str(question.pk)})
    page = marta.get(url_of(cast, "check-in-log")).text
    assert f'value="{question.pk}" checked' in page
    assert "Why divide by the square root?" in page


def test_draft_of_another_mentor_is_mentioned_and_not_shown(cast: Cast, as_: SignIn) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    keep(as_("tomas"), cast, opened(as_("tomas"), cast) | {"private_note": "Only for Tomás"})
    page = as_("marta").get(url_of(cast, "check-in-log"))
    assert page.context["page"].also_writing == ["Tomás"]
    assert "Tomás is also editing this check-in." in " ".join(page.text.split())
    assert "Only for Tomás" not in page.text
    assert page.context["page"].draft is None


def test_draft_of_another_mentor_of_yesterday_is_not_mentioned(cast: Cast, as_: SignIn) -> None:
    keep(as_("ines"), cast, opened(as_("ines"), cast))
    CheckInDraft.objects.update(saved_at=timezone.now() - timedelta(hours=13))
    assert as_("marta").get(url_of(cast, "check-in-log")).context["page"].also_writing == []


def test_draft_that_is_too_long_is_not_kept(cast: Cast, as_: SignIn) -> None:
    response = keep(as_("marta"), cast, {"summary": "x" * LONGEST_DRAFT})
    assert (response.status_code, response.text) == (
        409,
        "This draft is too long. Save the check-in or shorten it.",
    )
    assert not CheckInDraft.objects.exists()


def test_draft_of_the_longest_length_is_kept_without_nul(cast: Cast, as_: SignIn) -> None:
    text = "x" * (LONGEST_DRAFT - len("summary") - 1) + "\0"
    assert keep(as_("marta"), cast, {"summary": text}).status_code == 200
    assert CheckInDraft.objects.get().fields == {"summary": [text[:-1]]}


def test_draft_with_fields_that_the_form_no_longer_has_is_restored_without_them(
    cast: Cast, as_: SignIn
) -> None:
    enrolment = cast.enrolment("bruno").pk
    old = {
        f"e{enrolment}-next_step": ["Read"],
        "group-next_due_on": ["x"],
        "q0-asked_by": ["1"],
        "q0-title": ["Why?"],
    }
    CheckInDraft.objects.create(
        group=cast.clover,
        week_starts_on=date(2026, 9, 14),
        person=cast.marta,
        fields=old | {f"e{enrolment}-note": ["Better"], f"s{enrolment}-done": [], "version": []},
        saved_at=timezone.now(),
    )
    fields = opened(as_("marta"), cast)
    assert (fields[f"e{enrolment}-note"], fields["q0-title"], fields["q0-enrolment"]) == (
        "Better",
        "Why?",
        "",
    )


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "²"])
def test_draft_with_a_version_that_is_none_is_kept(cast: Cast, as_: SignIn, version: str) -> None:
    assert keep(as_("marta"), cast, {"version": version, "summary": "x"}).status_code == 200
    assert as_("marta").get(url_of(cast, "check-in-log")).status_code == 200


def test_draft_is_kept_by_its_button_without_javascript(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    response = marta.post(url_of(cast, "check-in-draft"), {"summary": "x"}, follow=True)
    assert response.redirect_chain == [(url_of(cast, "check-in-log"), 302)]
    assert [str(message) for message in response.context["messages"]] == ["Draft saved 11:00"]


def test_draft_is_deleted(cast: Cast, as_: SignIn) -> None:
    marta = as_("marta")
    keep(marta, cast, {"summary": "x"})
    keep(as_("ines"), cast, {"summary": "y"})
    response = marta.post(url_of(cast, "check-in-draft-delete"), follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Draft deleted"]
    assert list(CheckInDraft.objects.values_list("person__name", flat=True)) == ["Inês Duarte"]


def test_draft_of_a_future_week_is_not_kept(cast: Cast, as_: SignIn) -> None:
    assert as_("marta").post(url_of(cast, "check-in-draft", "2026-W39")).status_code == 404


@pytest.mark.parametrize("is_there", [True, False])
def test_draft_takes_constant_queries(
    cast: Cast, as_: SignIn, is_there: bool, django_assert_num_queries: Any
) -> None:
    marta = as_("marta")
    fields = opened(marta, cast)
    CheckInFactory.create(group=cast.clover)
    if is_there:
        keep(marta, cast, fields)
    with django_assert_num_queries(6):
        keep(marta, cast, fields)


@pytest.mark.parametrize(
    ("meeting", "monday", "told"),
    [
        ("Wednesdays 18:00", date(2026, 9, 14), "Draft of Wednesday’s check-in"),
        ("by appointment", date(2026, 9, 14), "Draft of this week’s check-in"),
        ("", date(2026, 9, 7), "Draft of last week’s check-in"),
        ("", date(2026, 8, 31), "Draft of the check-in for Mon 31 August to Sun 6 September"),
    ],
)
def test_draft_is_told_at_its_group_on_my_groups(
    cast: Cast, as_: SignIn, meeting: str, monday: date, told: str
) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=meeting)
    lena = MentorshipFactory.create(group=cast.clover, role="co-mentor").person
    for person in (cast.marta, lena):
        CheckInDraft.objects.create(
            group=cast.clover,
            week_starts_on=monday if person == cast.marta else date(2026, 9, 7),
            person=person,
            saved_at=timezone.now(),
        )
    page = as_("marta").get("/groups/").text
    assert page.count("data-kept") == 1
    address = reverse("tracker:check-in-log", args=[cast.clover.pk, Week.of(monday).iso])
    link = page.split(f'<a data-kept href="{address}">')[1].split("</a>")[0]
    assert link.strip() == told
