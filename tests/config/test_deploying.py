"""docs/deploying.md and .env.example name the variables that are read, and no others."""

import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def names_read() -> set[str]:
    """The variables that settings and gunicorn take from the environment."""
    reads = r'(?:\benv\.\w+|required_in_production|environ\.get)\(\s*"([A-Z_]+)"'
    return {
        name
        for file in ("config/settings.py", "gunicorn.conf.py")
        for name in re.findall(reads, (TOP / file).read_text())
    }


def names_documented() -> set[str]:
    rows = re.findall(r"^\| (`[^|]+) \|", (TOP / "docs/deploying.md").read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_deploying_names_exactly_the_variables_that_are_read() -> None:
    assert names_documented() == names_read()
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "WEB_CONCURRENCY"} <= names_read()


def test_env_example_names_only_variables_that_are_read() -> None:
    names = set(re.findall(r"^([A-Z_]+)=", (TOP / ".env.example").read_text(), re.MULTILINE))
    assert names <= names_read()
    assert {"SECRET_KEY", "ALLOWED_HOSTS"} <= names
