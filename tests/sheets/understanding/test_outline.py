from decimal import Decimal

import pytest

from sheets.understanding.outline import understand_outline

README = """
# Gardening

Learners form groups of 3. A mentor gives at least 45 minutes per week to each group.

## Calendar

> **Note**: move as you like.

Week 01 _(~3.5 hours)_

- Soil

Week 02 _(~2 hours)_

- [Seeds](https://example.com/seeds)
  - a detail below a topic
- Watering *well*

## What to bring

- Week 9 of holidays is no week of the course? It is a list item, so it is one.

## Pre-requisites

You should know:

- what a **spade** is
- [plants](https://example.com)

## More

- nothing
"""


def test_readme_gives_weeks_with_hours_and_topics_and_the_courses_rules() -> None:
    outline = understand_outline(README.replace("Week 9 of", "A week of"))
    assert [(topic.title, topic.week, topic.hours, topic.line) for topic in outline.topics] == [
        ("Soil", 1, Decimal("3.50"), 12),
        ("Seeds", 2, Decimal("1.00"), 16),
        ("Watering well", 2, Decimal("1.00"), 18),
    ]
    assert (outline.group_size, outline.weekly_minutes) == (3, 45)
    assert outline.prerequisites == "You should know:\n- what a spade is\n- plants"
    assert outline.unread == []


def test_topics_share_the_hours_that_none_of_them_names() -> None:
    topics = understand_outline("Week 1 (3.5 h)\n- Soil\n- Seeds - 2 hours\n- Water").topics
    assert [(topic.title, str(topic.hours), topic.hours_shared) for topic in topics] == [
        ("Soil", "0.75", 2),
        ("Seeds", "2.00", 1),
        ("Water", "0.75", 2),
    ]
    # More is named than the week has: nothing is left to share.
    topics = understand_outline("Week 1 (1 h)\n- Soil\n- Seeds - 2 hours").topics
    assert [topic.hours for topic in topics] == [None, Decimal("2.00")]


def test_list_below_a_week_with_a_title_is_told_of() -> None:
    outline = understand_outline("## Week 1: Soil\n- Sand\n- Clay\n")
    assert [topic.title for topic in outline.topics] == ["Soil"]
    why = "The list below it is not read: a week with a title of its own is one milestone."
    assert outline.unread == [(2, "Sand", why)]


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("## Week 1: Soil (2h)\n- detail", [("Soil", 1, "2.00")]),
        ("**Semana 2** (1,5 horas)\n- Sementes", [("Sementes", 2, "1.50")]),
        ("### Semaine 3\n* Arrosage (2 heures)\n* Récolte", [("Arrosage", 3, "2.00"), ("Récolte", 3, None)]),
        ("Week 4-5 (6 hours)\n\n1. Harvest", [("Harvest", 4, "6.00")]),
        ("Week 6\n- Rest", [("Rest", 6, None)]),
        (
            "**Woche 7** _(~3 Stunden)_\n- Ernte – ca. 2 Std.\n- Lager",
            [("Ernte", 7, "2.00"), ("Lager", 7, "1.00")],
        ),
    ],
)
def test_weeks_are_known_in_five_languages(text: str, topics: list[tuple[str, int, str | None]]) -> None:
    found = understand_outline(text).topics
    assert [(one.title, one.week, str(one.hours) if one.hours else None) for one in found] == topics


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Week 1 (3 hours)\n\nNothing follows.", "neither a title nor topics"),
        ("Week 200\n- Far away", "from 1 to 104"),
        ("Week 1\n- " + "x" * 10_000, "200 characters at most"),
    ],
)
def test_week_that_cannot_be_read_is_said(text: str, reason: str) -> None:
    outline = understand_outline(text)
    assert outline.topics == []
    assert reason in outline.unread[0][2]


@pytest.mark.parametrize("text", ["", "# A title\n\nJust text.", "groups of people\n[a](b" * 5_000])
def test_text_without_weeks_gives_nothing(text: str) -> None:
    outline = understand_outline(text)
    assert (outline.topics, outline.prerequisites, outline.group_size) == ([], "", None)
