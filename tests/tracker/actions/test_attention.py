from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.conftest import Cast
from tracker.actions.attention import end_snooze, snooze_student
from tracker.models import AttentionPutAside


def test_snooze_again_ends_the_one_in_force(cast: Cast) -> None:
    now = timezone.now()
    emre = cast.enrolment("emre")
    over = AttentionPutAside.objects.create(
        enrolment=emre,
        until_on=date(2026, 9, 16),
        reason="Ill",
        put_aside_at=now - timedelta(days=9),
        put_aside_by=cast.tomas,
    )
    first = snooze_student(enrolment=emre, until_on=date(2026, 9, 20), reason="Moving", by=cast.tomas, at=now)
    second = snooze_student(enrolment=emre, until_on=date(2026, 9, 30), reason="Moving", by=cast.ines, at=now)
    for row in (over, first, second):
        row.refresh_from_db()
    assert (over.ended_at, over.ended_by) == (None, None)
    assert (first.ended_at, first.ended_by) == (now, cast.ines)
    assert (second.ended_at, second.ended_by, second.put_aside_by) == (None, None, cast.ines)
    assert list(emre.attention_put_aside.in_force(date(2026, 9, 16))) == [second]


def test_end_snooze_once(cast: Cast) -> None:
    now = timezone.now()
    aside = snooze_student(
        enrolment=cast.enrolment("emre"), until_on=date(2026, 9, 20), reason="Ill", by=cast.tomas, at=now
    )
    assert end_snooze(aside=aside, by=cast.tomas, at=now) is True
    assert end_snooze(aside=aside, by=cast.ines, at=now + timedelta(hours=1)) is False
    aside.refresh_from_db()
    assert (aside.ended_at, aside.ended_by) == (now, cast.tomas)


def test_snooze_ended_at_and_by_come_in_pairs(cast: Cast) -> None:
    now = timezone.now()
    aside = snooze_student(
        enrolment=cast.enrolment("emre"), until_on=date(2026, 9, 20), reason="Ill", by=cast.tomas, at=now
    )
    with pytest.raises(IntegrityError, match="attention_put_aside_ended_at_and_by"), transaction.atomic():
        AttentionPutAside.objects.filter(pk=aside.pk).update(ended_at=now)
