from typing import Any

from django import forms

from people.models import MailChoice
from telling.actions.choosing import gets_digest
from telling.kinds.digest import DIGEST
from telling.kinds.kind import Kind

_SOON = [MailChoice.Soon.AT_ONCE, MailChoice.Soon.DIGEST, MailChoice.Soon.NEVER]


class MailChoicesForm(forms.Form):
    """How soon a person hears of each of these kinds. Help alone may come at night and at weekends."""

    def __init__(self, *args: Any, kinds: list[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            soon = [*([MailChoice.Soon.ALWAYS] if kind.is_help else []), *_SOON]
            if kind.is_digest:
                soon.remove(MailChoice.Soon.DIGEST)
            self.fields[kind.name] = forms.ChoiceField(
                label=kind.label,
                choices=[(one.value, _label(one, kind)) for one in soon],
                initial=MailChoice.Soon.AT_ONCE.value,
                # Each has a choice already; what a form does not bring stays.
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Nothing may wait for a digest that does not come. What the form does not bring is as it was."""
        given: dict[str, Any] = super().clean() or {}
        chosen = {
            name: given.get(name) or self.get_initial_for_field(self.fields[name], name)
            for name in self.fields
        }
        if not gets_digest(chosen.get(DIGEST.name)):
            for name, soon in chosen.items():
                if soon == MailChoice.Soon.DIGEST:
                    self.add_error(
                        name, "You would never hear of it: you get no digest. Choose something else."
                    )
        return given


def _label(soon: MailChoice.Soon, kind: Kind) -> str:
    if kind.is_digest and soon == MailChoice.Soon.AT_ONCE:
        return "Every Monday"
    if kind.on_mornings is not None and not kind.events and soon == MailChoice.Soon.AT_ONCE:
        return "In the morning"
    return str(soon.label).capitalize()
