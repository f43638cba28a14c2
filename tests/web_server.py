"""A web server of the tests' own, on this machine: it keeps what it is sent, and answers what it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebServer:
    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    # Other answers for some requests: {"HEAD /gone": (404, {})}.
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    # The body after the head, by method and path too.
    bodies: dict[str, bytes] = field(default_factory=dict)
    # While it is set, nobody is answered.
    is_silent: Event = field(default_factory=Event)
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/hook?to=team"


@contextmanager
def web_server() -> Iterator[WebServer]:
    site = WebServer()
    over = Event()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            site.received.append(Received(self.command, self.path, dict(self.headers), body))
            if site.is_silent.is_set():
                over.wait(10)
                return
            answer = (site.status, site.headers)
            status, headers = site.answers.get(f"{self.command} {self.path}", answer)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(site.bodies.get(f"{self.command} {self.path}", b""))

        do_GET = do_HEAD = do_POST = do_CONNECT = _answer  # noqa: N815

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
