from datetime import date

from django.db.models import Exists, OuterRef, Q

from groups.models import Membership, Mentorship
from groups.models.group import GroupQuerySet
from lib.natural_order import natural_key
from people.models import User


def found_by(text: str, groups: GroupQuerySet, on: date) -> GroupQuerySet:
    """Return those with the text in their name, or in that of a member or mentor who is there on that day or later."""
    people, here = User.objects.named_like(text), {"group": OuterRef("pk")}
    stays = Membership.objects.not_ended(on).filter(enrolment__person__in=people, **here)
    mentors = Mentorship.objects.not_ended(on).filter(person__in=people, **here)
    # The key of a text without letters and digits is empty.
    return groups.filter(Q(sort_key__contains=natural_key(text) or text) | Exists(stays) | Exists(mentors))
