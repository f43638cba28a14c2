from django.shortcuts import get_object_or_404

from people.access import refuse
from people.models import Message, User


def require_operator(user: User) -> None:
    """The outbox is for who has the permission: others get 403."""
    if not user.has_perm("people.handle_outbox"):
        refuse(user, "read the outbox", is_insider=True)


def message_to_handle(user: User, message_id: int) -> Message:
    require_operator(user)
    return get_object_or_404(Message.objects.select_related("recipient"), pk=message_id)
