"""All students of a cohort on one page: who is shown, found and counted, and what a mark there answers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.models import Enrolment, Membership
from people.models import User
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import MilestoneFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, PlanItemFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, ProgressFactory
from tests.messages import said
from tests.tracker.dashboards.test_board_queries import fill
from tracker.actions.closing import close_cohort
from tracker.models import Progress, StudentSnapshot
from tracker.snapshots import take_snapshot

CLOVER, JUNIPER = ["Ana Ruivo", "Bruno Sá", "Chidi Okafor"], ["Dalia Haddad", "Emre Kaya", "Fátima Nunes"]


def url(cast: Cast, **query: object) -> str:
    asked = {name: str(value) for name, value in query.items()}
    return reverse("tracker:everybody", args=[cast.cohort.pk], query=asked)


@pytest.fixture
def term(cast: Cast) -> Cast:
    """All have done the two milestones that are due, but Bruno, who needs help, and Emre."""
    User.objects.update(last_login=NOW)
    Enrolment.objects.update(last_active_at=NOW)
    done = {"ana": 2, "bruno": 1, "chidi": 2, "dalia": 2, "emre": 0, "fatima": 2}
    for name, count in done.items():
        for milestone in cast.milestones[:count]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    for name, number, state in (("bruno", 1, "need_help"), ("emre", 0, "working"), ("dalia", 2, "working")):
        enrolment = cast.enrolment(name)
        ProgressFactory.create(enrolment=enrolment, milestone=cast.milestones[number], state=state)
    return cast


def shown(browser: Client, address: str) -> dict[str, list[str]]:
    """The names on the page by the name of the group, as they are read."""
    text = browser.get(address).text
    bodies = re.findall(r"<tbody.*?</tbody>", text, re.DOTALL)
    return {
        re.findall(r'(?:<a href="/groups/\d+/">|<span class="late">)([^<]+)', body)[0]: re.findall(
            r'<span\s+class="only-desktop">([^<]+)', body
        )
        for body in bodies
    }


def whys(browser: Client, address: str) -> dict[str, str]:
    text = browser.get(address).text
    rows = re.findall(r'<tr id="row-.*?</tr>', text, re.DOTALL)
    return {
        re.findall(r'<span class="only-desktop">([^<]+)', row)[0]: why.strip()
        for row in rows
        for why in re.findall(r'<td class="why">\s*(?:<span[^>]*>)?([^<]*)', row)
    }


def behind_count(browser: Client, address: str) -> int:
    return int(re.findall(r"Behind <small>(\d+)</small>", browser.get(address).text)[0])


def test_everybody_shows_who_stands_where(term: Cast, as_: SignIn) -> None:
    EnrolmentFactory.create(cohort=term.cohort, person__name="Yusuf Adeyemi")
    browser = as_("ines")
    everyone = {"Clover": CLOVER, "Juniper": JUNIPER, "In no group": ["Yusuf Adeyemi"]}
    assert shown(browser, url(term)) == everyone
    assert whys(browser, url(term)) == {
        "Ana Ruivo": "", "Bruno Sá": "needs help", "Chidi Okafor": "",
        "Dalia Haddad": "", "Emre Kaya": "2 behind", "Fátima Nunes": "",
    }  # fmt: skip
    assert behind_count(browser, url(term)) == 2
    heads = browser.get(url(term)).context["shown"].heads
    assert [(column.title, done, column.classes) for column, done in heads] == [
        ("LLM basics", "5 of 6", " far"),
        ("Prompt engineering", "4 of 6", ""),
        ("Indexation", "0", " now"),
        ("RAG", "0", ""),
    ]


@pytest.mark.parametrize(
    ("query", "found", "done"),
    [
        ({"state": "need_help"}, {"Clover": ["Bruno Sá"]}, "1 of 1"),
        ({"state": "working"}, {"Juniper": ["Dalia Haddad", "Emre Kaya"]}, "1 of 2"),
        (
            {"state": "not_started"},
            {"Clover": ["Ana Ruivo", "Chidi Okafor"], "Juniper": ["Fátima Nunes"]},
            "3 of 3",
        ),
        ({"state": "done"}, {}, ""),
        ({"behind": "on"}, {"Clover": ["Bruno Sá"], "Juniper": ["Emre Kaya"]}, "1 of 2"),
        ({"behind": "on", "state": "working"}, {"Juniper": ["Emre Kaya"]}, "0"),
        # What is no state is no filter.
        ({"state": "x", "group": "x"}, {"Clover": CLOVER, "Juniper": JUNIPER}, "5 of 6"),
    ],
)
@pytest.mark.parametrize("is_kept", [False, True])
def test_everybody_finds_by_state_and_who_is_behind(
    term: Cast, as_: SignIn, is_kept: bool, query: dict[str, str], found: Any, done: str
) -> None:
    if is_kept:
        take_snapshot(term.cohort, NOW)
    assert shown(as_("ines"), url(term, **query)) == found
    # Heads count whom the page finds.
    heads = as_("ines").get(url(term, **query)).context["shown"].heads
    assert [label for _, label in heads][:1] == ([done] if found else [])
    assert behind_count(as_("ines"), url(term, **query)) == 2


def test_everybody_finds_a_group_and_who_has_done_all(term: Cast, as_: SignIn) -> None:
    for milestone in term.milestones[2:]:
        ProgressFactory.create(enrolment=term.ana.enrolment, milestone=milestone)
    assert shown(as_("ines"), url(term, group=term.juniper.pk)) == {"Juniper": JUNIPER}
    assert shown(as_("ines"), url(term, state="done")) == {"Clover": ["Ana Ruivo"]}
    assert "Nobody matches." in as_("ines").get(url(term, state="done", group=term.juniper.pk)).text


def test_everybody_of_a_large_cohort_says_when_states_were_counted(term: Cast, as_: SignIn) -> None:
    take_snapshot(term.cohort, NOW)
    StudentSnapshot.objects.filter(enrolment=term.emre.enrolment).update(is_behind=False, state_now="done")
    browser = as_("ines")
    assert "as of 11:00, counted every few minutes" in browser.get(url(term)).text
    assert behind_count(browser, url(term)) == 1
    assert shown(browser, url(term, state="done")) == {"Juniper": ["Emre Kaya"]}
    # The page itself is of now.
    assert whys(browser, url(term))["Emre Kaya"] == "2 behind"


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("has_left", [False, True])
def test_who_studied_in_a_group_neither_reads_why_nor_finds_who_is_behind_there(
    term: Cast, as_: SignIn, is_kept: bool, has_left: bool
) -> None:
    ended = {"ended_on": TODAY - timedelta(days=2), "end_reason": "moved"} if has_left else {}
    MembershipFactory.create(
        group=term.clover, enrolment__cohort=term.cohort, enrolment__person=term.ines, **ended
    )
    if is_kept:
        take_snapshot(term.cohort, NOW)
    browser = as_("ines")
    read = whys(browser, url(term))
    assert {read[name] for name in CLOVER} == {""}
    assert read["Emre Kaya"] == "2 behind"
    assert read.get("Inês Duarte", "") == ""
    assert behind_count(browser, url(term)) == 1
    assert shown(browser, url(term, behind="on")) == {"Juniper": ["Emre Kaya"]}
    # Another course admin reads and finds all.
    other = term.course.admins.create(person=term.tomas).person
    assert whys(as_("tomas"), url(term))["Bruno Sá"] == "needs help"
    assert behind_count(as_("tomas"), url(term)) == (2 if has_left else 3)
    assert other == term.tomas


def test_own_enrolment_before_its_first_day_in_a_group_is_not_called_behind(term: Cast, as_: SignIn) -> None:
    MembershipFactory.create(
        group=term.juniper,
        enrolment__cohort=term.cohort,
        enrolment__person=term.ines,
        started_on=TODAY + timedelta(days=2),
    )
    browser = as_("ines")
    assert whys(browser, url(term))["Inês Duarte"] == ""
    assert behind_count(browser, url(term)) == 1


def test_page_of_fifty_cuts_no_group_and_keeps_its_filters(term: Cast, as_: SignIn) -> None:
    fill(term, 16)
    browser = as_("ines")
    first = shown(browser, url(term))
    # The next of three would be cut.
    assert [len(names) for names in first.values()] == [3] * 16
    text = browser.get(url(term, page=2)).text
    assert re.findall(r'<a href="/groups/\d+/">([^<]+)', text) == ["Group 15", "Juniper"]
    assert "49 to 54 of 54" in re.sub(r"\s+", " ", text)


def test_mark_in_everybody_is_answered_with_the_row_and_undone(term: Cast, as_: SignIn) -> None:
    browser = as_("ines")
    address = url(term, state="working", page=1)
    text = browser.get(address).text
    form = re.findall(rf'<form method="post" id="marks-{term.juniper.pk}".*?</form>', text, re.DOTALL)[0]
    sent = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', form))
    sent = {
        name: value.replace("&amp;", "&") for name, value in sent.items() if name != "csrfmiddlewaretoken"
    }
    assert sent["next"] == f"{address}#group-{term.juniper.pk}"
    button = {"mark": f"{term.emre.enrolment_id}-{term.milestones[0].pk}-done"}
    mark_url = reverse("tracker:progress-mark", args=[term.juniper.pk])
    headers = {"HX-Request": "true", "HX-Target": f"group-{term.juniper.pk}"}
    answer = browser.post(mark_url, sent | button, headers=headers)
    assert answer["HX-Retarget"] == f"#row-{term.emre.enrolment_id}"
    assert 'title="Emre Kaya, LLM basics: done"' in answer.text
    assert ">1 behind<" in answer.text
    assert '<span class="only-desktop">Emre Kaya</span>' in answer.text
    assert 'class="step"' not in answer.text
    assert f'href="?state=working&amp;page=1&amp;student={term.emre.enrolment_id}#row-' in answer.text
    undo = re.findall(r'class="undo" method="post" action="([^"]+)"', answer.text)[0]
    back = browser.post(undo, {"next": sent["next"]})
    assert back["Location"] == sent["next"]
    assert said(back).startswith("Undone. Emre is working on LLM basics.")
    assert Progress.objects.get(enrolment=term.emre.enrolment).state == "working"
    # Without a script.
    assert browser.post(mark_url, sent | button)["Location"] == sent["next"]


def test_row_of_a_mark_says_no_more_than_the_page(term: Cast, as_: SignIn) -> None:
    for week in (7, 14):
        check_in = CheckInFactory.create(group=term.clover, week_starts_on=TODAY.replace(day=week))
        CheckInEntryFactory.create(check_in=check_in, enrolment=term.ana.enrolment, attendance="absent")
    sent = {"mark": f"{term.ana.enrolment_id}-{term.milestones[2].pk}-working", "everybody": "1"}
    mark_url = reverse("tracker:progress-mark", args=[term.clover.pk])
    headers = {"HX-Request": "true", "HX-Target": f"group-{term.clover.pk}"}
    assert "missed 2 check-ins" in as_("ines").post(mark_url, sent, headers=headers).text
    # Ana herself, who asks as the sheet of her mentor does.
    assert "missed" not in as_("ana").post(mark_url, sent, headers=headers).text
    MembershipFactory.create(group=term.clover, person=term.ines)
    text = as_("ines").post(mark_url, sent, headers=headers).text
    assert "missed" not in text
    assert "Ana Ruivo" in text


def test_closed_cohort_is_shown_as_it_ended_and_takes_no_marks(term: Cast, as_: SignIn) -> None:
    close_cohort(cohort=term.cohort, on=TODAY, reasons={}, word="", by=term.ines, at=timezone.now())
    text = as_("ines").get(url(term)).text
    assert shown(as_("ines"), url(term)) == {"Clover": CLOVER, "Juniper": JUNIPER}
    assert 'class="cell"' not in text
    assert "marks-" not in text
    assert text.count("#mark-done") >= 9
    assert behind_count(as_("ines"), url(term)) == 0


def test_name_opens_the_student_in_place_but_not_before_the_first_day(term: Cast, as_: SignIn) -> None:
    coming = MembershipFactory.create(
        group=term.clover,
        enrolment__cohort=term.cohort,
        person__name="Nora Later",
        started_on=TODAY + timedelta(days=3),
    )
    browser = as_("ines")
    panel = browser.get(url(term, behind="on", student=term.bruno.enrolment_id)).text
    assert 'class="detail"' in panel
    assert "Prompt engineering, since today. No words yet." in panel
    assert f'href="?behind=on&amp;student={term.bruno.enrolment_id}#row-' in panel
    note = reverse("groups:mentor-note", args=[coming.enrolment_id])
    assert f'href="{note}"' in browser.get(url(term)).text
    assert 'class="detail"' not in browser.get(url(term, student=coming.enrolment_id)).text
    # Nobody who is not on the page.
    assert 'class="detail"' not in browser.get(url(term, behind="on", student=term.ana.enrolment_id)).text


def test_long_plans_have_at_most_seven_columns(term: Cast, as_: SignIn) -> None:
    for n in range(5, 13):
        milestone = MilestoneFactory.create(course=term.course, position=n, title=f"Step {n}")
        PlanItemFactory.create(group=term.clover, milestone=milestone)
    heads = as_("ines").get(url(term)).context["shown"].heads
    assert [(column.title, done) for column, done in heads] == [
        ("1 LLM basics", "5 of 6"), ("2 Prompt engineering", "4 of 6"), ("3 Indexation", "0"),
        ("4 RAG", "0"), ("5 Step 5", "0"), ("6 Step 6", "0"), ("7–12", ""),
    ]  # fmt: skip


def test_everybody_of_an_empty_cohort_says_what_to_do(cast: Cast, as_: SignIn) -> None:
    Membership.objects.all().delete()
    Enrolment.objects.all().delete()
    text = as_("ines").get(url(cast)).text
    assert "Nobody is enrolled" in text
    assert ">Import people</a>" in text
    assert "<table" not in text


@pytest.mark.parametrize("groups", [1, 4])
@pytest.mark.parametrize(("is_kept", "queries"), [(False, 25), (True, 27)])
def test_everybody_takes_constant_queries(
    cast: Cast, as_: SignIn, groups: int, is_kept: bool, queries: int, django_assert_num_queries: Any
) -> None:
    fill(cast, groups)
    for n in range(groups):
        EnrolmentFactory.create(cohort=cast.cohort)
        GroupFactory.create(cohort=cast.cohort, name=f"Empty {n}")
    if is_kept:
        take_snapshot(cast.cohort, NOW)
    browser = as_("ines")
    with django_assert_num_queries(queries):
        browser.get(url(cast))
