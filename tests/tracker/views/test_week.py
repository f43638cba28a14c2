import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Cohort
from groups.models import PlanItem
from tests.conftest import Cast, SignIn
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.factories.tracker import AgreedStepFactory, ProgressFactory
from tests.tracker.dashboards.test_week import finish, furnish
from tracker.models import Progress


def url_of(cast: Cast, **query: int) -> str:
    return reverse("tracker:week", args=[cast.clover.pk], query=query)


def html_of(browser: Client, url: str, **headers: str) -> str:
    response = browser.get(url, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_week_stays_within_its_queries(
    cast: Cast, as_: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    furnish(cast, count)
    browser = as_("ana")
    browser.get(url_of(cast))  # what the database can is asked once a process
    here, asked_for = url_of(cast), url_of(cast, milestone=cast.milestones[0].pk)
    # A mark was changed after its state, as hours are noted: one asks whether somebody else had ended a request there.
    # By the address in a mail about its dates, one asks whether it was read.
    for url, queries in ((reverse("tracker:my-week"), 24), (here, 25), (asked_for, 25)):
        with django_assert_num_queries(queries):
            response = browser.get(url)
        assert response.status_code == 200


def test_week_has_forms_that_work_without_javascript(cast: Cast, as_: SignIn) -> None:
    finish(cast, 0)
    prompts = cast.milestones[1]
    material = MaterialFactory.create(milestone=prompts)
    step = AgreedStepFactory.create(group=cast.clover, enrolment=cast.enrolment("ana"))
    html = html_of(as_("ana"), url_of(cast))
    here = url_of(cast, milestone=prompts.pk)
    for name, args in (
        ("tracker:progress-mark", [cast.clover.pk]),
        ("tracker:progress-hours", [cast.clover.pk, prompts.pk]),
        ("tracker:material-tick", [cast.clover.pk, material.pk]),
        ("tracker:step-close", [step.pk]),
    ):
        assert f'method="post" action="{reverse(name, args=args)}"' in html
    assert html.count(f'name="next" value="{here}"') >= 5
    (ask,) = re.findall(r'<details class="more ask-for-help".*?</details>', html, re.S)
    assert 'name="words"' in ask
    assert f'value="{cast.ana.enrolment_id}-{prompts.pk}-need_help"' in ask
    assert f'value="{cast.ana.enrolment_id}-{prompts.pk}-skipped"' in html


def test_week_lets_nobody_mark_for_others(cast: Cast, as_: SignIn) -> None:
    html = html_of(as_("ana"), url_of(cast))
    assert f'id="cell-{cast.ana.enrolment_id}-' in html
    for other in (cast.bruno, cast.chidi):
        assert f'id="cell-{other.enrolment_id}-' not in html
        assert reverse("tracker:student-detail", args=[other.enrolment_id]) not in html


def test_week_in_a_closed_cohort_can_only_be_read(cast: Cast, as_: SignIn) -> None:
    MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    AgreedStepFactory.create(group=cast.clover)
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    html = html_of(as_("ana"), url_of(cast))
    assert "Autumn 2026 was closed on 16 September 2026. Progress can no longer be changed." in html
    assert "<h1>Autumn 2026 is over</h1>" in html
    shown = html_of(as_("ana"), url_of(cast, milestone=cast.milestones[0].pk))
    assert "Tokens" in shown
    html += shown
    for form in ("/progress/", "/hours/", "/tick/", "/ask/", "/close/"):
        assert form not in html


def test_week_answers_htmx_with_what_it_swaps(cast: Cast, as_: SignIn) -> None:
    html = html_of(as_("ana"), url_of(cast), **{"HX-Request": "true", "HX-Target": "week"})
    assert "<html" not in html
    assert html.count('id="week"') == 1
    assert html.count('id="messages"') == 1
    assert "hx-swap-oob" in html
    assert "<html" in html_of(as_("ana"), url_of(cast), **{"HX-Request": "true"})


def test_week_shows_the_milestone_asked_for(cast: Cast, as_: SignIn) -> None:
    rag = cast.milestones[3]
    assert "<h1>RAG</h1>" in html_of(as_("ana"), url_of(cast, milestone=rag.pk))
    beyond = MilestoneFactory.create(course=cast.course, position=9, title="Agents")
    html = html_of(as_("ana"), url_of(cast, milestone=beyond.pk))
    assert "<h1>Agents</h1>" in html
    assert ">Beyond the plan</b>" in html


@pytest.mark.parametrize("asked_for", ["", "no-number", "0", "9" * 40, "-1"])
def test_week_shows_the_milestone_to_work_on_instead_of_none(cast: Cast, as_: SignIn, asked_for: str) -> None:
    url = reverse("tracker:week", args=[cast.clover.pk], query={"milestone": asked_for})
    assert "<h1>LLM basics</h1>" in html_of(as_("ana"), url)


def test_sum_of_milestones_leads_to_all_of_them(cast: Cast, as_: SignIn) -> None:
    for number in range(6):
        milestone = MilestoneFactory.create(
            course=cast.course, position=10 + number, title=f"Agents {number}"
        )
        PlanItem.objects.create(group=cast.clover, milestone=milestone, due_on=date(2026, 10, 18))
    ana = as_("ana")
    (link,) = re.findall(r'<a\s+href="([^"]+)">\s*7–10<span', html_of(ana, url_of(cast)))
    page = ana.get(link, follow=True).text
    heads = re.findall(r'<th scope="col" class="m[^"]*">\s*<span>(.*?)</span>', page)
    assert (len(heads), heads[-1]) == (10, "Agents 5")
    # A mark brings it back as it was.
    assert f'name="next" value="{url_of(cast, milestone=cast.milestones[0].pk)}&amp;unfold=on"' in page


def test_week_without_a_mentor_says_who_reads(cast: Cast, as_: SignIn) -> None:
    cast.clover.mentorships.all().delete()
    Cohort.objects.update(asks_before_meeting=True)
    html = html_of(as_("ana"), url_of(cast))
    assert "Course admins read this" in " ".join(html.split())
    assert "Your group has no mentor yet." in html


def test_week_without_a_plan_says_so(cast: Cast, as_: SignIn) -> None:
    PlanItem.objects.all().delete()
    html = html_of(as_("ana"), url_of(cast))
    assert "<h1>No plan yet</h1>" in html
    assert "Not set yet" in html
    assert url_of(cast, milestone=cast.milestones[3].pk) in html


def test_week_with_everything_done_says_so(cast: Cast, as_: SignIn) -> None:
    finish(cast, 0, 1, 2, 3)
    html = html_of(as_("ana"), url_of(cast))
    assert "<h1>All done</h1>" in html
    assert "Well done, Ana: 4 milestones." in html


def test_week_leads_on_once_a_milestone_is_done(cast: Cast, as_: SignIn) -> None:
    finish(cast, 0)
    html = html_of(as_("ana"), url_of(cast, milestone=cast.milestones[0].pk))
    url = url_of(cast, milestone=cast.milestones[1].pk)
    assert f'next: <a href="{url}"> Prompt engineering</a>' in " ".join(html.split())


def test_week_switches_between_several_groups(cast: Cast, as_: SignIn) -> None:
    assert "Your groups" not in html_of(as_("ana"), url_of(cast))
    other = GroupFactory.create(name="Aspen", cohort__title="Spring", cohort__course__title="Statistics II")
    MembershipFactory.create(group=other, person=cast.person("ana"))
    html = html_of(as_("ana"), url_of(cast))
    assert "Aspen, Statistics II" in html
    assert reverse("tracker:week", args=[other.pk]) in html


def test_week_needs_no_script_of_ours_in_the_page(cast: Cast, as_: SignIn) -> None:
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"), milestone=cast.milestones[0], state=Progress.State.NEED_HELP
    )
    html = html_of(as_("ana"), url_of(cast))
    assert "onclick" not in html
    assert " style=" not in html
