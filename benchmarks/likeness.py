"""Measure how well questions that ask the same are found, by course: `make bench-similar`. Touches no database.

In QUESTIONS (id, course, module, question, group), those of one course with the same group ask the same; if it has
them, `answer` is what was answered, and those with the same `fix` would be mended by one change of the material. In
HARD_NEGATIVES (id_a, id_b, course), those of a pair look alike and do not ask the same. Brackets: 95 %, groups drawn
anew. Then what is shown below a vague title, and across languages, by `benchmarks/languages.csv`.
"""

import csv
import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring.asked import (
    QUESTION_COLUMNS,
    RIVAL_COLUMNS,
    Asked,
    UnreadableError,
    questions_of,
    rivals_of,
)
from benchmarks.measuring.figures import (
    Gathered,
    Share,
    found_first,
    look,
    measure,
    measure_offers,
    measure_topics,
)
from benchmarks.measuring.rankers import OURS, Ranker, first_stage
from benchmarks.measuring.shown import measure_across, measure_vague
from questions.similar import OFFER, SAME, STOP

type Report = dict[str, Any]

ALL = "all courses"
# As many are offered at most; people see three.
AT_MOST = (1, 3, 5)
LANGUAGES = Path(__file__).with_name("languages.csv")


def main(arguments: Sequence[str]) -> int:
    """Print the figures; a file that cannot be used is said on stderr, with exit code 1."""
    parser = ArgumentParser(prog="benchmarks.likeness", description=__doc__)
    parser.add_argument(
        "questions", type=Path, help="CSV: id, course, module, question, group; perhaps answer, fix"
    )
    parser.add_argument("hard_negatives", type=Path, help="CSV: id_a, id_b, course")
    options = parser.parse_args(arguments)
    try:
        courses = questions_of(_rows(options.questions, QUESTION_COLUMNS))
        rivals = rivals_of(_rows(options.hard_negatives, RIVAL_COLUMNS), courses)
        if not courses:
            raise UnreadableError(f"There is no question in {options.questions}.")
    except UnreadableError as unreadable:
        print(unreadable, file=sys.stderr)
        return 1
    report = _report(courses, rivals)
    for part, of_part in report.items():
        _print(part, of_part)
    _print_shown(courses)
    return 0


def _report(courses: Mapping[str, Sequence[Asked]], rivals: Mapping[int, frozenset[int]]) -> Report:
    """The figures of each course, then those of all together."""
    rankers = {course: [make(questions) for make in OURS] for course, questions in courses.items()}
    names = [ranker.name for ranker in next(iter(rankers.values()))]
    found = {
        course: [look(ranker, questions, rivals) for ranker in rankers[course]]
        for course, questions in courses.items()
    }
    parts = {course: [course] for course in courses} | ({ALL: list(courses)} if len(courses) > 1 else {})
    return {
        part: {
            "questions": sum(len(courses[course]) for course in of_part),
            "rankings": [
                measure(name, [one for course in of_part for one in found[course][number]])
                for number, name in enumerate(names)
            ],
            "first_stage": _first_stage([courses[course] for course in of_part]),
            "offers": [
                measure_offers(
                    names[number],
                    least,
                    [(rankers[each][number], courses[each]) for each in of_part],
                    most=most,
                )
                for least in (OFFER, STOP)
                for most in AT_MOST
                for number in range(len(names))
            ],
            "topics": list(_topics(rankers, courses, of_part)),
        }
        for part, of_part in parts.items()
    }


def _first_stage(courses: Sequence[Sequence[Asked]]) -> Report:
    found = [first_stage(questions) for questions in courses]
    every = [ids for of_course in found for ids in of_course]
    return {"recall": found_first(found, courses), "size": sum(map(len, every)) / len(every)}


def _topics(
    rankers: Mapping[str, Sequence[Ranker]], courses: Mapping[str, Sequence[Asked]], part: Sequence[str]
) -> Iterator[Gathered]:
    """Ours at our threshold, with all, half and no answers, by each column that says what belongs together."""
    columns = ["group"] + ["fix"] * any(asked.fix for each in courses.values() for asked in each)
    for by in columns:
        for number in range(len(OURS)):
            of_part = [(rankers[course][number], courses[course]) for course in part]
            yield measure_topics(f"{of_part[0][0].name}, by {by}", SAME, of_part, by=by)


def _print(part: str, report: Report) -> None:
    asked = report["rankings"][0].asked
    print(f"\n{part}: {report['questions']} questions, {asked} have a twin")
    print(f"{'Found':24}{'among 1':>17}{'among 3':>17}{'among 5':>17}     MRR   hard negative first")
    for figures in report["rankings"]:
        recalls = "".join(map(_share, figures.recalls.values()))
        beaten = f"{figures.beaten} of {figures.rivalled}"
        print(f"{figures.name:24}{recalls}{figures.mrr:8.3f}   {beaten:>19}")
    stage = report["first_stage"]
    print(
        f"First stage: {stage['recall']:.3f} have a twin among what the words find ({stage['size']:.0f} questions "
        "on average)."
    )
    heads = "".join(
        f"{head:>17}" for head in ("reached", "right of them", "right lists", "lists", "each", "new")
    )
    print(f"{'Offered':24}least  most{heads}")
    for offers in report["offers"]:
        shares = (
            offers.reached,
            offers.right,
            offers.lists_right,
            offers.lists,
            offers.each,
            offers.each_new,
        )
        print(f"{offers.name:24}{offers.least:5.2f}{offers.most:6}{''.join(map(_share, shares))}")
    print(
        f"{'Topics':34}least  topics  pairs{'precision':>17}{'recall':>17}{'groups stand':>17}"
        f"  answers{'of them yes':>17}{'then stand':>17}"
    )
    for topics in report["topics"]:
        print(
            f"{topics.name:34}{topics.least:5.2f}{topics.topics:8}{topics.pairs:7}"
            f"{_share(topics.precision)}{_share(topics.recall)}{_share(topics.stands)}"
            f"{topics.answers:9}{_share(topics.answers_yes)}{_share(topics.stands_asked)}"
        )


def _print_shown(courses: Mapping[str, Sequence[Asked]]) -> None:
    """Say what is shown to who asks by a vague title, and, of what was answered in English, in another language."""
    for head, measure_shown, among in (
        ("Asked by an error", measure_vague, courses),
        ("Answered in English, asked in", measure_across, questions_of(_rows(LANGUAGES, QUESTION_COLUMNS))),
    ):
        print(f"\n{head:48}  asked{'shown':>19}{'each new':>19}")
        parts = {course: [questions] for course, questions in among.items()} | {ALL: list(among.values())}
        for course, of_course in parts.items():
            for figures in measure_shown(of_course):
                name = f"{figures.name}, {course}"
                print(f"{name:48}{figures.asked:7}{_share(figures.shown):>19}{_share(figures.new):>19}")


def _share(figures: Share) -> str:
    share, least, most = figures
    return re.sub(r"\b0\.", ".", f"  {share:.3f} [{least:.2f} {most:.2f}]").rjust(17)


def _rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [column for column in columns if column not in (rows.fieldnames or ())]
            if missing:
                raise UnreadableError(
                    f"{path} has no column {', '.join(missing)}. Its first line must name {', '.join(columns)}."
                )
            for row in rows:
                if any(row[column] is None for column in columns):
                    raise UnreadableError(f"Line {rows.line_num} of {path} has too few columns.")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError(f"{path} cannot be read as CSV: {error}.") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
