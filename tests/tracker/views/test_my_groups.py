import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Cohort
from groups.models import Group
from tests.conftest import NOW, Cast, SignIn
from tests.factories.tracker import CheckInFactory, MeetingNoteFactory
from tests.messages import said
from tests.tracker.dashboards.test_my_groups import fill
from tracker.actions.progress import mark
from tracker.models import Progress
from tracker.standing import in_full


def url() -> str:
    return reverse("tracker:my-groups")


def mark_fields(cast: Cast, state: str) -> dict[str, Any]:
    return {
        "mark": f"{cast.bruno.enrolment_id}-{cast.milestones[1].pk}-{state}",
        "next": f"/groups/#group-{cast.clover.pk}",
    }


@pytest.mark.parametrize("groups", [1, 3])
def test_my_groups_takes_constant_queries(
    cast: Cast, as_: SignIn, groups: int, django_assert_num_queries: Any
) -> None:
    fill(cast, groups)
    browser = as_("marta")
    with django_assert_num_queries(23):
        answer = browser.get(url())
    assert answer.content.decode().count('<section class="group"') == groups


def test_my_groups_shows_whom_one_mentors_and_nobody_else(cast: Cast, as_: SignIn) -> None:
    page = as_("marta").get(url()).content.decode()
    assert {name for name in ("Ana Ruivo", "Bruno Sá", "Chidi Okafor", "Dalia Haddad") if name in page} == {
        "Ana Ruivo",
        "Bruno Sá",
        "Chidi Okafor",
    }
    assert f'href="/groups/{cast.clover.pk}/check-ins/2026-W37/log/"' in page


@pytest.mark.parametrize("name", ["ana", "ines", "zoe"])
def test_my_groups_of_who_mentors_nobody_says_what_will_come(cast: Cast, as_: SignIn, name: str) -> None:
    page = as_(name).get(url()).content.decode()
    assert "You don’t mentor a group right now" in page
    assert 'class="group' not in page


def test_my_groups_asks_for_a_sign_in(cast: Cast, client: Client) -> None:
    assert client.get(url()).headers["Location"] == f"/account/login/code/?next={url()}"


def test_click_on_a_cell_by_htmx_is_answered_with_the_row(
    cast: Cast, as_: SignIn, django_assert_max_num_queries: Any
) -> None:
    browser = as_("marta")
    columns = " ".join(str(each.pk) for each in cast.milestones)
    with django_assert_max_num_queries(36):
        answer = browser.post(
            reverse("tracker:progress-mark", args=[cast.clover.pk]),
            mark_fields(cast, "done") | {"columns": columns, "calm": "1"},
            headers={"HX-Request": "true", "HX-Target": f"group-{cast.clover.pk}"},
        )
    part = answer.content.decode()
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == (f"#row-{cast.bruno.enrolment_id}", "outerHTML")
    assert part.lstrip().startswith(f'<tr id="row-{cast.bruno.enrolment_id}">')
    assert (part.count("<tr"), part.count('<td class="m')) == (1, 4)
    assert 'title="Bruno Sá, Prompt engineering: done"' in part
    assert f'<summary id="calm-line-{cast.clover.pk}" hx-swap-oob="true">' in part
    assert part.count('id="messages"') == 1
    assert "Bruno’s Prompt engineering is done." in part
    assert Progress.objects.get().state == "done"


def test_cell_of_who_needs_help_is_no_button(cast: Cast, as_: SignIn) -> None:
    """Without a script it leads to the student, whose panel has the states: no request ends by a slip."""
    bruno = cast.enrolment("bruno")
    mark(enrolment=bruno, milestone=cast.milestones[1], state="need_help", by=bruno.person, at=timezone.now())
    page = as_("marta").get(url()).content.decode()
    cell = f"cell-{bruno.pk}-{cast.milestones[1].pk}"
    link = f'<a class="cell" id="{cell}" data-form="marks-{cast.clover.pk}" href="?student={bruno.pk}#row-{bruno.pk}"'
    assert link in " ".join(page.split())
    opened = as_("marta").get(f"{url()}?student={bruno.pk}").content.decode()
    assert f'name="mark" value="{bruno.pk}-{cast.milestones[1].pk}-working"' in opened
    assert opened.count(f'href="/students/{bruno.pk}/help/?milestone={cast.milestones[1].pk}"') == 1
    assert f'name="mark" value="{bruno.pk}-{cast.milestones[1].pk}-sorted_out"' in opened


def test_sorted_out_ends_the_request_and_can_be_undone(cast: Cast, as_: SignIn) -> None:
    bruno, milestone = cast.enrolment("bruno"), cast.milestones[1]
    mark(enrolment=bruno, milestone=milestone, state="need_help", by=bruno.person, at=timezone.now())
    address, sorted_out = (
        reverse("tracker:progress-mark", args=[cast.clover.pk]),
        {"mark": f"{bruno.pk}-{milestone.pk}-sorted_out"},
    )
    for stranger, status in (("tomas", 403), ("chidi", 403), ("zoe", 404)):
        assert as_(stranger).post(address, sorted_out).status_code == status
    answer = as_("marta").post(address, sorted_out | {"next": url()})
    assert answer.headers["Location"] == url()
    assert Progress.objects.get().state == "working"
    assert "Sorted out. Bruno is working on Prompt engineering." in said(answer)
    (undo,) = re.findall(r'action="([^"]+)"', said(answer))
    as_("marta").post(undo)
    assert Progress.objects.get().state == "need_help"


def test_group_and_student_open_in_place(cast: Cast, as_: SignIn) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 7), logged_by=cast.marta)
    browser = as_("marta")
    assert f'id="panel-{cast.clover.pk}"' in browser.get(f"{url()}?group={cast.clover.pk}").text
    assert "Write to Bruno" in browser.get(f"{url()}?student={cast.bruno.enrolment_id}").text
    # Of other groups nothing opens, whatever the address says.
    for address in (
        f"?group={cast.juniper.pk}",
        f"?student={cast.dalia.enrolment_id}",
        "?group=x",
        "?student=9e9",
    ):
        page = browser.get(url() + address).text
        assert 'class="panel' not in page
        assert "Write to" not in page


def test_click_on_a_cell_without_javascript_comes_back_to_the_card(cast: Cast, as_: SignIn) -> None:
    browser = as_("marta")
    bruno = cast.enrolment("bruno")
    mark(
        enrolment=bruno,
        milestone=cast.milestones[1],
        state="working",
        by=bruno.person,
        at=timezone.now(),
    )
    answer = browser.post(reverse("tracker:progress-mark", args=[cast.clover.pk]), mark_fields(cast, "done"))
    assert answer.headers["Location"] == f"/groups/#group-{cast.clover.pk}"
    page = browser.get(url()).content.decode()
    assert 'title="Bruno Sá, Prompt engineering: done"' in page
    assert f'value="{cast.bruno.enrolment_id}-{cast.milestones[1].pk}-undo"' in page


def test_card_of_another_mentors_group_takes_no_click(cast: Cast, as_: SignIn) -> None:
    answer = as_("tomas").post(
        reverse("tracker:progress-mark", args=[cast.clover.pk]), mark_fields(cast, "done")
    )
    assert answer.status_code == 403
    assert not Progress.objects.exists()


def test_opened_student_says_nothing_twice(cast: Cast, as_: SignIn) -> None:
    """Their last word stands above the reasons, and the row says how far behind they are."""
    bruno = cast.enrolment("bruno")
    mark(enrolment=bruno, milestone=cast.milestones[2], state="working", by=bruno.person, at=NOW)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Tuesdays 18:00")
    Cohort.objects.filter(pk=cast.cohort.pk).update(asks_before_meeting=True)
    MeetingNoteFactory.create(
        group=cast.clover, enrolment=bruno, going="stuck", week_starts_on=date(2026, 9, 7)
    )
    browser, opened = as_("marta"), f"{url()}?student={bruno.pk}"
    page = browser.get(opened).context
    row = page["dashboard"].card_of(cast.clover.pk).sheet.row_of(bruno.pk)
    assert in_full(row.member.standing.reasons) == (
        "2 milestones behind (LLM basics, Prompt engineering); said “stuck” before the meeting"
    )
    assert (page["student_panel"]["note_label"], page["student_panel"]["why"]) == ("Said today: stuck", "")


def test_opened_student_is_said_to_be_behind_where_their_row_says_something_else(
    cast: Cast, as_: SignIn
) -> None:
    ana = cast.enrolment("ana")
    browser, opened = as_("marta"), f"{url()}?student={ana.pk}"
    assert browser.get(opened).context["student_panel"]["why"] == ""
    mark(enrolment=ana, milestone=cast.milestones[2], state="need_help", by=ana.person, at=NOW)
    page = browser.get(opened).context
    row = page["dashboard"].card_of(cast.clover.pk).sheet.row_of(ana.pk)
    behind = "2 milestones behind (LLM basics, Prompt engineering)"
    assert (row.member.words.text, page["student_panel"]["why"]) == ("needs help", behind)
