from people.models.address_change import AddressChange
from people.models.deed import Deed, DeedPerson
from people.models.edited import Edited
from people.models.hold import Hold
from people.models.invitation import Invitation
from people.models.kept_passage import KeptPassage
from people.models.mail_choice import MailChoice
from people.models.outbox import Event, Message
from people.models.sent_form import SentForm
from people.models.token_bucket import TokenBucket
from people.models.user import User

__all__ = [
    "AddressChange",
    "Deed",
    "DeedPerson",
    "Edited",
    "Event",
    "Hold",
    "Invitation",
    "KeptPassage",
    "MailChoice",
    "Message",
    "SentForm",
    "TokenBucket",
    "User",
]
