from datetime import datetime

from django.db.models import Q

from groups.models import Mentorship
from questions.models import Ask
from tracker.models import AgreedStep, CheckIn, CheckInEntry, CodeReview, MeetingItem, MeetingNote


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


def has_mentored_since(mentorship: Mentorship, since: datetime) -> bool:
    """Whether somebody recorded something as a mentor since that moment: reading it then needs the mentorship."""
    by = mentorship.person_id
    return (
        CheckIn.objects.filter(group=mentorship.group_id, logged_by=by, logged_at__gte=since).exists()
        or AgreedStep.objects.filter(group=mentorship.group_id, agreed_by=by, agreed_at__gte=since).exists()
        or mentorship.away.exists()
    )
