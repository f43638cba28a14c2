from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Characters; enough for a pasted log. Forty answers of 20,000 took seconds to show.
LONGEST_ANSWER = 8_000


class AnswerField(forms.CharField):
    """An answer of at most 8,000 characters, in which a line end counts once.

    No `maxlength`: a browser would cut what is pasted, and say nothing.
    """

    widget = forms.Textarea({"rows": 6})

    def __init__(self, **options: Any) -> None:
        required = {"required": "Write an answer first."}
        super().__init__(label="Your answer", error_messages=required, **options)
        self.longest = LONGEST_ANSWER

    def allow_as_long_as(self, before: str) -> None:
        """Let an answer that is longer already keep its length."""
        self.longest = max(LONGEST_ANSWER, len(self.to_python(before)))

    def to_python(self, value: Any) -> Any:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise ValidationError(
                f"At most {self.longest:,} characters, and this has {len(value):,}. Shorten it, or put the rest in"
                " another answer."
            )
