"""What whoever held an account leaves behind when it turns out to be somebody else's: nothing that answers."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.dispatch import Signal

from people.models import User

# Sent with `person`. The apps above end what answers without signing in: addresses of calendars, channels.
holder_left = Signal()


def put_out(person: User, *, keeps_password: bool = False) -> None:
    """End what the one who held the account so far could go on with; to be called in a transaction.

    The password, and with it the sessions; the second factor; accounts at providers; the choice to hear of nothing;
    what apps above keep.

    Args:
        keeps_password: its owner has just chosen it.
    """
    if not keeps_password:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
    person.mail_choices.all().delete()
    holder_left.send(sender=User, person=person)
