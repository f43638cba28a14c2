from datetime import datetime

from django.http import Http404

from groups.access import group_to_lead
from people.access import refuse
from people.models import User
from tracker.models import Flag


def flag_to_judge(user: User, flag_id: int, now: datetime) -> Flag:
    """Return a flag for who leads its group; 404 to strangers.

    403 to others of the course, to its student, and to who studies in the group with them.
    """
    flag = Flag.objects.select_related("enrolment__person", "verdict_by").filter(pk=flag_id).first()
    if flag is None:
        raise Http404
    access = group_to_lead(user, flag.group_id, now)
    flag.group = access.group
    enrolment = flag.enrolment
    if enrolment and (enrolment.person_id == user.pk or not access.sees_attention):
        refuse(user, f"judge flag {flag_id}, which is about them or a fellow student", is_insider=True)
    return flag
