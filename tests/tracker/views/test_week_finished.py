"""A finished milestone is a moment: a student's own tick is drawn once; what all finished is said for a day."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.conftest import NOW, Cast, SignIn
from tests.factories.groups import MembershipFactory
from tests.factories.tracker import ProgressFactory
from tests.tracker.views.test_week import html_of, url_of

FINISHED = re.compile(r'<section class="joy".*?</section>', re.DOTALL)


def just(html: str) -> list[str]:
    return re.findall(r'<td class="m[^"]* just">\s*<button class="cell" id="([^"]+)"', html)


def joy(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", "".join(FINISHED.findall(html))).split())


def mark(cast: Cast, as_: SignIn, who: str, state: str = "done", of: str = "ana") -> str:
    """What Ana's week says after somebody marked prompt engineering, when she opens it next."""
    posted = {"mark": f"{cast.enrolment(of).pk}-{cast.milestones[1].pk}-{state}"}
    as_(who).post(reverse("tracker:progress-mark", args=[cast.clover.pk]), posted)
    return html_of(as_("ana"), url_of(cast))


def test_own_tick_is_drawn_once(cast: Cast, as_: SignIn) -> None:
    browser = as_("ana")
    cell = f"cell-{cast.enrolment('ana').pk}-{cast.milestones[1].pk}"
    posted = {"mark": cell.removeprefix("cell-") + "-done", "next": url_of(cast)}
    response = browser.post(reverse("tracker:progress-mark", args=[cast.clover.pk]), posted, follow=True)
    assert just(response.content.decode()) == [cell]
    assert just(html_of(browser, url_of(cast))) == []


@pytest.mark.parametrize(("who", "state"), [("ana", "working"), ("ana", "skipped"), ("marta", "done")])
def test_no_other_mark_is_drawn(cast: Cast, as_: SignIn, who: str, state: str) -> None:
    browser = as_(who)
    posted = {"mark": f"{cast.enrolment('ana').pk}-{cast.milestones[1].pk}-{state}"}
    browser.post(reverse("tracker:progress-mark", args=[cast.clover.pk]), posted)
    assert just(html_of(as_("ana") if who == "marta" else browser, url_of(cast))) == []


def test_what_the_group_finished_is_said_until_the_next_day(cast: Cast, as_: SignIn) -> None:
    for name, state, ago in (("bruno", "done", timedelta(days=3)), ("chidi", "skipped", timedelta(days=1))):
        ProgressFactory.create(
            enrolment=cast.enrolment(name), milestone=cast.milestones[1], state=state, state_since=NOW - ago
        )
    assert joy(html_of(as_("ana"), url_of(cast))) == ""
    assert joy(mark(cast, as_, "marta")) == "A B C Clover finished Prompt engineering"
    cast.enrolment("ana").progress.update(state_since=NOW - timedelta(days=1))
    assert joy(html_of(as_("ana"), url_of(cast))) == ""
    assert joy(mark(cast, as_, "ana", "working")) == ""


def test_what_all_skipped_or_one_did_alone_is_not_finished_by_the_group(cast: Cast, as_: SignIn) -> None:
    about = {"milestone": cast.milestones[1], "state_since": NOW}
    for name in ("ana", "bruno", "chidi"):
        ProgressFactory.create(enrolment=cast.enrolment(name), state="skipped", **about)
    assert joy(html_of(as_("ana"), url_of(cast))) == ""
    alone = MembershipFactory.create(group__cohort=cast.cohort)
    alone.group.plan_items.create(milestone=cast.milestones[1])
    ProgressFactory.create(enrolment=alone.enrolment, state="done", **about)
    client = as_("ana")
    client.force_login(alone.enrolment.person)
    assert joy(html_of(client, reverse("tracker:week", args=[alone.group_id]))) == ""
