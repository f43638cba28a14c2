#!/usr/bin/env python
"""Run Django's commands for Trefoil."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV, run_with_reloader

from lib.databases import cannot_be_opened, outage

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    is_child = os.environ.get(DJANGO_AUTORELOAD_ENV) == "true"
    if sys.argv[1:2] == ["runserver"] and not is_child and not {"--noreload", "--help"} & set(sys.argv):
        # Only the child serves pages. Loading all apps in its parent too would double the time to the first page.
        run_with_reloader(execute_from_command_line)
    else:
        try:
            execute_from_command_line(sys.argv)
        except ImproperlyConfigured as error:
            # bin/serve asks this first, so that an operator reads a sentence.
            if sys.argv[1:2] == ["prepare"]:
                sys.exit(str(error))
            raise
        except DatabaseError as error:
            if outage(error):
                sys.exit(cannot_be_opened(error))
            raise
