import pytest

from courses.forms.material import MaterialForm
from courses.models import Material
from tests.conftest import Cast

WRONG = "Enter a full URL, starting with https:// or http://."


def form(cast: Cast, **fields: str) -> MaterialForm:
    typed = {"title": "Attention", "url": "", "kind": "video", "minutes": ""}
    return MaterialForm(typed | fields, instance=Material(milestone=cast.milestones[0]))


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("  http://example.com/a \n", "http://example.com/a"),
        ("example.com/a", "https://example.com/a"),
        ("", ""),
    ],
)
def test_material_form_keeps_a_pasted_link(cast: Cast, pasted: str, kept: str) -> None:
    checked = form(cast, url=pasted)
    assert checked.is_valid(), checked.errors
    assert checked.cleaned_data["url"] == kept


@pytest.mark.parametrize(
    "pasted",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.com/a",
        "file:///etc/passwd",
        "https://",
        "see the chat",
        "https://example.com/a https://example.com/b",
    ],
)
def test_material_form_refuses_what_is_no_web_address(cast: Cast, pasted: str) -> None:
    assert form(cast, url=pasted).errors == {"url": [WRONG]}


def test_material_form_says_beside_the_field_what_is_wrong(cast: Cast) -> None:
    assert form(cast, title=" ", kind="song", minutes="-5").errors == {
        "title": ["This field is required."],
        "kind": ["Select a valid choice. song is not one of the available choices."],
        "minutes": ["Ensure this value is greater than or equal to 0."],
    }
