from groups.models import Concern
from people.forgetting import Forgotten


def forget_concerns(person: Forgotten) -> None:
    """What somebody told in confidence goes with them, and so does its answer."""
    Concern.objects.filter(enrolment__person=person.id).delete()
