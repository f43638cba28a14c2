"""Measure how well questions that ask the same are found, by course: `make bench-similar`. Touches no database.

In QUESTIONS (id, course, module, question, group), those of one course with the same group ask the same; in
HARD_NEGATIVES (id_a, id_b, course), those of a pair look alike and do not.
"""

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.measuring.asked import (
    QUESTION_COLUMNS,
    RIVAL_COLUMNS,
    Asked,
    UnreadableError,
    questions_of,
    rivals_of,
)
from benchmarks.measuring.figures import Figures, Gathered, found_first, measure, measure_topics
from benchmarks.measuring.rankers import BASELINES, OURS, first_stage
from questions.similar import SAME

type Report = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Print the figures; a file that cannot be used is said on stderr, with exit code 1."""
    parser = ArgumentParser(prog="benchmarks.likeness", description=__doc__)
    parser.add_argument("questions", type=Path, help="CSV: id, course, module, question, group")
    parser.add_argument("hard_negatives", type=Path, help="CSV: id_a, id_b, course")
    parser.add_argument("--json", action="store_true", help="Write the figures as JSON.")
    options = parser.parse_args(arguments)
    try:
        courses = questions_of(_rows(options.questions, QUESTION_COLUMNS))
        rivals = rivals_of(_rows(options.hard_negatives, RIVAL_COLUMNS), courses)
        if not courses:
            raise UnreadableError(f"There is no question in {options.questions}.")
    except UnreadableError as unreadable:
        print(unreadable, file=sys.stderr)
        return 1
    reports = [_report(course, questions, rivals) for course, questions in courses.items()]
    if options.json:
        print(json.dumps(reports, indent=2, default=_plain))
        return 0
    for report in reports:
        _print(report)
    return 0


def _print(report: Report) -> None:
    asked = report["rankings"][0].asked
    print(f"\n{report['course']}: {report['questions']} questions, {asked} have a twin")
    print(f"{'':26}recall at 1     at 5    at 10      MRR   hard negative first")
    for figures in report["rankings"]:
        recalls = "".join(f"{share:9.3f}" for share in figures.recalls.values())
        beaten = f"{figures.beaten} of {figures.rivalled}"
        print(f"{figures.name:28}{recalls}{figures.mrr:9.3f}   {beaten:>19}")
    stage = report["first_stage"]
    print(
        f"First stage: {stage['recall']:.3f} have a twin among what the words find ({stage['size']:.0f} questions "
        f"on average); ranking them takes {stage['milliseconds']:.1f} ms."
    )
    print(f"{'Topics':28}   least   topics    pairs  precision   recall")
    for topics in report["topics"]:
        print(
            f"{topics.name:28}{topics.least:8.2f}{topics.topics:9}{topics.pairs:9}"
            f"{topics.precision:11.3f}{topics.recall:9.3f}"
        )


def _report(course: str, questions: Sequence[Asked], rivals: Mapping[int, frozenset[int]]) -> Report:
    found = first_stage(questions)
    baselines, own = [make(questions) for make in BASELINES], [make(questions) for make in OURS]
    began = perf_counter()
    for place in range(len(questions)):
        own[0].order(place)
    milliseconds = (perf_counter() - began) * 1000 / len(questions)
    return {
        "course": course,
        "questions": len(questions),
        "rankings": [measure(ranker, questions, rivals) for ranker in (*baselines, *own)],
        "first_stage": {
            "recall": found_first(found, questions),
            "size": sum(map(len, found)) / len(found),
            "milliseconds": milliseconds,
        },
        "topics": list(_topics(questions)),
    }


def _topics(questions: Sequence[Asked]) -> Iterator[Gathered]:
    """Ours, and those of the baselines that hold about as many pairs: other thresholds would compare nothing."""
    own = [measure_topics(make(questions), questions, SAME) for make in OURS]
    for make in BASELINES:
        ranker = make(questions)
        tried = [measure_topics(ranker, questions, step / 20) for step in range(4, 20)]
        yield min(tried, key=lambda topics: (abs(topics.pairs - own[-1].pairs), topics.least))
    yield from own


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


def _plain(figures: Figures | Gathered) -> Report:
    shares = (
        {"precision": figures.precision, "recall": figures.recall} if isinstance(figures, Gathered) else {}
    )
    return asdict(figures) | shares


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
