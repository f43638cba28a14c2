"""A refusal is shown where somebody reads it: beside its field, on top of the form, or in a message."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import RequestFactory

from lib.refusals import Refused, acting


class DayForm(forms.Form):
    day = forms.CharField()


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    request = rf.post("/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.fixture
def form() -> DayForm:
    form = DayForm({"day": "Monday"})
    assert form.is_valid()
    return form


def messages_of(request: HttpRequest) -> list[tuple[str, str]]:
    return [(message.level_tag, message.message) for message in get_messages(request)]


def test_without_a_form_it_is_a_message_and_what_follows_is_left_out(request_: HttpRequest) -> None:
    steps = []
    with acting(request_, before="Nothing is saved. "):
        steps.append("before")
        raise Refused("It is full.", "day")
        steps.append("after")
    assert (steps, messages_of(request_)) == (["before"], [("error", "Nothing is saved. It is full.")])


@pytest.mark.parametrize(
    ("field", "shown_at"), [("day", "day"), ("", "__all__"), ("a field of another form", "__all__")]
)
def test_with_a_form_it_is_beside_its_field_or_on_top(
    request_: HttpRequest, form: DayForm, field: str, shown_at: str
) -> None:
    with acting(request_, form):
        raise Refused("It is full.", field)
    assert (form.errors, messages_of(request_)) == ({shown_at: ["It is full."]}, [])


def test_on_top_of_a_form_that_is_not_shown_again_it_is_a_message(
    request_: HttpRequest, form: DayForm
) -> None:
    with acting(request_, form, on_top=False):
        raise Refused("It is full.")
    assert (form.errors, messages_of(request_)) == ({}, [("error", "It is full.")])
    with acting(request_, form, on_top=False):
        raise Refused("It is over.", "day")
    assert form.errors == {"day": ["It is over."]}


def test_who_may_not_act_is_no_refusal_of_an_action(request_: HttpRequest, form: DayForm) -> None:
    with pytest.raises(PermissionDenied), acting(request_, form):
        raise PermissionDenied
    assert (form.errors, messages_of(request_)) == ({}, [])
