from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.groups import GroupFactory
from tests.factories.people import UserFactory
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview, MeetingItem, MeetingNote, Progress

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)


class ProgressFactory(DjangoModelFactory[Progress]):
    class Meta:
        model = Progress

    state = Progress.State.DONE
    state_since = NOW
    started_on = factory.LazyAttribute(
        lambda progress: NOW.date() if progress.state in Progress.BEGUN else None
    )
    finished_on = factory.LazyAttribute(
        lambda progress: NOW.date() if progress.state in Progress.FINISHED else None
    )
    changed_at = NOW
    changed_by = factory.SelfAttribute("enrolment.person")


class CheckInFactory(DjangoModelFactory[CheckIn]):
    class Meta:
        model = CheckIn

    group = factory.SubFactory(GroupFactory)
    week_starts_on = date(2026, 9, 7)
    held_on = factory.SelfAttribute("week_starts_on")
    minutes = 30
    logged_by = factory.SubFactory(UserFactory)
    logged_at = NOW
    logged_as = "mentor"


class CheckInEntryFactory(DjangoModelFactory[CheckInEntry]):
    class Meta:
        model = CheckInEntry

    check_in = factory.SubFactory(CheckInFactory)


class AgreedStepFactory(DjangoModelFactory[AgreedStep]):
    class Meta:
        model = AgreedStep

    text = factory.Sequence(lambda n: f"Step {n}")
    agreed_at = NOW
    agreed_by = factory.SubFactory(UserFactory)


class MeetingNoteFactory(DjangoModelFactory[MeetingNote]):
    class Meta:
        model = MeetingNote

    week_starts_on = date(2026, 9, 7)
    going = "so_so"
    changed_at = NOW
    changed_by = factory.SelfAttribute("enrolment.person")


class MeetingItemFactory(DjangoModelFactory[MeetingItem]):
    class Meta:
        model = MeetingItem

    week_starts_on = date(2026, 9, 7)
    added_at = NOW


class CodeReviewFactory(DjangoModelFactory[CodeReview]):
    class Meta:
        model = CodeReview

    url = factory.Sequence(lambda n: f"https://example.com/code/{n}")
    requested_at = NOW
    changed_at = NOW
