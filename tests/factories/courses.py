from datetime import date

import factory
from factory.django import DjangoModelFactory

from courses.models import Cohort, Course, CourseLink, CourseSection, Material, Milestone, Pause


class CourseFactory(DjangoModelFactory[Course]):
    class Meta:
        model = Course

    title = factory.Sequence(lambda n: f"Course {n}")
    slug = factory.Sequence(lambda n: f"course-{n}")
    question_days = 1


class MilestoneFactory(DjangoModelFactory[Milestone]):
    class Meta:
        model = Milestone

    course = factory.SubFactory(CourseFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Milestone {n}")


class MaterialFactory(DjangoModelFactory[Material]):
    class Meta:
        model = Material

    milestone = factory.SubFactory(MilestoneFactory)
    title = factory.Sequence(lambda n: f"Material {n}")
    url = factory.Sequence(lambda n: f"https://example.com/material-{n}")


class CourseSectionFactory(DjangoModelFactory[CourseSection]):
    class Meta:
        model = CourseSection

    course = factory.SubFactory(CourseFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Section {n}")
    body = "What the course says of itself."


class CourseLinkFactory(DjangoModelFactory[CourseLink]):
    class Meta:
        model = CourseLink

    course = factory.SubFactory(CourseFactory)
    position = 1
    name = "Repository"
    url = "https://example.com/repository"


class CohortFactory(DjangoModelFactory[Cohort]):
    class Meta:
        model = Cohort

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"Cohort {n}")
    starts_on = date(2026, 8, 31)
    # Its parts of pages have tests of their own.
    asks_before_meeting = False


class PauseFactory(DjangoModelFactory[Pause]):
    class Meta:
        model = Pause

    cohort = factory.SubFactory(CohortFactory)
