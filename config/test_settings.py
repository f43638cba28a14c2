"""Settings of the test suite."""

import os
from pathlib import Path

# Without secrets, which production would ask for.
os.environ["DEBUG"] = "1"

from config.settings import *  # noqa: F403
from config.settings import DATABASES

DEBUG = False
DEMO = False
SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["*"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
LINK_CHECKS = True
# Hashing is slow on purpose, and tests sign in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing that a test anonymises is noted beside the database of who runs it.
BACKUP_DIR = None
ERASED_LIST = Path(os.devnull)
# Files are served from their folder; nothing was collected.
WHITENOISE_AUTOREFRESH = True
DATABASES["default"]["CONN_MAX_AGE"] = 0
