"""An archive is made while people write, and restored into an empty database, from which nothing is sent."""

import json
import os
import re
import resource
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.backup.conftest import IS_SQLITE, Installation
from tests.conftest import NOW

NOW_AS_SQL = f"'{NOW.isoformat()}'"
PEOPLE = "SELECT id, name, is_active FROM people_user ORDER BY id"
# Written in one transaction: a copy has both or neither.
TOGETHER = (
    "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('{n}', '', {at})",
    "INSERT INTO people_event (kind, ids, at, failure) VALUES ('of {n}', '{{}}', {at}, '')",
)


def write_on(there: Installation, is_over: Event, written: list[int]) -> None:
    while not is_over.is_set() or len(written) < 20:
        with there.cursor() as cursor:
            for statement in TOGETHER:
                cursor.execute(statement.format(n=len(written), at=NOW_AS_SQL))
        written.append(len(written))


def test_backup_leaves_out_workbooks_and_the_work_that_makes_them(
    installation: Installation, tmp_path: Path
) -> None:
    with installation.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM courses_cohort")
        (cohort,) = cursor.fetchone()
        cursor.execute("SELECT min(id) FROM people_user")
        (person,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO sheets_workbookarchive"
            " (id, cohort_id, person_id, asked_at, has_private_notes, content, masked)"
            f" VALUES (1, {cohort}, {person}, {NOW_AS_SQL}, {'0' if IS_SQLITE else 'false'},"
            f" {"CAST('Secret of Clover' AS BLOB)" if IS_SQLITE else "'Secret of Clover'"}, '[]')"
        )
        cursor.execute(
            "INSERT INTO sheets_importjob (work, archive_id, by_id, asked_at, stage, why_ended)"
            f" VALUES ('workbooks', 1, {person}, {NOW_AS_SQL}, '', '')"
        )
    archive = tmp_path / "trefoil.zip"
    said = installation.manage("backup", archive)
    assert said.startswith(f"{archive}: "), said
    with zipfile.ZipFile(archive) as opened:
        rows = json.loads(opened.read("manifest.json"))["rows"]
        copied = opened.read("database.sqlite3" if IS_SQLITE else "database.dump")
    assert (rows["sheets_workbookarchive"], rows["sheets_importjob"]) == (0, 0)
    assert b"Secret of Clover" not in copied
    assert installation.read("SELECT count(*) FROM sheets_workbookarchive") == [(1,)]


def test_a_backup_under_load_is_restored_whole_and_sends_nothing(
    installation: Installation, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    archive = tmp_path / "trefoil.zip"
    # Neither command asks PgBouncer, which is not even there.
    away = {"DATABASE_URL": "postgres://trefoil@127.0.0.1:9/trefoil", "DATABASE_DIRECT_URL": installation.url}
    behind = {} if IS_SQLITE else away
    is_over, written = Event(), []  # type: ignore[var-annotated]
    writer = Thread(target=write_on, args=[installation, is_over, written])
    writer.start()
    said = installation.manage("backup", archive, **behind)
    is_over.set()
    writer.join()
    assert said.startswith(f"{archive}: "), said
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    # A moment between two of what was written: nobody waited for it, and it has no half.
    rows = manifest["rows"]
    assert rows["django_session"] == rows["people_event"] - 1
    assert 0 < rows["django_session"] < len(written)
    assert (manifest["version"], manifest["kind"]) == (
        settings.VERSION,
        "sqlite" if IS_SQLITE else "postgresql",
    )
    people = {name: (number, is_active) for number, name, is_active in installation.read(PEOPLE)}
    ana, bruno, chidi = (people[name][0] for name in ("Ana Ruivo", "Bruno Sá", "Chidi Okafor"))
    joined = {
        number: datetime.fromisoformat(f"{moment}{'+00:00' if IS_SQLITE else ''}").timestamp()
        for number, moment in installation.read("SELECT id, date_joined FROM people_user")
    }
    # Ana is anonymised since, and the account of Chidi closed; Bruno was, long before, and so was somebody of his
    # number in another installation.
    since = (NOW + timedelta(days=3650)).isoformat()
    anonymised: dict[str, object] = {"keys": [], "kept_because": "", "by": None}
    erasures = [
        {"person": ana, "joined": joined[ana], "at": since, **anonymised, "keys": ["question 1 detail"]},
        {"person": chidi, "joined": joined[chidi], "at": since, "is_active": False},
        {"person": bruno, "joined": joined[bruno], "at": "2020-01-01T00:00:00+00:00", **anonymised},
        {"person": bruno, "joined": joined[bruno] - 1, "at": since, **anonymised},
    ]
    # One line was cut short by a full disk, and the next begins on its own.
    noted = [*map(json.dumps, erasures), '{"person": 12, "joi']
    (tmp_path / "erased.jsonl").write_text("\n".join(noted))

    new = empty("new")
    name = re.sub(".*/", "", new.url)
    to = tmp_path / name if IS_SQLITE else name
    said = installation.manage("restore", archive, "--to", to, **behind)
    assert "Anonymised or closed since, and again now: 2.\nA line of erased.jsonl was cut short" in said, said
    assert """Anonymise again whom it names: '{"person": 12, "joi'""" in said, said
    assert said.endswith(
        f"/{name}\nNothing is sent, told or fetched until: bin/production manage.py release"
    ), said
    if IS_SQLITE:
        assert f"In .env: DATABASE_URL={new.url}\n" in said
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        assert new.read("PRAGMA integrity_check") == [("ok",)]
    former = f"Former person {ana}"
    restored = {name: (number, is_active) for number, name, is_active in new.read(PEOPLE)}
    changed = {former: (ana, False), "Chidi Okafor": (chidi, False)}
    assert restored == {name: it for name, it in people.items() if name != "Ana Ruivo"} | changed
    asked = new.read("SELECT title, detail FROM questions_question")
    assert asked == [(f"Why does {former} use Docker?", "[removed]")]
    # Sessions, codes and what was to be sent are gone; what happens from now on waits.
    assert new.read("SELECT count(*) FROM people_hold") == [(1,)]
    assert new.read("SELECT count(*) FROM django_session") == [(0,)]
    assert new.read("SELECT state, address, body FROM people_message ORDER BY id") == 2 * [
        ("withdrawn", "", "")
    ]
    assert new.read("SELECT count(*) FROM people_event WHERE told_at IS NULL") == [(0,)]
    assert new.read("SELECT queued_at FROM people_invitation") == [(None,)]
    # A link of an invitation from after the backup is not the next invitation of somebody else.
    insert = (
        "INSERT INTO people_addresschange (person_id, before, changed_at)"
        f" VALUES ({ana}, 'a@example.com', {NOW_AS_SQL})"
    )
    with new.cursor() as cursor:
        cursor.execute(insert)
    assert new.read("SELECT id > 1000000 FROM people_addresschange") == [(True,)]

    # Existing files are never overwritten.
    before = sorted(path.name for path in tmp_path.iterdir())
    for said in (
        installation.manage("backup", archive),
        installation.manage("restore", archive, "--to", to),
    ):
        assert said.startswith("!CommandError: "), said
        assert "exists" in said or "is not empty" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert len(installation.read(PEOPLE)) == len(new.read(PEOPLE)) == len(people)


@pytest.mark.parametrize("damage", ["cut short", "a byte", "no archive", "missing", "newer", "other kind"])
def test_a_damaged_archive_is_refused_before_anything_is_written(
    tmp_path: Path, damage: str, settings: Any
) -> None:
    # Tables of tests are made without any.
    settings.MIGRATION_MODULES = {}
    kind = "sqlite" if IS_SQLITE else "postgresql"
    name = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
    archive = tmp_path / "trefoil.zip"
    content = os.urandom(3000)
    manifest = {
        "version": "9.0",
        "made_at": NOW.isoformat(),
        "kind": kind,
        "migrations": ["people.9999_newer"],
        "rows": {},
        "sha256": "0" * 64,
    }
    if damage in ("newer", "other kind"):
        import hashlib

        manifest["sha256"] = hashlib.sha256(content).hexdigest()
    if damage == "other kind":
        manifest["kind"] = "postgresql" if IS_SQLITE else "sqlite"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(name[str(manifest["kind"])], content)
        made.writestr("manifest.json", json.dumps(manifest))
    whole = archive.read_bytes()
    if damage == "cut short":
        archive.write_bytes(whole[:-500])
    elif damage == "a byte":
        archive.write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
    elif damage == "no archive":
        archive.write_bytes(b"SELECT 1;")
    elif damage == "missing":
        archive.unlink()
    says = {
        "cut short": "is damaged, cut short, or no archive",
        "a byte": "is damaged, cut short, or no archive",
        "no archive": "is damaged, cut short, or no archive",
        "missing": "No such file",
        "newer": "newer than this code, which does not know people.9999_newer",
        "other kind": "DATABASE_URL names",
    }[damage]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CommandError, match=says):
        call_command("restore", str(archive), "--to", str(tmp_path / "new.sqlite3"))
    assert sorted(tmp_path.iterdir()) == before


def test_a_full_disk_leaves_nothing_half(installation: Installation, tmp_path: Path) -> None:
    # Files of a few kB at most: a disk of the test's own would need rights.
    done = subprocess.run(
        [sys.executable, "manage.py", "backup", str(tmp_path / "trefoil.zip")],
        cwd=settings.BASE_DIR,
        env=installation.environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192)),
    )
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: "), done.stderr
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} <= {"old.sqlite3"}


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_folder_that_cannot_be_looked_into_is_a_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.exists", refuse)
    with pytest.raises(CommandError, match=r"^Nothing was written\. \[Errno "):
        call_command(command, tmp_path / "trefoil.zip")


@pytest.mark.skipif(IS_SQLITE, reason="The programs are those of PostgreSQL")
def test_programs_that_are_missing_too_old_or_fail_leave_nothing_half(
    installation: Installation, empty: Callable[[str], Installation], tmp_path: Path
) -> None:
    archive, programs = tmp_path / "trefoil.zip", tmp_path / "programs"
    programs.mkdir()
    said = installation.manage("backup", archive, PATH=str(programs))
    assert said == ("!CommandError: pg_dump is not there: install the client programs of PostgreSQL.")
    # As one of an earlier version answers.
    refusal = "pg_dump: error: aborting because of server version mismatch"
    (programs / "pg_dump").write_text(f"#!/bin/sh\necho '{refusal}' of $PGTARGETSESSIONATTRS >&2\nexit 1\n")
    (programs / "pg_dump").chmod(0o755)
    said = installation.manage(
        "backup",
        archive,
        PATH=str(programs),
        DATABASE_URL=f"{installation.url}?target_session_attrs=read-write",
    )
    assert said == f"!CommandError: {refusal} of read-write"
    nowhere = Installation(f"{installation.url}_nowhere", tmp_path)
    assert "does not exist" in nowhere.manage("backup", archive)
    assert not archive.exists()
    assert installation.manage("backup", archive).startswith(f"{archive}: ")
    # The restored rows differ from those of the manifest: they are taken out again.
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(archive) as was, zipfile.ZipFile(other, "w") as made:
        manifest = json.loads(was.read("manifest.json"))
        manifest["rows"]["people_user"] += 1
        made.writestr("database.dump", was.read("database.dump"))
        made.writestr("manifest.json", json.dumps(manifest))
    new = empty("new")
    said = new.manage("restore", other)
    assert said == "!CommandError: These tables have other rows than the manifest says: people_user."
    said = new.manage("restore", archive)
    assert "There is no erased.jsonl: anonymise again" in said, said
    assert new.read(PEOPLE) == installation.read(PEOPLE)


MANIFEST = {
    "version": "9.0",
    "made_at": NOW.isoformat(),
    "kind": "sqlite" if IS_SQLITE else "postgresql",
    "migrations": ["people.0001_initial"],
    "rows": {"people_user": 1},
    "sha256": "0" * 64,
}


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[1]",
        b"null",
        b"[" * 100_000,
        b'{"made_at": ' + b"9" * 5000 + b"}",
        b" " * 2_000_000,
        *(
            json.dumps(MANIFEST | wrong).encode()
            for wrong in (
                {"kind": "../../etc/passwd"},
                {"kind": ["sqlite"]},
                {"made_at": "yesterday"},
                {"made_at": "2026-11-01T10:00:00"},
                {"made_at": "0001-01-01T00:00:00+00:00"},
                {"made_at": 5},
                {"migrations": [5]},
                {"migrations": None},
                {"rows": ["people_user"]},
                {"rows": {"people_user": "many"}},
                {"version": "\ud800"},
                {"version": "9\n\x1b[2J"},
                {"sha256": None},
            )
        ),
    ],
)
def test_a_hostile_manifest_is_refused_in_a_sentence(tmp_path: Path, manifest: bytes) -> None:
    archive = tmp_path / "trefoil.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("database.sqlite3" if IS_SQLITE else "database.dump", b"")
        made.writestr("manifest.json", manifest)
    with pytest.raises(CommandError, match="is damaged, cut short, or no archive of Trefoil"):
        call_command("restore", str(archive), "--to", str(tmp_path / "new.sqlite3"))
    assert sorted(tmp_path.iterdir()) == [archive]
