"""End all access of an account's holder, when it turns out to be somebody else's or is closed."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.dispatch import Signal

from people.models import User

# Sent with `person`. The apps above end what answers without signing in: addresses of calendars, channels.
holder_left = Signal()


def put_out(
    person: User, *, keeps_password: bool = False, keeps_factors_before: datetime | None = None
) -> None:
    """End what the one who held the account so far could go on with; to be called in a transaction.

    The password, and with it the sessions; the second factor; accounts at providers; the choice to hear of nothing;
    what apps above keep.

    Args:
        keeps_password: its owner has just chosen it.
        keeps_factors_before: since then somebody else may have had the account.
    """
    if not keeps_password:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    factors = Authenticator.objects.filter(user=person)
    (factors.filter(created_at__gte=keeps_factors_before) if keeps_factors_before else factors).delete()
    SocialAccount.objects.filter(user=person).delete()
    person.mail_choices.all().delete()
    holder_left.send(sender=User, person=person)
