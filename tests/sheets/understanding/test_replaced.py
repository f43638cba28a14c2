import pytest

from sheets.understanding.outline import understand_outline
from sheets.understanding.readme_lines import OutlineLink
from sheets.understanding.replaced import (
    is_calendar_section,
    is_tracking_section,
    is_tracking_sheet,
    names_tracking,
)

SHEET = "https://docs.google.com/spreadsheets/d/bees/edit"


@pytest.mark.parametrize(
    "words",
    [
        "Tracking of progress and questions",
        "How we keep track of each group",
        "Cohort 5 tracker",
        "Track your progress",
        "Student tracker",
        "Progress sheet",
        "Acompanhamento do progresso",
        "Seguimiento de dudas",
        "Suivi des progrès",
        "Fortschrittsverfolgung",
    ],
)
def test_words_about_the_tracking_of_progress_are_known(words: str) -> None:
    assert names_tracking(words)


@pytest.mark.parametrize(
    "words",
    [
        "Tracking experiments in groups",
        "Tracking",
        "Tracks for students",
        "Group tracks",
        "Object tracking",
        "Time tracking for groups",
        "Progress bars",
        "Questions",
        "Data of the progress tracker",
        "Project: a student tracker",
        "Expense tracker",
        "Track record",
    ],
)
def test_other_words_are_not_taken_for_it(words: str) -> None:
    assert not names_tracking(words)


@pytest.mark.parametrize(
    ("title", "text", "is_tracking"),
    [
        ("Tracking", "Keep track of how your group progresses.", True),
        ("Tracking", f"- [Copy this]({SHEET})", True),
        ("Tracking", "A filter follows an object from picture to picture.", False),
        ("Progress", "A bar shows how far a loop is.", False),
        ("Progress", f"[Bars drawn from data]({SHEET})", False),
        ("Tracker", "Fill in your row.", False),
        ("Dates", f"They are in [the tracker]({SHEET}).", True),
        ("Homework", f"Hand it in by [the tracker]({SHEET}).\n\n1. A poem", False),
        ("Sheets", f"Mentors track progress here:\n\n- [Group A tracker]({SHEET})", True),
        ("Sheets", f"- [Progress board]({SHEET})\n- [Bees by year]({SHEET})", False),
        ("For mentors", f"Meet each week.\n\nTrack progress in [a sheet]({SHEET}).", False),
        ("For mentors", "Keep track of the progress of your group.", False),
        ("Reading", f"- [Temperatures]({SHEET})", False),
    ],
)
def test_section_is_about_tracking_by_its_title_and_text(title: str, text: str, is_tracking: bool) -> None:
    assert is_tracking_section(title, text) is is_tracking


@pytest.mark.parametrize(
    ("name", "url", "is_sheet"),
    [
        ("Tracker of your group", SHEET, True),
        ("The tracking sheet", SHEET, True),
        ("Progress", "https://airtable.com/app1/tbl1", True),
        ("Group tracker", "https://example.com/files/group.xlsx", True),
        ("Progress tracking", "https://example.com/blog/progress-tracking", False),
        ("Temperatures of hives", SHEET, False),
        ("Data: progress tracker of a school", SHEET, False),
        ("Add a line to our tracking sheet", SHEET, True),
        ("Questions", SHEET, False),
        ("Job tracker", SHEET, False),
    ],
)
def test_link_is_a_tracking_sheet_by_its_name_and_address(name: str, url: str, is_sheet: bool) -> None:
    assert is_tracking_sheet(OutlineLink(1, name, url, ""), in_tracking=False) is is_sheet


def test_link_in_a_section_about_tracking_goes_with_it_but_for_a_kind_and_data() -> None:
    names = [("How to fill it in", ""), ("Ask us", "Chat"), ("Data", "")]
    links = [OutlineLink(1, name, "https://example.com/", kind) for name, kind in names]
    assert [is_tracking_sheet(link, in_tracking=True) for link in links] == [True, False, False]


@pytest.mark.parametrize(
    ("title", "text", "is_calendar"),
    [
        ("Proposed calendar", "> **Note**: each group keeps its own days.", True),
        ("Schedule", "| Week | Topic |\n|---|---|\n| 1 | Smoke |\n| 2 (5 October) | Honey |", True),
        ("Timeline", "- Week 1: Smoke, 2 hours\n- Week 2: Honey", True),
        ("Schedule", "| Week | Topic |\n|---|---|\n| 1 | Smoke |\n| 3 | Show your hive |", False),
        ("Schedule", "- Week 1: [Smoke](https://example.com/smoke)", False),
        ("Schedule", "Each week we meet on Tuesday.", False),
        ("Schedule", "We suggest two deadlines: 1 May and 3 May.", False),
        ("Schedule", "Late work is not read.", False),
        ("How we learn", "Each group keeps its own days.", False),
    ],
)
def test_section_of_the_calendar_says_no_more_than_the_milestones(
    title: str, text: str, is_calendar: bool
) -> None:
    assert is_calendar_section(title, text, ["Smoke", "Honey"]) is is_calendar
    # Without weeks nothing of it is here.
    assert not is_calendar_section(title, text, [])


def test_part_about_tracking_is_a_section_of_its_own_and_the_rest_goes_on() -> None:
    text = (
        "## Working together\nIn threes.\n\n### Tracking progress\nIn a sheet.\n\n#### When\nWeekly.\n\n"
        "### Reviews\nOf code.\n\n## Help\nAsk.\n"
    )
    sections = understand_outline(text).sections
    assert [(section.title, section.text, section.is_tracking) for section in sections] == [
        ("Working together", "In threes.\n\n### Reviews\nOf code.", False),
        ("Tracking progress", "In a sheet.\n\n#### When\nWeekly.", True),
        ("Help", "Ask.", False),
    ]


# A course of another kind. Its parts are those of public READMEs which nobody had looked at while this was built.
BIRDS = """\
# Bird song, an open bootcamp

Welcome! Twelve people a cohort, three weeks, one mentor for each four.

### [Tracker](https://docs.google.com/spreadsheets/d/1birds/edit?usp=sharing)

Fill in your row each Friday.

## Choose your track

### Forest track
Focus: woodpeckers, owls.

## Days

Please look in the [tracker](https://docs.google.com/spreadsheets/d/1birds/edit#gid=0)

## How it works

Each week has a walk, a recording and a quiz.

### Communication

Join [our Discord](https://discord.gg/birds).

### Progress tracking

Each participant has a row in the [cohort sheet](https://docs.google.com/spreadsheets/d/1cohort/edit). Mentors colour it
green once a recording is accepted. Ask yours if it is wrong.

### Feedback

We read all of it.

## Tracking your progress

Once you have forked this, you will be tracking your progress by updating several CSV files.

## Timeline

| Week | Topic | Due |
|:----:|:------|:----|
| 1 | Owls | 2 Nov |
| 2 | Final walk and cake | 16 Nov |

### Week 1: Owls

Listen to [the recordings](https://docs.google.com/spreadsheets/d/1recordings/edit).

- [Add your recording to the tracking sheet](https://docs.google.com/spreadsheets/d/1cohort/edit)

## Attendance

If you cannot come, tell us your progress and how you stay on track.

## Data

- [Migration tracking of 400 geese](https://docs.google.com/spreadsheets/d/1geese/edit)
- [Bird counts by group](https://docs.google.com/spreadsheets/d/1counts/edit)
"""


def test_of_another_course_the_sheet_is_left_out_and_nothing_else() -> None:
    outline = understand_outline(BIRDS)
    titles = [part.title for part in outline.milestones]
    assert [section.title for section in outline.sections if section.is_tracking] == [
        "Tracker", "Days", "Progress tracking", "Tracking your progress",
    ]  # fmt: skip
    assert not any(is_calendar_section(section.title, section.text, titles) for section in outline.sections)
    left = [
        link.name
        for part in [*outline.sections, *outline.milestones]
        for link in part.links
        if is_tracking_sheet(link, in_tracking=part.is_tracking)
    ]
    assert left == ["Tracker", "Add your recording to the tracking sheet"]
    kept = ["Welcome", "Choose your track", "How it works", "Timeline", "Attendance", "Data"]
    assert [section.title for section in outline.sections if not section.is_tracking] == kept
