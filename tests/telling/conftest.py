import pytest

from people.models import User
from tests.conftest import NOW, Cast


@pytest.fixture
def all_have_signed_in(cast: Cast) -> None:
    """Who never signed in is told nothing."""
    User.objects.update(last_login=NOW)
