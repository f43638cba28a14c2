import runpy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from config.mail import ConsoleAndFileBackend


def test_mail_without_a_server_is_printed_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backend = ConsoleAndFileBackend(file_path=str(tmp_path))
    message = EmailMessage("Your invitation", "Come in.", "trefoil@example.org", ["vera@example.org"])
    assert backend.send_messages([message]) == 1
    (kept,) = tmp_path.iterdir()
    for told in (capsys.readouterr().out, kept.read_text()):
        assert "Subject: Your invitation" in told
        assert "Come in." in told


@pytest.mark.parametrize(
    ("debug", "backend"),
    [
        ("1", "django.core.mail.backends.filebased.EmailBackend"),
        ("0", "config.mail.ConsoleAndFileBackend"),
    ],
)
def test_mail_without_a_server_is_printed_in_production_only(
    debug: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMAIL_URL", raising=False)
    for name, value in {"DEBUG": debug, "SECRET_KEY": "x", "ALLOWED_HOSTS": "trefoil.example"}.items():
        monkeypatch.setenv(name, value)
    settings = runpy.run_path("config/settings.py")
    assert settings["MAILERS"]["default"]["BACKEND"] == backend
