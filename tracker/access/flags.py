from datetime import datetime

from django.http import Http404

from groups.access import group_to_lead
from people.access import refuse
from people.models import User
from tracker.models import Flag


def flag_to_judge(user: User, flag_id: int, now: datetime) -> Flag:
    """Return a flag for who leads its group; 403 to others of the course and to its student, 404 to strangers."""
    flag = Flag.objects.select_related("enrolment__person", "verdict_by").filter(pk=flag_id).first()
    if flag is None:
        raise Http404
    flag.group = group_to_lead(user, flag.group_id, now).group
    if flag.enrolment is not None and flag.enrolment.person_id == user.pk:
        refuse(user, f"judge flag {flag_id}, which is about them", is_insider=True)
    return flag
