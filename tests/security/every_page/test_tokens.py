"""No page does what it is sent without a token."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.places import PLACES

# Hundreds of requests that are refused: the lines they reach count as tested where other tests reach them.
pytestmark = pytest.mark.no_cover

# Answered before anything else, and read only; and the link of a mail, whose signature is its token (RFC 8058).
WITHOUT_TOKEN = {"healthz", "readyz", "telling:mail-stop"}


def test_every_post_wants_a_token(furnished: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    # The token is asked for before the view asks who it is: one who asks is enough.
    client.force_login(furnished.ines)
    answered = {}
    for name in sorted(set(PLACES) - WITHOUT_TOKEN):
        with transaction.atomic():
            place = PLACES[name](furnished)
            response = client.post(reverse(name, args=place.args), place.fields)
            transaction.set_rollback(True)
        # Not because she may not do it.
        if "403_csrf.html" not in [template.name for template in response.templates]:
            answered[name] = response.status_code
    assert answered == {}
