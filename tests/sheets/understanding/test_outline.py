import re
from decimal import Decimal
from time import process_time

import pytest

from sheets.understanding.outline import Outline, understand_outline
from sheets.understanding.readme_lines import OutlineLink

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


def links_of(outline: Outline) -> list[OutlineLink]:
    return [link for section in outline.sections for link in section.links]


def test_readme_gives_weeks_with_hours_and_topics() -> None:
    outline = understand_outline(README.replace("Week 9 of", "A week of"))
    assert [(topic.title, topic.week, topic.hours, topic.line) for topic in outline.milestones] == [
        ("Soil", 1, Decimal("3.50"), 12),
        ("Seeds", 2, Decimal("1.00"), 16),
        ("Watering well", 2, Decimal("1.00"), 18),
    ]
    assert [(section.line, section.title, section.text) for section in outline.sections] == [
        (
            1,
            "Welcome",
            "Learners form groups of 3. A mentor gives at least 45 minutes per week to each group.",
        ),
        (6, "Calendar", "> **Note**: move as you like."),
        (
            20,
            "What to bring",
            "- A week of holidays is no week of the course? It is a list item, so it is one.",
        ),
        (24, "Pre-requisites", "You should know:\n\n- what a **spade** is\n- [plants](https://example.com)"),
        (31, "More", "- nothing"),
    ]
    assert [(topic.text, [link.url for link in topic.links]) for topic in outline.milestones] == [
        ("", []),
        ("- a detail below a topic", ["https://example.com/seeds"]),
        ("", []),
    ]
    assert links_of(outline) == [OutlineLink(29, "plants", "https://example.com", "")]
    assert outline.unread == []


# As long as the README of a real course, with all that one has: no word of it is that of another.
WHOLE = """\
# Beekeeping, a course of four weeks

Hello and welcome to the bees 🐝!


Here stands all that you need before your first hive. The sections below say who does what.

## What is a hive?

A hive is a *city*. Of <ins>thirty thousand</ins>, one is queen.<br>The others work.


<img src="pictures/hive.jpg" alt="" width="300" height="auto">

[Link to video](https://www.youtube.com/watch?v=hive)

<p align="center">
  <a href="https://example.com/join"><img src="https://example.com/join.png"></a>
  <a href="https://github.com/bees/course">Our repository</a>
</p>

## Proposed calendar

> **Note**: each group keeps its own days.

Week 01 _(~3.5 hours)_

- Smoke and veil
  - [How to light a smoker](https://example.com/smoker)
  - Video: https://youtu.be/smoke
  - **To print**: [A list](https://example.com/list), or [two](https://example.com/two)
  - **To print**: [A list](https://example.com/three)
  - Wear the veil before you light it.

Week 02 _(~3 hours)_

- Honey: [harvest](https://example.com/harvest), [jars](http://example.com/jars)

### Week 03: Winter (2 h)

Feed before the frost, see [the table of sugar][sugar].

#### In snow

Leave them alone.

## How we learn

Beekeepers come in groups of 3. Join [our channel](https://bees.slack.com/archives/C1).

## Expectations

### Expectations for students

- Come with clean gloves.

### For mentors

- Keep at least 30 minutes per week for each group (see [how we learn](#how-we-learn)).
- Write it [down](notes/template.md).

## Keeping track

```
[Week 9](https://example.com/code) <b>is no week</b>
```

- [The ledger of hives](https://docs.example.com/ledger)

## Prerequisites:

No fear of `<b>` bees.

[sugar]: https://example.com/sugar "Sugar"
"""


def test_no_word_of_a_readme_gets_lost_and_what_no_page_shows_is_counted() -> None:
    outline = understand_outline(WHOLE)
    assert [(section.title, section.meant_for, section.text) for section in outline.sections] == [
        (
            "Welcome",
            "",
            "Hello and welcome to the bees 🐝!\n\nHere stands all that you need before your first hive. The sections"
            " below say who does what.",
        ),
        (
            "What is a hive?",
            "",
            "A hive is a *city*. Of thirty thousand, one is queen. The others work.\n\n"
            "[Link to video](https://www.youtube.com/watch?v=hive)\n\n"
            "[Our repository](https://github.com/bees/course)",
        ),
        ("Proposed calendar", "", "> **Note**: each group keeps its own days."),
        (
            "How we learn",
            "",
            "Beekeepers come in groups of 3. Join [our channel](https://bees.slack.com/archives/C1).",
        ),
        ("Expectations for students", "students", "- Come with clean gloves."),
        (
            "Expectations: For mentors",
            "mentors",
            "- Keep at least 30 minutes per week for each group (see how we learn).\n- Write it down.",
        ),
        (
            "Keeping track",
            "",
            "```\n[Week 9](https://example.com/code) <b>is no week</b>\n```\n\n"
            "- [The ledger of hives](https://docs.example.com/ledger)",
        ),
        ("Prerequisites", "", "No fear of `<b>` bees."),
    ]
    assert [
        (topic.title, topic.text, [(link.name, link.url, link.kind) for link in topic.links])
        for topic in outline.milestones
    ] == [
        (
            "Smoke and veil",
            "- **To print**: [A list](https://example.com/list), or [two](https://example.com/two)\n\n"
            "- Wear the veil before you light it.",
            [
                ("How to light a smoker", "https://example.com/smoker", ""),
                ("Video: Smoke and veil", "https://youtu.be/smoke", "Video"),
                ("A list", "https://example.com/list", ""),
                ("two", "https://example.com/two", ""),
                ("To print: A list", "https://example.com/three", ""),
            ],
        ),
        (
            "Honey",
            "",
            [("harvest", "https://example.com/harvest", ""), ("jars", "http://example.com/jars", "")],
        ),
        (
            "Winter",
            "Feed before the frost, see [the table of sugar](https://example.com/sugar).\n\n#### In snow\n\n"
            "Leave them alone.",
            [("the table of sugar", "https://example.com/sugar", "")],
        ),
    ]
    assert [(link.name, link.url) for link in links_of(outline)] == [
        ("Video: What is a hive?", "https://www.youtube.com/watch?v=hive"),
        ("Our repository", "https://github.com/bees/course"),
        ("our channel", "https://bees.slack.com/archives/C1"),
        ("The ledger of hives", "https://docs.example.com/ledger"),
    ]
    assert [(line, what) for line, what, _ in outline.unread] == [
        (10, "HTML: 9"), (59, "Links beside the file: 2"),
    ]  # fmt: skip


def test_topics_share_the_hours_that_none_of_them_names() -> None:
    topics = understand_outline("Week 1 (3.5 h)\n- Soil\n- Seeds - 2 hours\n- Water").milestones
    assert [(topic.title, str(topic.hours), topic.hours_shared) for topic in topics] == [
        ("Soil", "0.75", 2),
        ("Seeds", "2.00", 1),
        ("Water", "0.75", 2),
    ]
    # More is named than the week has: nothing is left to share.
    topics = understand_outline("Week 1 (1 h)\n- Soil\n- Seeds - 2 hours").milestones
    assert [topic.hours for topic in topics] == [None, Decimal("2.00")]


def test_list_below_a_week_with_a_title_is_its_text() -> None:
    outline = understand_outline("## Week 1: Soil\n- Sand\n- Clay\n")
    assert [(topic.title, topic.text) for topic in outline.milestones] == [("Soil", "- Sand\n- Clay")]
    assert (outline.unread, outline.sections) == ([], [])


def test_letters_that_an_editor_garbled_are_mended_and_no_others() -> None:
    written = "Olá 🎉, “Çédille” à Málaga – naïve Ã 日本 €"
    garbled = "".join(
        word if word == "Ã" or word.isascii() else word.encode().decode("cp1252", errors="ignore")
        for word in re.split(r"(\s)", "Olá 🎉, Çédille Málaga")
    )
    assert understand_outline(f"## See\n{written}\n").sections[0].text == written
    assert understand_outline(f"## See\n{garbled}\n").sections[0].text == "Olá 🎉, Çédille Málaga"


def test_only_whole_addresses_of_other_hosts_are_links() -> None:
    text = (
        "## See\n- [a](https://[bad.example)\n- [b](javascript:alert(1))\n- [c](//example.com/c)\n- [d](https://local/d)\n"
        "- [e](https://example.com:8000?e)\n- [f](data:text/html,f)\n- [g](https://github.com/bees/course/issues)\n"
        f"- [h](https://example.com/{'h' * 1_000})\n"
    )
    links = links_of(understand_outline(text))
    assert [(link.name, link.url, link.kind) for link in links] == [
        ("e", "https://example.com:8000?e", ""), ("g", "https://github.com/bees/course/issues", ""),
    ]  # fmt: skip


def test_weeks_may_be_a_list_of_lists() -> None:
    topics = understand_outline(
        "- Week 1\n  - Soil\n    - sandy\n  - Seeds\n- Week 2: Water\n  - slowly"
    ).milestones
    assert [(topic.title, topic.week, topic.text) for topic in topics] == [
        ("Soil", 1, "- sandy"), ("Seeds", 1, ""), ("Water", 2, "- slowly"),
    ]  # fmt: skip


def test_heading_that_comes_twice_goes_on_with_its_section() -> None:
    sections = understand_outline("## Tips\nWater.\n## Tools\n- Spade\n## tips:\nRest.").sections
    assert [(section.title, section.text) for section in sections] == [
        ("Tips", "Water.\n\nRest."), ("Tools", "- Spade"),
    ]  # fmt: skip


def test_address_of_a_heading_that_is_a_link_stays_in_its_section() -> None:
    (section,) = understand_outline("## [Our site](https://example.com/bees)\nWith pictures.").sections
    assert (section.title, section.text) == (
        "Our site",
        "[Our site](https://example.com/bees)\nWith pictures.",
    )
    assert [link.url for link in section.links] == ["https://example.com/bees"]


def test_text_above_weeks_needs_no_heading() -> None:
    (section,) = understand_outline("Bring gloves.\n\nAnd a hat.\n\nWeek 1\n- Soil").sections
    assert (section.title, section.text) == ("Welcome", "Bring gloves.\n\nAnd a hat.")


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
    found = understand_outline(text).milestones
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
    assert outline.milestones == []
    assert reason in outline.unread[0][2]


@pytest.mark.parametrize("text", ["", "# A title", "Just text.", "groups of people\n[a](b" * 5_000])
def test_text_without_weeks_and_headings_gives_nothing(text: str) -> None:
    assert understand_outline(text) == Outline()


@pytest.mark.parametrize(
    "text",
    [
        "# a\n" + "![" * 20_000,
        "# a\n" + "<!--" * 10_000,
        "# a\n" + "<a href=" * 5_000,
        "# a\n" + "`a``b```c" * 4_000,
        "# a\n" * 8_000 + "- a\n" * 8_000,
        "".join(f"{'  ' * n}- Week 1\n" for n in range(90)),
    ],
)
def test_time_is_in_proportion_to_the_length(text: str) -> None:
    """Of a text ten times as long as most; whatever takes the square of it takes minutes."""
    began = process_time()
    understand_outline(text)
    assert process_time() - began < 5
