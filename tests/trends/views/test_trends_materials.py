"""The panel of materials: how they were found, as totals of a course and of cohorts, beside asks."""

from typing import Any

import pytest
from django.test import Client

from courses.models import Cohort, Material
from groups.actions.group import delete_group
from groups.models import Enrolment, Membership
from tests.conftest import NOW, Cast, SignIn
from tests.factories.courses import MaterialFactory
from tests.factories.groups import GroupFactory, MembershipFactory
from tests.trends.asked_story import tell_asked
from tests.trends.views.test_trends import text_of
from tracker.models import MaterialTick

URL = "/courses/llm/trends/"
NAMES = ("ana", "bruno", "chidi", "dalia", "emre", "fatima")


def say(material: Material, *said: tuple[Membership, str]) -> None:
    MaterialTick.objects.bulk_create(
        MaterialTick(
            enrolment=stay.enrolment, material=material, ticked_at=NOW, opinion=opinion, group=stay.group
        )
        for stay, opinion in said
    )


@pytest.fixture
def models(cast: Cast) -> Material:
    """Nobody asks about it, and five of two groups found it hard; who only ticks it says nothing."""
    models: Material = MaterialFactory.create(milestone=cast.milestones[0], title="Models")
    words = ("confusing", "confusing", "confusing", "too_long", "useful")
    say(models, *((getattr(cast, name), word) for name, word in zip(NAMES, words, strict=False)))
    MaterialTick.objects.create(enrolment=cast.enrolment("fatima"), material=models, ticked_at=NOW)
    return models


def sent(browser: Client, **address: Any) -> list[list[Any]]:
    """Of each material that is named: what was said, if it may be told, and how often it was asked about."""
    shown = browser.get(f"{URL}materials/", address).context["content"]
    rows = []
    for row in shown:
        if row.material:
            found = row.found
            said = [found.people, found.confusing, found.too_long, found.useful, found.share] if found else []
            rows.append([row.material.title, row.material.milestone.title, said, row.asks.count])
    return rows


def test_materials_are_ranked_by_what_was_said_beside_asks(cast: Cast, as_: SignIn, models: Material) -> None:
    story = tell_asked(cast)
    few = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    say(few, *((getattr(cast, name), "confusing") for name in NAMES[:4]))
    browser = as_("ines")
    assert sent(browser) == [
        ["Models", "LLM basics", [5, 3, 1, 1, 0.8], 0],
        ["Chunking strategies", "Prompt engineering", [], 1],
    ]
    page = text_of(browser.get(f"{URL}materials/").content.decode())
    assert "Models LLM basics 4 of 5 3 confusing, 1 too long, 1 useful 0" in page
    assert "Chunking strategies Prompt engineering too few said 1" in page
    assert "4 of 5 found Models confusing or too long." in page
    # The weeks chosen are those of the asks; a milestone chooses materials; spring said nothing.
    assert sent(browser, since="2026-09-14") == [["Models", "LLM basics", [5, 3, 1, 1, 0.8], 0]]
    assert [row[0] for row in sent(browser, milestone=cast.milestones[1].pk)] == ["Chunking strategies"]
    assert sent(browser, cohort=story.spring.pk) == []


def test_nothing_smaller_is_told(cast: Cast, as_: SignIn, models: Material) -> None:
    story = tell_asked(cast)
    # Two in spring: the course less autumn would be these.
    willow = Membership.objects.filter(group=story.willow)[:2]
    say(models, *((stay, "useful") for stay in willow))
    browser = as_("ines")
    assert sent(browser)[0] == sent(browser, cohort=cast.cohort.pk)[0]
    assert [row[2][:1] for row in sent(browser, cohort=[cast.cohort.pk, story.spring.pk])] == [[5], []]
    assert [row[2] for row in sent(browser, cohort=story.spring.pk)] == []
    for address in ({"group": "Clover"}, {"group": "Clover", "cohort": cast.cohort.pk}):
        assert [row[2] for row in sent(browser, **address) if row[2]] == []
        assert "Confusing or too long" not in browser.get(f"{URL}materials/", address).content.decode()
    assert [row[2] for row in sent(as_("marta")) if row[2]] == []
    assert "Models" not in as_("marta").get(f"{URL}materials/").content.decode().split("</header>")[-1]


def test_cohorts_count_once_five_people_of_two_groups_said_something(cast: Cast, as_: SignIn) -> None:
    story = tell_asked(cast)
    hard = MaterialFactory.create(milestone=cast.milestones[0], title="Tokens")
    say(hard, *((getattr(cast, name), "confusing") for name in NAMES[:4]))
    willow = list(Membership.objects.filter(group=story.willow)[:4])
    say(hard, *((stay, "confusing") for stay in willow))
    browser = as_("ines")
    # Four of autumn, four of spring: neither is told, alone or with the other.
    assert "Tokens" not in [row[0] for row in sent(browser)]
    say(hard, (cast.emre, "useful"))
    assert ("Tokens", [5, 4, 0, 1]) in [(row[0], row[2][:4]) for row in sent(browser)]
    # A fifth of spring is of the same group; another one of another group makes it a part of the total.
    oak = MembershipFactory.create(group__cohort=story.spring, group__name="Oak")
    say(hard, (oak, "useful"))
    assert ("Tokens", [10, 8, 0, 2]) in [(row[0], row[2][:4]) for row in sent(browser)]
    # Of spring, two are people of autumn who enrolled again: they are two of its five.
    for stay, name in zip(willow[:2], NAMES, strict=False):
        Enrolment.objects.filter(pk=stay.enrolment_id).update(person=cast.enrolment(name).person)
    assert ("Tokens", [10, 8, 0, 2]) in [(row[0], row[2][:4]) for row in sent(browser)]
    Cohort.objects.filter(pk=story.spring.pk).update(archived_at=NOW, archived_by=cast.ines)
    assert ("Tokens", [5, 4, 0, 1]) in [(row[0], row[2][:4]) for row in sent(browser)]


def test_total_keeps_what_was_said_in_a_group_that_is_deleted(
    cast: Cast, as_: SignIn, models: Material
) -> None:
    """Fátima is moved into a group of her own, says something, is moved back, and the group deleted."""
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    MaterialTick.objects.filter(enrolment=cast.enrolment("fatima")).update(opinion="too_long", group=fern)
    browser = as_("ines")
    before = sent(browser)
    assert before[0][2][0] == 6
    delete_group(group=fern)
    assert sent(browser) == before


def test_it_is_found_where_nobody_asks(cast: Cast, as_: SignIn, models: Material) -> None:
    browser = as_("ines")
    assert (
        f'<a href="{URL}materials/">What students said about materials</a>'
        in browser.get(URL).content.decode()
    )
    assert "4 of 5" in text_of(browser.get(f"{URL}materials/").content.decode())
    MaterialTick.objects.filter(opinion="useful").delete()
    assert "What students said about materials" not in browser.get(URL).content.decode()
