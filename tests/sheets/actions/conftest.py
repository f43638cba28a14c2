from collections.abc import Callable

import pytest

from sheets.models import SheetImport
from tests.conftest import SignIn
from tests.sheets.choosing import Chooser


@pytest.fixture
def chooser(as_: SignIn) -> Callable[[SheetImport], Chooser]:
    return lambda sheet_import: Chooser(as_("ines"), sheet_import)
