from people.models.address_change import AddressChange
from people.models.edited import Edited
from people.models.invitation import Invitation
from people.models.sent_form import SentForm
from people.models.token_bucket import TokenBucket
from people.models.user import User

__all__ = ["AddressChange", "Edited", "Invitation", "SentForm", "TokenBucket", "User"]
