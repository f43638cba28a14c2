from courses.models.cohort import Cohort, Pause
from courses.models.course import Course, CourseAdmin
from courses.models.course_link import CourseLink
from courses.models.course_section import CourseSection
from courses.models.link_check import LinkCheck
from courses.models.material import Material
from courses.models.milestone import Milestone

__all__ = [
    "Cohort",
    "Course",
    "CourseAdmin",
    "CourseLink",
    "CourseSection",
    "LinkCheck",
    "Material",
    "Milestone",
    "Pause",
]
