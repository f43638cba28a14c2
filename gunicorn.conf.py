"""Settings of gunicorn; bin/serve starts it."""

import gc
import os
import shutil
import tempfile
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.http import wsgi  # type: ignore[import-untyped]

from config.variables import env
from lib.parent import say_ready

# Behind a reverse proxy on the same machine; another address only if the proxy is elsewhere. bin/serve opens it, and
# says here which socket it is.
bind = os.environ.get("BIND", "127.0.0.1:" + os.environ.get("PORT", "8000"))
# Plain processes: quickest for synchronous Django. About one a core, two at least.
workers = env.number("WEB_CONCURRENCY", 2, least=1)
worker_class = "sync"
# Import once, share the memory.
preload_app = True
# The control socket would be written into the home folder, which a service may not have.
control_socket_disable = True
# Seconds; every page answers in far less than one, but a file of a large cohort takes as long as who takes it.
timeout = 180
# So long does a process that is to end have for the request that it answers.
graceful_timeout = timeout


# In which its processes count what /metrics says. Each start has its own: after a HUP two go on for a while.
_counts = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="trefoil-metrics-")


def child_exit(server: Any, worker: Any) -> None:
    # Imported earlier, it would not know of the folder, and each process would count for itself.
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    shutil.rmtree(_counts, ignore_errors=True)


def when_ready(server: Any) -> None:
    """Leave what was loaded before the workers begin out of their searches for garbage, and say that it is loaded."""
    gc.freeze()
    say_ready()


def pre_request(worker: Any, request: Any) -> None:
    """Let a process whose gunicorn was killed outright end after this request: it would go on with the code it has."""
    if worker.ppid != os.getppid():
        worker.alive = False


class OwnLines(Logger):  # type: ignore[misc]
    """Writes gunicorn's messages into the log as all others. `config.middleware` writes the line of a request."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = True


logger_class = OwnLines

# Which server answers is nobody's business, and gunicorn has no setting for it.
_headers_of_gunicorn = wsgi.Response.default_headers


def _headers(response: Any) -> list[str]:
    return [line for line in _headers_of_gunicorn(response) if not line.startswith("Server:")]


wsgi.Response.default_headers = _headers
