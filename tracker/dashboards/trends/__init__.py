"""The trends of a course: what is asked, where, how often, and how long it waits, under the filters of the address.

`figures` has what `trends` returns. A view fetches the course with what the filters offer, and hands both in:

    access = trends_access(user, slug, now, courses=courses_with_choices())
    found = trends(access=access, address=request.GET)
"""

from django.db.models import QuerySet
from django.http import QueryDict

from courses.models import Course
from tracker.access.trends import TrendsAccess
from tracker.dashboards.trends.figures import Trends


def courses_with_choices() -> QuerySet[Course]:
    """Courses with their cohorts, milestones and materials, so that the filters cost no query of their own."""
    return Course.objects.all()


def trends(*, access: TrendsAccess, address: QueryDict) -> Trends:
    """Return the trends of a course as this person may see them. At most eight queries, however much was asked."""
    raise NotImplementedError
