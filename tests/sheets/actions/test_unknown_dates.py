"""A date that nobody gave is unknown: it is not filled with another one, and stays out of what needs it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from courses.models import Cohort
from questions.actions import ask_again
from questions.actions.answering import answer, remove_answer, restore_answer
from questions.models import Answer, Ask, MaterialChange, Question
from sheets.models import SheetImport
from tests.conftest import NOW, TODAY, Cast, SignIn
from tests.factories.courses import CohortFactory
from tests.factories.groups import EnrolmentFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import ProgressFactory
from tests.sheets.actions.test_sheet import CLOVER, book
from tests.sheets.importing import confirmed, previewed, shown
from tests.sheets.stories import told_of
from tests.sheets.test_round_trip import imported, workbooks
from tests.sheets.workbooks import Rows, workbook
from tracker.actions.progress import mark
from tracker.dashboards.facts import records_of
from tracker.models import Progress
from trends.access.trends import trends_access
from trends.actions.changes import save_change
from trends.actions.summaries import sum_up
from trends.counts import TrendCounts, trend_view
from trends.panels.answers import answer_times
from trends.panels.cohorts import cohort_comparison
from trends.panels.head import trend_head
from trends.panels.milestones import milestone_rates
from trends.panels.weeks import run_weeks

pytestmark = pytest.mark.django_db


def sheet(cast: Cast, *rows: Any) -> SheetImport:
    return previewed("sheet", ("Clover.xlsx", book(CLOVER, rows)), by=cast.ines, cohort=cast.cohort)


def counts_of(cast: Cast, query: str = "") -> TrendCounts:
    return TrendCounts(trend_view(trends_access(cast.ines, "llm", NOW), QueryDict(query)))


def ticks(cast: Cast) -> None:
    """Two of Clover have done LLM basics, says a sheet that cannot say when."""
    rows: Rows = [["Group:", "Clover"], ["Name", "LLM basics"], ["Ana Ruivo", True], ["Bruno Sá", "yes"]]
    content = workbook({"Tracker": rows})
    confirmed(previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort), cast.ines)


def test_imported_answer_has_no_date_and_stays_out_of_answer_times(cast: Cast, as_: SignIn) -> None:
    sheet_import = sheet(
        cast,
        ("2026-09-10", "Ana Ruivo", "RAG", "Why?", "So.", None, True),
        ("2026-09-10", "Ana Ruivo", "RAG", "And how?", None, None, True),
    )
    confirmed(sheet_import, cast.ines)
    assert set(Answer.objects.values_list("answered_at", flat=True)) == {None}
    found = Question.objects.values_list(
        "status", "first_answered_at", "is_answer_undated", "answered_within"
    )
    assert list(found) == [("answered", None, True, None)] * 2
    counts = counts_of(cast)
    times = answer_times(counts).all
    assert (times.answered.count, times.undated, times.unanswered.count, times.half_within) == (2, 2, 0, "")
    assert trend_head(counts)["answers_label"] == "2 answered, without a date"
    client = as_("ines")
    page = client.get("/courses/llm/trends/answers/").text
    assert "2 answered questions were imported without the date of" in page
    assert "nothing was answered yet" not in page
    assert "date unknown" in client.get(Question.objects.get(title="Why?").get_absolute_url()).text


def test_another_answer_does_not_date_the_first(cast: Cast) -> None:
    confirmed(sheet(cast, ("2026-09-10", "Ana Ruivo", "RAG", "Why?", "So.", None, True)), cast.ines)
    question = Question.objects.get()
    given = Answer.objects.get().pk
    answer(question=question, body="Better so.", by=cast.marta, at=NOW)
    question.refresh_from_db()
    assert (question.first_answered_at, question.is_answer_undated) == (None, True)
    assert [one.body for one in question.answers.in_order()] == ["So.", "Better so."]
    remove_answer(answer=Answer.objects.get(pk=given), by=cast.marta, at=NOW)
    question.refresh_from_db()
    assert (question.first_answered_at, question.is_answer_undated) == (NOW, False)
    restore_answer(question=question, answer_id=given, by=cast.marta, at=NOW)
    question.refresh_from_db()
    assert (question.first_answered_at, question.status) == (None, "answered")


def test_answer_of_unknown_date_can_be_published(cast: Cast) -> None:
    confirmed(sheet(cast, ("2026-09-10", "Ana Ruivo", "RAG", "Why?", "So.", None, True)), cast.ines)
    Question.objects.update(visibility="course")
    assert Question.objects.get().why_not_published == ""
    Question.objects.update(published_at=NOW, published_by=cast.ines)
    assert Question.objects.get().may_stay_published


def test_effect_of_a_change_says_who_was_left_out_with_which_asks(cast: Cast, as_: SignIn) -> None:
    ticks(cast)
    question = QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    change = save_change(
        change=MaterialChange(
            course=cast.course,
            what="A drawing",
            changed_on=TODAY - timedelta(days=7),
            milestone=cast.milestones[0],
        ),
        questions=[question],
        topics=[],
        by=cast.ines,
        at=NOW,
    )
    text = as_("ines").get(reverse("trends:change-detail", args=[change.pk])).text
    assert "2 students without dates asked once: not counted here." in text


def test_imported_ticks_have_no_days_and_stay_out_of_what_is_counted_by_week(cast: Cast) -> None:
    ticks(cast)
    days = Progress.objects.values_list("state", "state_since", "started_on", "finished_on")
    assert list(days) == [("done", None, None, None)] * 2
    for is_summed_up in (False, True):
        if is_summed_up:
            sum_up(cast.course, NOW)
        [row] = milestone_rates(counts_of(cast)).values()
        assert (row.students, row.undated, row.label) == (0, 2, "no dates")


def test_page_says_who_was_left_out_with_which_asks(cast: Cast, as_: SignIn) -> None:
    ticks(cast)
    QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    QuestionFactory.create(membership=cast.dalia, milestone=cast.milestones[0])
    text = as_("ines").get("/courses/llm/trends/milestones/").text
    assert "asked 2 times; 2 students without dates asked once, others asked once: not counted here" in text
    page = "/courses/llm/trends/milestones/"
    assert "Dates are missing, so there is no rate." in as_("marta").get(page).text
    assert "Too few students for a rate." in as_("tomas").get(page).text


def test_standing_counts_what_is_done_though_nobody_knows_when(cast: Cast, as_: SignIn) -> None:
    ticks(cast)
    page = as_("marta").get(reverse("tracker:student-detail", args=[cast.ana.enrolment_id]))
    assert page.status_code == 200
    progress = Progress.objects.get(enrolment=cast.ana.enrolment_id)
    # A mark of today has a day.
    mark(
        enrolment=cast.ana.enrolment,
        milestone=cast.milestones[0],
        state=Progress.State.NEED_HELP,
        by=cast.marta,
        at=NOW,
    )
    progress.refresh_from_db()
    assert (progress.state, progress.state_since, progress.started_on) == ("need_help", NOW, None)


def test_progress_of_our_own_workbook_takes_its_days(cast: Cast) -> None:
    header = ["Person", "Milestone", "State", "Since", "Begun on", "Finished on"]
    rows = [
        ["Ana Ruivo", "LLM basics", "done", None, "2026-09-01", "2026-09-04"],
        ["Bruno Sá", "LLM basics", "done", None, None, None],
    ]
    content = workbook({"Progress": [header, *rows]})
    sheet_import = previewed("sheet", ("p.xlsx", content), by=cast.ines, cohort=cast.cohort)
    assert [line[::2] for line in shown(sheet_import)] == [
        ("new", "done since 4 September 2026"),
        ("new", "done (without a date)"),
    ]
    confirmed(sheet_import, cast.ines)
    assert list(Progress.objects.order_by("pk").values_list("started_on", "finished_on")) == [
        (date(2026, 9, 1), date(2026, 9, 4)),
        (None, None),
    ]


def test_preview_names_empty_dates_and_refuses_impossible_ones(cast: Cast) -> None:
    sheet_import = sheet(
        cast,
        ("", "Ana Ruivo", "RAG", "When?", None, None, None),
        ("31/02/2026", "Ana Ruivo", "RAG", "Never?", None, None, None),
        ("2026-09-17", "Ana Ruivo", "RAG", "Tomorrow?", None, None, None),
        ("2026-09-15", "Ana Ruivo", "RAG", "Yesterday?", None, None, None),
    )
    assert shown(sheet_import, "new", "unreadable")[-4:] == [
        ("unreadable", "Never?", "“31/02/2026” is not a date."),
        ("unreadable", "Tomorrow?", "“2026-09-17” is after today (2026-09-16). Correct the date."),
        ("new", "When?", "Ana Ruivo, RAG, without a date"),
        ("new", "Yesterday?", "Ana Ruivo, RAG, 15 September 2026"),
    ]


UNDATED = ("", "Ana Ruivo", "RAG", "When?")
DATED = ("2026-09-08", "Bruno Sá", "RAG", "Then?")


def test_question_without_a_day_is_in_no_week_and_of_no_age(cast: Cast, as_: SignIn) -> None:
    confirmed(sheet(cast, UNDATED, DATED), cast.ines)
    asks = Ask.objects.order_by("question__title").values_list("question__is_undated", "week_starts_on")
    assert list(asks) == [(False, date(2026, 9, 7)), (True, None)]
    for is_summed_up in (False, True):
        if is_summed_up:
            sum_up(cast.course, NOW)
        counts = counts_of(cast)
        chart = run_weeks(counts)
        assert chart
        row = milestone_rates(counts)[cast.milestones[3].pk]
        assert ([cell and cell.count for _, [cell] in chart.rows], chart.undated.count) == ([0, 1, 0], 1)
        assert "1 imported without a date is left out." in chart.summary
        assert (row.asks.count, trend_head(counts)["asks"].count) == (2, 2)
        # A question that nobody can place in a week is in none that is asked for.
        assert trend_head(counts_of(cast, "since=2026-09-01"))["asks"].count == 1
    # The oldest of which somebody knows the age.
    assert (counts.waits.open_count, counts.waits.oldest_age) == (2, "8 days")
    judged = [cast.ana.enrolment, cast.bruno.enrolment]
    facts = records_of(dict.fromkeys(judged, cast.cohort), judged)
    assert facts[cast.ana.enrolment_id].active_on is None
    assert facts[cast.bruno.enrolment_id].active_on == date(2026, 9, 8)

    client = as_("ines")
    page = client.get("/courses/llm/trends/weeks/").text
    assert "1 imported without a date is left out." in page
    listed = client.get("/courses/llm/questions/", {"status": "waiting", "undated": "yes"})
    assert [title for title in ("When?", "Then?") if title in listed.text] == ["When?"]
    question = Question.objects.get(title="When?")
    assert "(no date)" in client.get(question.get_absolute_url()).text
    waiting = as_("marta").get("/groups/").text.partition('id="questions"')[2].partition("</section>")[0]
    assert re.search(r'aria-label="Ana Ruivo".*>When\?</a>.*no date', waiting, re.DOTALL)
    story = as_("marta").get(reverse("tracker:student-detail", args=[cast.ana.enrolment_id])).text
    assert "When?" in story.split("Without a date")[1]
    # Answered today: how long that took, nobody knows.
    answer(question=question, body="Then.", by=cast.marta, at=NOW)
    sum_up(cast.course, NOW)
    assert counts_of(cast).waits.all.undated == 1


def test_question_without_a_day_goes_out_and_in_again_without_one(cast: Cast) -> None:
    confirmed(sheet(cast, UNDATED, DATED), cast.ines)
    ask_again(
        question=Question.objects.get(title="When?"), group=cast.clover, by=cast.person("bruno"), at=NOW
    )
    again = previewed("sheet", *workbooks(cast.cohort), by=cast.ines, cohort=cast.cohort)
    assert {line[0] for line in shown(again) if line[1].endswith("?")} == {"unchanged"}
    elsewhere = imported(cast, workbooks(cast.cohort))
    asks = Ask.objects.filter(question__cohort=elsewhere).order_by("question__title", "week_starts_on")
    assert set(asks.values_list("question__title", "question__is_undated", "week_starts_on")) == {
        ("Then?", False, date(2026, 9, 7)),
        ("When?", True, date(2026, 9, 14)),
        ("When?", True, None),
    }
    # The tracking sheet itself, once more: nothing is asked twice.
    assert shown(sheet(cast, UNDATED, DATED), "new", "changed") == []


def spring(cast: Cast) -> Cohort:
    """A cohort that is over, with a student whose progress was recorded after it closed."""
    cohort: Cohort = CohortFactory.create(
        course=cast.course, starts_on=date(2026, 3, 2), closed_on=date(2026, 4, 1)
    )
    enrolment = EnrolmentFactory.create(cohort=cohort)
    for milestone, day in zip(cast.milestones, (date(2026, 3, 10), date(2026, 6, 1)), strict=False):
        ProgressFactory.create(enrolment=enrolment, milestone=milestone, started_on=day, finished_on=day)
    return cohort


def test_cohorts_side_by_side_and_by_milestone_show_the_same_students(cast: Cast) -> None:
    cohort = spring(cast)
    ProgressFactory.create(enrolment=cast.ana.enrolment, milestone=cast.milestones[0])
    ticks(cast)
    # A cohort is compared by itself only if it asked.
    both = f"cohort={cohort.pk}&cohort={cast.cohort.pk}"
    comparison = cohort_comparison(counts_of(cast, both))
    assert comparison is not None
    side_by_side = {
        title: [(cell.of.students, cell.of.undated) for cell in cells] for title, cells in comparison.rows
    }
    for n, of in enumerate((cohort, cast.cohort)):
        counts = counts_of(cast, f"cohort={of.pk}")
        alone = {
            counts.view.milestones[at]: (row.students, row.undated)
            for at, row in milestone_rates(counts).items()
            if row.students or row.undated
        }
        shown_here = {title: cells[n] for title, cells in side_by_side.items() if any(cells[n])}
        assert shown_here == alone
    assert side_by_side == {"LLM basics": [(1, 0), (1, 1)]}
    # Neither has been at RAG in weeks 1 to 3, which says nothing about later ones.
    QuestionFactory.create(membership=cast.bruno, milestone=cast.milestones[3])
    again = cohort_comparison(counts_of(cast, both))
    assert again is not None
    labels = {title: [cell.rate_label for cell in cells] for title, cells in again.rows}
    assert labels["RAG"] == ["nobody in these weeks"] * 2
    [(_, cells)] = comparison.rows
    assert (
        cells[1].of.note
        == "asked 0 times, 1 student; 1 student without dates asked nothing: not counted here"
    )


def test_chart_of_asks_runs_to_today(cast: Cast) -> None:
    QuestionFactory.create(
        membership=cast.ana, milestone=cast.milestones[0], asked_at=NOW - timedelta(days=21)
    )

    def weeks(query: str = "") -> list[tuple[str, int]]:
        chart = run_weeks(counts_of(cast, query))
        return [(week, cell.count if cell else 0) for week, [cell] in chart.rows] if chart else []

    # A question from before the first week counts in it.
    assert weeks() == [("Week 1", 1), ("Week 2", 0), ("Week 3", 0)]
    # A cohort that is over ends with its last week, and a period with its own.
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=date(2026, 9, 8))
    assert weeks() == [("Week 1", 1), ("Week 2", 0)]
    assert weeks("until=2026-09-04") == [("Week 1", 1)]


@pytest.mark.parametrize(("answer", "day"), [("month", date(2026, 5, 8)), ("day", date(2026, 8, 5))])
def test_order_of_days_is_that_of_the_column(cast: Cast, answer: str, day: date) -> None:
    rows = [("5/8/2026", "Ana Ruivo", "RAG", "When?"), ("8/13/2026", "Ana Ruivo", "RAG", "And then?")]
    files = [(f"{name}.xlsx", book([["Group:", name], *CLOVER[1:]], rows)) for name in ("Clover", "Fern")]
    sheet_import = previewed("sheet", *files, by=cast.ines, cohort=cast.cohort)
    [tab] = [tab for tab in sheet_import.understood["tables"] if tab["kind"] == "questions"]
    column = tab["columns"][0]
    assert (column["unclear"], column["day_order"], tab["more"]) == ("5/8/2026", "month", 1)
    said = {"tabs": {tab["key"]: {"day_orders": {"0": answer}}}}
    answered = previewed("sheet", files[0], by=cast.ines, cohort=cast.cohort, options=said)
    confirmed(answered, cast.ines)
    assert Question.objects.get(title="When?").asked_at.date() == day
    # A row that the answer makes impossible is refused.
    refused = [line[2] for line in shown(answered, "unreadable")]
    assert refused == ([] if answer == "month" else ["“8/13/2026” is not a date."])


def test_slip_on_imported_progress_leaves_its_days_unknown(cast: Cast) -> None:
    ticks(cast)
    days = Progress.objects.filter(enrolment=cast.enrolment("ana")).values_list(
        "state", "state_since", "started_on", "finished_on"
    )
    imported = days.get()
    assert imported == ("done", None, None, None)
    for state, minutes in (("not_started", 10), ("done", 11)):
        mark(
            enrolment=cast.enrolment("ana"),
            milestone=cast.milestones[0],
            state=state,
            by=cast.marta,
            at=NOW + timedelta(minutes=minutes),
        )
    assert days.get() == imported


def test_work_of_which_nobody_knows_when_it_began_is_done_on_its_day(cast: Cast, as_: SignIn) -> None:
    rows: Rows = [["Group:", "Clover"], ["Name", "LLM basics"], ["Ana Ruivo", "working on it"]]
    content = workbook({"Tracker": rows})
    confirmed(previewed("sheet", ("Clover.xlsx", content), by=cast.ines, cohort=cast.cohort), cast.ines)
    page = reverse("tracker:student-detail", args=[cast.ana.enrolment_id])
    days = told_of(Progress.objects.all()).values_list("state", "started_on", "finished_on")
    assert days.get() == ("working", None, None)
    for state, at, finished_on in (
        ("need_help", NOW - timedelta(days=2), None),
        ("done", NOW, TODAY),
    ):
        mark(
            enrolment=cast.ana.enrolment,
            milestone=cast.milestones[0],
            state=state,
            by=cast.person("ana"),
            at=at,
        )
        assert days.get() == (state, None, finished_on)
    # Nobody can say how long it took; everybody can say that it was done today.
    [row] = milestone_rates(counts_of(cast)).values()
    assert (row.students, row.undated, row.label) == (0, 1, "no dates")
    assert "since Wed 16 September" in as_("marta").get(page, {"kind": "progress"}).text
    record = records_of({cast.ana.enrolment: cast.cohort}, judged=())[cast.ana.enrolment_id]
    (brought,) = record.marks.values()
    assert brought.state_since == NOW
    elsewhere = imported(cast, workbooks(cast.cohort))
    assert days.get(enrolment__cohort=elsewhere) == ("done", None, TODAY)
    # Begun anew, it has a day.
    for state in ("not_started", "working"):
        at = NOW + timedelta(days=1)
        mark(enrolment=cast.ana.enrolment, milestone=cast.milestones[0], state=state, by=cast.marta, at=at)
    assert days.get(enrolment=cast.ana.enrolment) == ("working", TODAY + timedelta(days=1), None)
