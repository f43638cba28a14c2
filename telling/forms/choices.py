from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from people.models import MailChoice
from telling.actions.choosing import SUMMARIES, gets
from telling.kinds.digest import DIGEST
from telling.kinds.kind import MailKind

# Of a topic: what its kinds are set to by themselves, and several things at once.
USUAL, MIXED = "usual", "mixed"
_TOPICS = {
    "help": "Help",
    "questions": "Questions, answers and reviews",
    "dates": "Dates, meetings and groups",
}
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
    """A choice about several kinds. It is on if one of them comes."""

    kinds: tuple[MailKind, ...]
    is_on: bool


def switches_of(kinds: Sequence[MailKind], chosen: Mapping[str, str]) -> dict[str, Switch]:
    """Return the switches that cover any of these kinds."""
    covered: dict[str, list[MailKind]] = {name: [] for name in _SWITCHES}
    for kind in kinds:
        covered["monday" if kind is DIGEST else "morning" if kind.on_mornings else "now"].append(kind)
    return {name: _switch(tuple(of_it), chosen) for name, of_it in covered.items() if of_it}


def _switch(kinds: tuple[MailKind, ...], chosen: Mapping[str, str]) -> Switch:
    on = {MailChoice.Soon.AT_ONCE, MailChoice.Soon.ALWAYS}
    return Switch(kinds, any(chosen.get(kind.name, kind.usual) in on for kind in kinds))


def _off(kind: MailKind) -> MailChoice.Soon:
    return MailChoice.Soon.NEVER if kind.is_digest else MailChoice.Soon.DIGEST


class ChoicesForm(forms.Form):
    """Three switches, and how soon to hear of each topic.

    A switch that is moved sets all kinds that it covers, a topic that is changed all of its own, and goes first. What
    is not touched stays as it is, also where it was chosen otherwise for some kinds of a topic: "as before".
    """

    def __init__(
        self, *args: Any, kinds: Sequence[MailKind], chosen: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.chosen, self.switches, self.topics = chosen, switches_of(kinds, chosen), topics_of(kinds)
        for name, switch in self.switches.items():
            label, text = _SWITCHES[name]
            if any(kind.is_help for kind in switch.kinds):
                text = text.replace("all of it", "all of it, requests for help too,")
            self.fields[name] = forms.BooleanField(
                label=label,
                help_text=text,
                required=False,
                initial=switch.is_on,
                widget=forms.CheckboxInput({"role": "switch"}),
            )
        for topic, of_topic in self.topics.items():
            soon = _soon_of_all(of_topic, chosen)
            can_wake = any(kind.is_help for kind in of_topic)
            choices = [(USUAL, "As the switches say"), *((one.value, _label(one)) for one in _SOON)]
            choices += [(MailChoice.Soon.ALWAYS.value, _label(MailChoice.Soon.ALWAYS))] if can_wake else []
            self.fields[topic] = forms.ChoiceField(
                label=_TOPICS[topic],
                choices=[*([(MIXED, "As before")] if soon == MIXED else []), *choices],
                initial=soon,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Nothing is put into a summary that does not come."""
        given: dict[str, Any] = super().clean() or {}
        soon = {**self.chosen, **self._of_switches()}
        if not any(gets(soon.get(summary)) for summary in SUMMARIES):
            for topic in self.topics.keys() & set(self.changed_data):
                if given.get(topic) == MailChoice.Soon.DIGEST:
                    self.add_error(
                        topic, "You get no summary, so this would never reach you. Choose something else."
                    )
        return given

    @property
    def soon_by_kind(self) -> dict[str, str]:
        """How soon to hear of the kinds that are changed; "" is as usual. Always is of help alone."""
        changed = self._of_switches()
        for topic, of_topic in self.topics.items():
            soon = self.cleaned_data[topic]
            if topic in self.changed_data and soon not in ("", MIXED):
                for kind in of_topic:
                    is_always = soon == MailChoice.Soon.ALWAYS and not kind.is_help
                    changed[kind.name] = (
                        MailChoice.Soon.AT_ONCE if is_always else "" if soon == USUAL else soon
                    )
        return changed

    def _of_switches(self) -> dict[str, str]:
        return {
            kind.name: "" if self.cleaned_data[name] else _off(kind)
            for name, switch in self.switches.items()
            if name in self.changed_data
            for kind in switch.kinds
        }


def topics_of(kinds: Sequence[MailKind]) -> dict[str, list[MailKind]]:
    """Return the topics that have any of these kinds; the summaries have switches of their own."""
    of_topic: dict[str, list[MailKind]] = {topic: [] for topic in _TOPICS}
    for kind in kinds:
        if not kind.is_digest:
            of_topic[kind.topic].append(kind)
    return {topic: of_it for topic, of_it in of_topic.items() if of_it}


def _soon_of_all(kinds: Sequence[MailKind], chosen: Mapping[str, str]) -> str:
    """Return how soon all of these kinds come; `MIXED` if it is not the same of all."""
    soon = {chosen.get(kind.name, USUAL) for kind in kinds}
    # Of a topic with help in it, only help comes at night.
    if soon == {MailChoice.Soon.ALWAYS, MailChoice.Soon.AT_ONCE}:
        return MailChoice.Soon.ALWAYS
    return soon.pop() if len(soon) == 1 else MIXED


def _label(soon: MailChoice.Soon) -> str:
    return str(soon.label).capitalize()
