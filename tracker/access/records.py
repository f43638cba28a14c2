from datetime import datetime

from django.db.models import Q

from questions.models import Ask
from tracker.models import AgreedStep, CheckInEntry, CodeReview, MeetingItem, MeetingNote


def recorded_since(enrolment_id: int, group_id: int, since: datetime) -> bool:
    """Whether a group recorded something about a student since that moment: its history then needs the stay."""
    of = {"enrolment": enrolment_id, "group": group_id}
    return (
        CheckInEntry.objects.filter(
            enrolment=enrolment_id, check_in__group=group_id, check_in__logged_at__gte=since
        ).exists()
        or Ask.objects.filter(**of, asked_at__gte=since).exists()
        or MeetingNote.objects.filter(**of, changed_at__gte=since).exists()
        or MeetingItem.objects.filter(**of, added_at__gte=since).exists()
        or AgreedStep.objects.filter(**of, agreed_at__gte=since).exists()
        or CodeReview.objects.filter(
            Q(author=enrolment_id) | Q(reviewer=enrolment_id), group=group_id, requested_at__gte=since
        ).exists()
    )
