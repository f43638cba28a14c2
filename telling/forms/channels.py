from typing import Any

from django import forms

from lib.outgoing import OutgoingError, checked
from telling.chat.news import News
from telling.models import Channel


class ChannelForm(forms.Form):
    """A channel. The address of one that exists is not shown, and stays unless another is entered."""

    service = forms.ChoiceField(choices=Channel.Service, initial=Channel.Service.SLACK)
    address = forms.CharField(
        label="Address of its incoming webhook",
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Anyone who has it can post in the channel. It is not shown again.",
    )
    news = forms.MultipleChoiceField(
        label="What to post",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )

    def __init__(self, *args: Any, news: list[News], channel: Channel | None = None, **kwargs: Any) -> None:
        if channel is not None:
            kwargs["initial"] = {"news": channel.news}
        super().__init__(*args, **kwargs)
        choices = self.fields["news"]
        assert isinstance(choices, forms.MultipleChoiceField)  # noqa: S101
        choices.choices = [(one.name, one.label) for one in news]
        if channel is None:
            self.initial.setdefault("news", [one.name for one in news])
            return
        del self.fields["service"]
        address = self.fields["address"]
        address.label, address.required = "New address", False
        address.help_text = f"Leave empty to keep the one at {channel.host}."

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        if address:
            try:
                checked(address)
            except OutgoingError as error:
                raise forms.ValidationError(str(error)) from error
        return address
