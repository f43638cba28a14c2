from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from people.models import MailChoice
from telling.actions.choosing import SUMMARIES, gets
from telling.kinds.digest import DIGEST, NEWS
from telling.kinds.kind import MailKind

_SOON = [MailChoice.Soon.AT_ONCE, MailChoice.Soon.DIGEST, MailChoice.Soon.NEVER]
_SWITCHES = {
    "now": (
        "What concerns me, at once",
        "Monday to Friday from 8:00 to 21:00, your time, at most five e-mails a day. What is not urgent waits for the"
        " summary of the next morning. When this is off, all of it waits for the next summary.",
    ),
    "morning": ("A summary each morning, if there is news", "What is due, what to log, and what is new."),
    "monday": ("My week, on Monday", "What is ahead, who needs you, and what is new."),
}


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice about several kinds. It is on if one of them comes; `others` are chosen otherwise than it says."""

    kinds: tuple[MailKind, ...]
    is_on: bool
    others: tuple[MailKind, ...]


def switches_of(kinds: list[MailKind], chosen: Mapping[str, str]) -> dict[str, Switch]:
    """Return the switches that cover any of these kinds."""
    covered: dict[str, list[MailKind]] = {name: [] for name in _SWITCHES}
    for kind in kinds:
        covered["monday" if kind is DIGEST else "morning" if kind.on_mornings else "now"].append(kind)
    return {name: _switch(tuple(of_it), chosen) for name, of_it in covered.items() if of_it}


def _switch(kinds: tuple[MailKind, ...], chosen: Mapping[str, str]) -> Switch:
    soon = {kind: chosen.get(kind.name, kind.usual) for kind in kinds}
    on = {MailChoice.Soon.AT_ONCE, MailChoice.Soon.ALWAYS}
    is_on = not on.isdisjoint(soon.values())
    return Switch(
        kinds,
        is_on,
        tuple(kind for kind in kinds if soon[kind] not in (on | {kind.usual} if is_on else {_off(kind)})),
    )


def _off(kind: MailKind) -> MailChoice.Soon:
    return MailChoice.Soon.NEVER if kind.is_digest else MailChoice.Soon.DIGEST


class SwitchesForm(forms.Form):
    """A switch that is moved sets all kinds that it covers; one that is not moved leaves them as they are."""

    def __init__(self, *args: Any, switches: Mapping[str, Switch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.switches = switches
        for name, switch in switches.items():
            label, text = _SWITCHES[name]
            if any(kind.is_help for kind in switch.kinds):
                text = text.replace("all of it", "all of it, requests for help too,")
            if switch.others:
                text += f" By kind, you chose differently for {len(switch.others)} of {len(switch.kinds)}."
            self.fields[name] = forms.BooleanField(
                label=label,
                help_text=text,
                required=False,
                initial=switch.is_on,
                widget=forms.CheckboxInput({"role": "switch"}),
            )

    @property
    def soon_by_kind(self) -> dict[str, str]:
        return {
            kind.name: "" if self.cleaned_data[name] else _off(kind)
            for name in self.changed_data
            for kind in self.switches[name].kinds
        }


class MailChoicesForm(forms.Form):
    """Choices of how soon to tell of each kind. Help alone may come at night and at weekends."""

    def __init__(self, *args: Any, kinds: list[MailKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds:
            soon = [*([MailChoice.Soon.ALWAYS] if kind.is_help else []), *_SOON]
            if kind.is_digest:
                soon.remove(MailChoice.Soon.DIGEST)
            self.fields[kind.name] = forms.ChoiceField(
                label=kind.label,
                choices=[(one.value, _label(one, kind)) for one in soon],
                initial=kind.usual.value,
                # Each has a choice already; what a form does not bring stays.
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Nothing is put into a summary that does not come. A choice that the form lacks is as it was."""
        given: dict[str, Any] = super().clean() or {}
        chosen = {
            name: given.get(name) or self.get_initial_for_field(self.fields[name], name)
            for name in self.fields
        }
        if not any(gets(chosen.get(summary)) for summary in SUMMARIES):
            for name, soon in chosen.items():
                # What usually waits comes at once where no summary does.
                is_chosen = name in self.initial or name in self.changed_data
                is_new = not {name, *SUMMARIES}.isdisjoint(self.changed_data)
                if soon == MailChoice.Soon.DIGEST and is_chosen and is_new:
                    self.add_error(
                        name, "You get no summary, so this would never reach you. Choose something else."
                    )
        return given


def _label(soon: MailChoice.Soon, kind: MailKind) -> str:
    if kind is DIGEST and soon == MailChoice.Soon.AT_ONCE:
        return "Every Monday"
    if soon == MailChoice.Soon.AT_ONCE and (
        kind is NEWS or (kind.on_mornings is not None and not kind.events)
    ):
        return "In the morning"
    return str(soon.label).capitalize()
