from typing import Any, ClassVar

from django.core.validators import URLValidator

from courses.models import Material
from lib.editing import VersionedForm


class MaterialForm(VersionedForm[Material]):
    """Something to read, watch or do, most often with a link that somebody pastes."""

    class Meta:
        model = Material
        fields: ClassVar = ["title", "url", "kind", "minutes", "is_optional"]
        labels: ClassVar = {"url": "Link"}
        help_texts: ClassVar = {
            "url": "An address that begins with https:// or http://. Empty for something without a page.",
            "minutes": "Empty when not known.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A link is shown to every student: it must not be able to run anything, or lead out of the web.
        field = self.fields["url"]
        field.validators = [URLValidator(schemes=["http", "https"])]
        field.error_messages["invalid"] = "Give a whole address that begins with https:// or http://."
        field.widget.attrs["inputmode"] = "url"
