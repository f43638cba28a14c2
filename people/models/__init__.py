from people.models.edited import Edited
from people.models.invitation import Invitation
from people.models.sent_form import SentForm
from people.models.user import User

__all__ = ["Edited", "Invitation", "SentForm", "User"]
