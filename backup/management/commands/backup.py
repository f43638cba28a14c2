import json
import os
import zipfile
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from backup.databases import MANIFEST, NAMES, copy_database, go_directly, said_in_a_sentence, sha256


class Command(BaseCommand):
    help = "Write the database into an archive for its owner alone, a new zip file, while people go on."
    # A database that is older than the code is backed up, too.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    @said_in_a_sentence()
    def handle(self, *args: Any, **options: Any) -> None:
        file, at = options["file"].absolute(), timezone.now()
        if file.exists() or not file.parent.is_dir():
            raise CommandError(f"{file} exists." if file.exists() else f"There is no folder {file.parent}.")
        go_directly()
        with TemporaryDirectory(prefix=".trefoil-", dir=file.parent) as folder:
            copy, whole = Path(folder, NAMES[connection.vendor]), Path(folder, "whole.zip")
            migrations, rows = copy_database(copy)
            manifest = {
                "version": settings.VERSION,
                "made_at": at.isoformat(),
                "kind": connection.vendor,
                "migrations": migrations,
                "rows": rows,
                "sha256": sha256(copy),
            }
            # A dump of PostgreSQL is packed already.
            packed = zipfile.ZIP_DEFLATED if connection.vendor == "sqlite" else zipfile.ZIP_STORED
            with zipfile.ZipFile(whole, "x", packed) as archive:
                archive.write(copy, copy.name)
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            whole.chmod(0o600)
            with whole.open("rb") as written:
                os.fsync(written.fileno())
            whole.rename(file)
        size = file.stat().st_size / 1_000_000
        self.stdout.write(f"{file}: {sum(rows.values()):,} rows of {len(rows)} tables, {size:,.1f} MB.")
