from typing import Any, ClassVar

from django.core.validators import URLValidator

from courses.forms.placed import PlacedForm
from courses.models import Material


class MaterialForm(PlacedForm[Material]):
    of = "milestone"

    class Meta:
        model = Material
        fields: ClassVar = ["title", "url", "kind", "minutes", "is_optional"]
        labels: ClassVar = {"url": "Link"}
        help_texts: ClassVar = {
            "url": "A URL that starts with https:// or http://. Leave empty if there is no web page.",
            "minutes": "Leave empty if unknown.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every student sees the link. Only web addresses are allowed: other schemes could run a script.
        field = self.fields["url"]
        field.validators = [URLValidator(schemes=["http", "https"])]
        field.error_messages["invalid"] = "Enter a full URL, starting with https:// or http://."
        field.widget.attrs["inputmode"] = "url"
