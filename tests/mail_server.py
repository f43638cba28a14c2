"""A mail server of the tests: real SMTP on this machine, which can refuse addresses and take its time."""

import email
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any


class MailServer(ThreadingTCPServer):
    """Keeps every mail that it takes. `answers` has what it says to an address instead of taking it."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, bytes] = {}
        # Seconds before it says that it has taken a mail.
        self.delay = 0.0
        super().__init__(("127.0.0.1", port), _Smtp)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def mail_to(self, address: str) -> EmailMessage:
        """The one mail to that address, for which a background process may need a while."""
        began = time.monotonic()
        while not (mails := [mail for mail in self.mails if mail["To"] == address]):
            assert time.monotonic() < began + 60, address
            time.sleep(0.05)
        [mail] = mails
        return mail

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The sender was killed in the middle: nothing of this server's."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Smtp(StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 mail\r\n")
        for line in self.rfile:
            command = line.strip().upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = [one.removeprefix(b".") for one in iter(self.rfile.readline, b".\r\n")]
                self.server.mails.append(email.message_from_bytes(b"".join(lines), policy=default))
                time.sleep(self.server.delay)
            self.wfile.write(self._answer(line.decode(), command))
            if command == b"QUIT":
                return

    def _answer(self, line: str, command: bytes) -> bytes:
        if command == b"QUIT":
            return b"221 bye\r\n"
        if command.startswith(b"RCPT"):
            address = line.partition("<")[2].partition(">")[0]
            return self.server.answers.get(address, b"250 ok") + b"\r\n"
        return b"250 ok\r\n"


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    with MailServer(port) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
