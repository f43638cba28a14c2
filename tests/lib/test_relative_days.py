from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

SATURDAY = date(2026, 11, 28)


def render(value: object) -> str:
    return Template("{% day value %}").render(Context({"value": value}))


def test_a_template_says_the_day_of_the_reader_and_keeps_the_whole_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 28, 20, tzinfo=UTC))
    with timezone.override("Asia/Tokyo"):
        assert render(datetime(2026, 11, 28, 16, tzinfo=UTC)) == (
            '<time datetime="2026-11-29T01:00:00+09:00" title="Sunday 29 November 2026, 01:00">today</time>'
        )


def test_a_date_has_no_hour_and_nothing_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 28, 12, tzinfo=UTC))
    assert render(SATURDAY) == '<time datetime="2026-11-28" title="Saturday 28 November 2026">today</time>'
    assert render(None) == ""


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (datetime(2026, 11, 30, 20, 30, tzinfo=UTC), "Monday 20:30"),
        (datetime(2026, 12, 1, tzinfo=UTC), "the end of Monday"),
        (datetime(2026, 11, 29, tzinfo=UTC), "the end of today"),
    ],
)
def test_a_promise_until_midnight_is_one_until_the_end_of_the_day_before(
    monkeypatch: pytest.MonkeyPatch, until: datetime, said: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 28, 12, tzinfo=UTC))
    with timezone.override(UTC):
        assert f">{said}</time>" in Template("{% deadline until %}").render(Context({"until": until}))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 11, 28), "today"),
        (date(2026, 11, 27), "yesterday"),
        (date(2026, 11, 26), "Thursday"),
        (date(2026, 11, 29), "Sunday"),
    ],
)
def test_a_day_of_a_week_is_its_weekday_but_for_today(value: date, said: str) -> None:
    context = Context({"value": value, "today": SATURDAY})
    assert f">{said}</time>" in Template("{% day_of_week value today %}").render(context)
