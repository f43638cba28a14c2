"""An installation of so many learners, made up and written by bulk into an empty database: for benchmarks and tests.

Three courses. The largest has four cohorts; one of them runs, with a quarter of all learners. Groups of three with a
mentor each; plans with dates; most students on track, some behind, stuck, ahead or silent; check-ins, steps, code
reviews and questions of the weeks that ran; moves and drop-outs.

Everything is drawn from seeds: the same day gives the same rows, and the three groups that the pages show have the same
rows at any size. Records of the history are kept for stays, mentorships, progress and check-ins, not for questions.
"""

from dataclasses import dataclass
from datetime import datetime

from benchmarks.learners.asked import write_questions
from benchmarks.learners.installation import SeededCohort, make_runs, mentor_with
from benchmarks.learners.weeks import write_weeks
from courses.models import Cohort, Course, Milestone
from groups.models import Enrolment, Group
from lib.weeks import Week
from people.models import User
from tracker.snapshots import take_due_snapshots
from trends.actions.summaries import sum_up_large_courses

__all__ = ["Installation", "do_background_work", "seed"]


@dataclass(frozen=True, slots=True)
class Installation:
    """The readers of the measured pages: a student on track, a mentor of three groups, an admin."""

    course: Course
    cohort: Cohort
    group: Group
    week: Week
    milestone: Milestone
    student: User
    enrolment: Enrolment
    mentor: User
    admin: User


def seed(learners: int, now: datetime) -> Installation:
    """Write the installation as it would be now."""
    today = now.date()
    runs = make_runs(learners, today)
    for run in runs:
        write_weeks(run)
    write_questions(runs, now)
    return _installation(runs[0], now)


def do_background_work(now: datetime) -> None:
    """Do what pages read and the background process would have done by now."""
    take_due_snapshots(now)
    sum_up_large_courses(now)


def _installation(run: SeededCohort, now: datetime) -> Installation:
    mentor, teams = mentor_with(run, 3)
    learner = teams[0].founders[0]
    return Installation(
        course=run.course, cohort=run.cohort, group=teams[0].group, week=Week.of(run.cohort.today(now)),
        milestone=run.milestones[5], student=learner.person, enrolment=learner.enrolment, mentor=mentor,
        admin=run.admin,
    )  # fmt: skip
