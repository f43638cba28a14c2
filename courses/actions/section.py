from datetime import datetime

from courses.models import CourseSection
from people.models import User


def delete_section(*, section: CourseSection, by: User, at: datetime) -> None:
    """Delete a section; of one that came by an import the title stays, so that the next one knows it."""
    if not section.imported_title:
        section.delete()
        return
    section.title, section.body, section.imported_body = section.imported_title, "", ""
    section.touch(by=by, at=at)
    section.save()
