"""Settings of the tests, with a `migrate` that makes the tables from the models, in a tenth of the time."""

from config.test_settings import *  # noqa: F403
from config.test_settings import INSTALLED_APPS as _INSTALLED

INSTALLED_APPS = ["tests.backup.quick", *_INSTALLED]
