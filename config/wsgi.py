"""The WSGI application that gunicorn serves."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from lib.preload import load_pages
from lib.version import version_and_commit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
load_pages()
logging.getLogger("trefoil.web").info("Trefoil %s", version_and_commit())
