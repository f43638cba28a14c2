from django.test import RequestFactory
from django.utils.html import format_html

from lib.undo import with_undo


def test_with_undo_puts_a_form_that_undoes_after_the_message(rf: RequestFactory) -> None:
    message = with_undo(rf.get("/"), "Tom & Ana left.", "/undo/")
    assert " ".join(message.split()).startswith("Tom &amp; Ana left. <form")
    assert 'method="post" action="/undo/"' in message
    assert 'name="csrfmiddlewaretoken"' in message
    assert ">Undo</button>" in message
    assert message.count("<input") == 1


def test_with_undo_sends_a_value_that_is_named(rf: RequestFactory) -> None:
    message = with_undo(rf.get("/"), "Renamed.", "/undo/", name="title", value='"Old"')
    assert 'name="title" value="&quot;Old&quot;"' in message


def test_with_undo_keeps_markup_that_is_safe(rf: RequestFactory) -> None:
    message = with_undo(rf.get("/"), format_html('<a href="/">{}</a>', "<b>"), "/undo/")
    assert " ".join(message.split()).startswith('<a href="/">&lt;b&gt;</a> <form')
