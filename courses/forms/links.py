from typing import Any, ClassVar

from courses.models import Course, CourseLink
from courses.models.course_link import HTTPS, MOST_LINKS
from lib.editing import VersionedForm


class CourseLinksForm(VersionedForm[Course]):
    """The links of a course, a name and an address each. The version is the course's: they have none of their own."""

    class Meta:
        model = Course
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        links = {link.position: link for link in self.instance.links.all()}
        for n in range(1, MOST_LINKS + 1):
            for name, label in (("name", f"Name of link {n}"), ("url", f"Address of link {n}")):
                column: Any = CourseLink._meta.get_field(name)
                field = column.formfield(required=False, label=label)
                # The field of a form takes no validators of its model.
                field.validators += [HTTPS] if name == "url" else []
                field.error_messages["invalid"] = "Enter an address that begins with https://."
                self.fields[f"{name}_{n}"] = field
                self.initial[f"{name}_{n}"] = self._stored[f"{name}_{n}"] = getattr(links.get(n), name, "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for n in range(1, MOST_LINKS + 1):
            name, url = cleaned.get(f"name_{n}", ""), cleaned.get(f"url_{n}", "")
            if name and not url and f"url_{n}" not in self.errors:
                self.add_error(f"url_{n}", "Give the address, too, or leave both empty.")
            if url and not name and f"name_{n}" not in self.errors:
                self.add_error(f"name_{n}", "Give it a name, or leave both empty.")
        return cleaned

    def save(self, commit: bool = True) -> Course:
        course: Course = super().save(commit)
        cleaned = [
            (self.cleaned_data[f"name_{n}"], self.cleaned_data[f"url_{n}"]) for n in range(1, MOST_LINKS + 1)
        ]
        course.links.all().delete()
        CourseLink.objects.bulk_create(
            CourseLink(course=course, position=n, name=name, url=url)
            for n, (name, url) in enumerate(filter(all, cleaned), start=1)
        )
        return course
