from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Trefoil's word to allauth: nobody signs up, people are invited or imported."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
