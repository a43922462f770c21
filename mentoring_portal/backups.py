"""A backup of the database in a folder, with checksums, and its way back. Made while the portal runs.

The folder holds the database and ``manifest.json``: what it is, the checksum of the file and of every table as they
stood at that one moment, and the ids of the keys that confidential text is sealed with. The keys themselves are
never in it: whoever steals a backup must not find them beside it (see docs/OPERATING.md).
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from vault.fields import models_with_encrypted_fields
from vault.keys import KeyFileError, keyring
from vault.sealing import Undecryptable, key_id

MANIFEST = "manifest.json"
FILES = {"sqlite": "portal.sqlite3", "postgresql": "portal.dump"}
FORMAT = 1
PIECE = 1 << 20  # bytes read at once


class BackupError(Exception):
    """The backup could not be made, is damaged, or may not be put back here; the sentence says why."""


# --- making one


def back_up(folder: Path, *, now: datetime) -> dict:
    """Write a backup to ``folder``, which must not exist yet, and return its manifest. Whole, or not there at all."""
    if folder.exists():
        raise BackupError(f"{folder} exists already. A backup is written to a new folder.")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        draft.mkdir(parents=True, mode=0o700)
        file = draft / FILES[connection.vendor]
        tables = _copy_sqlite(file) if connection.vendor == "sqlite" else _dump_postgres(file)
        file.chmod(0o600)
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(timespec="seconds"),
            "database": connection.vendor,
            "file": {"name": file.name, "bytes": file.stat().st_size, "sha256": _sha256(file)},
            "tables": tables,
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            "note_keys": sorted(_keys_in_use()),
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
        _flush(draft)
        draft.rename(folder)
    except OSError as fault:
        raise BackupError(f"The backup could not be written: {fault.strerror or fault}.") from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def _copy_sqlite(file: Path) -> dict:
    """SQLite's own way to copy a database that is being written to, and the checksums of the copy."""
    source = f"file:{connection.settings_dict['NAME']}?mode=ro"
    with closing(sqlite3.connect(source, uri=True)) as live, closing(sqlite3.connect(file)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing left beside it
        return _sqlite_tables(copy)


def _sqlite_tables(database: sqlite3.Connection) -> dict:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    tables = {}
    for (name,) in sorted(found):
        digest, rows = hashlib.sha256(), 0
        for row in database.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):
            digest.update(repr(row).encode())
            rows += 1
        tables[name] = {"rows": rows, "digest": digest.hexdigest()}
    return tables


def _dump_postgres(file: Path) -> dict:
    """A dump of one snapshot, and the checksums of the tables in that very snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        [snapshot] = cursor.fetchone()
        _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={file}")
        return _postgres_tables(cursor)


def _postgres_tables(cursor) -> dict:
    cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    tables = {}
    for name in sorted(connection.introspection.table_names(cursor)):
        each = f"SELECT md5(one::text) AS digest FROM {connection.ops.quote_name(name)} AS one"
        cursor.execute(
            f"SELECT count(*), md5(coalesce(string_agg(digest, ',' ORDER BY digest), '')) FROM ({each}) AS t"
        )
        rows, digest = cursor.fetchone()
        tables[name] = {"rows": rows, "digest": digest}
    return tables


def _keys_in_use() -> set[str]:
    """The ids of the keys that anything is sealed with, and of the one that seals from now on."""
    return {keyring().newest} | {key_id(stored) for _, _, stored in _sealed()}


def _sealed():
    """Every sealed text: its model, its row's id and the bytes."""
    for model, fields in models_with_encrypted_fields().items():
        for row in model._base_manager.only("pk", *(field.attname for field in fields)).iterator(chunk_size=500):
            for field in fields:
                if (stored := row.__dict__[field.attname]) is not None:
                    yield row, field, stored


# --- putting one back


def read(folder: Path) -> dict:
    """The manifest of the backup in ``folder``; BackupError where it is none, damaged, or not for this portal."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        file = folder / manifest["file"]["name"]
        is_whole = file.stat().st_size == manifest["file"]["bytes"] and _sha256(file) == manifest["file"]["sha256"]
    except (OSError, ValueError, KeyError) as fault:
        raise BackupError(f"There is no backup in {folder} that can be read.") from fault
    if manifest.get("format") != FORMAT:
        raise BackupError("This backup was made by another version of the portal. Use that version to put it back.")
    if not is_whole:
        raise BackupError(f"{file} is damaged: its checksum is not the one that was written down. Nothing was changed.")
    if manifest["database"] != connection.vendor:
        raise BackupError(
            f"This backup is of {manifest['database']}, this portal runs on {connection.vendor}. Nothing was changed."
        )
    try:
        there = set(keyring().keys)
    except KeyFileError as fault:
        raise BackupError(f"{fault} Nothing was changed.") from fault
    if missing := set(manifest["note_keys"]) - there:
        raise BackupError(
            f"Confidential text in this backup is sealed with {'keys' if len(missing) > 1 else 'the key'} "
            f"{', '.join(sorted(missing))}, which {settings.NOTE_KEY_FILE} does not hold. Put the key file back from "
            "its own backup first: without it no note can ever be read. Nothing was changed."
        )
    return manifest


def restore(folder: Path, *, over: bool, say: Callable[[str], object] = lambda sentence: None) -> dict:
    """Put the backup in ``folder`` in the place of this database, and prove it; returns its manifest.

    BackupError where it is damaged, or its keys are missing, or this database holds people and ``over`` is not
    said. All or nothing; the portal must not run meanwhile.
    """
    manifest = read(folder)
    if not over and _holds_people():
        raise BackupError("This database holds people already. Say --over to put the backup in their place.")
    say("The backup is whole. Putting it back …")
    file = folder / manifest["file"]["name"]
    if connection.vendor == "sqlite":
        _replace_sqlite(file)
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
            tables = _sqlite_tables(database)
    else:
        connection.close()
        clean = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
        _run("pg_restore", *clean, f"--dbname={connection.settings_dict['NAME']}", str(file))
        with transaction.atomic(), connection.cursor() as cursor:
            tables = _postgres_tables(cursor)
    say("Comparing every table with its checksum, and opening every confidential text …")
    if differing := sorted(name for name in manifest["tables"] if tables.get(name) != manifest["tables"][name]):
        raise BackupError(f"These tables are not as they were backed up: {', '.join(differing)}. Do not use them.")
    manifest["opened"] = _open_all()
    return manifest


def _holds_people() -> bool:
    with connection.cursor() as cursor:
        if "people_person" not in connection.introspection.table_names(cursor):
            return False
        cursor.execute("SELECT 1 FROM people_person LIMIT 1")
        return cursor.fetchone() is not None


def _replace_sqlite(file: Path) -> None:
    """In one move; what was there stays beside it, under another name."""
    place = Path(connection.settings_dict["NAME"])
    connection.close()
    draft = place.with_name(f"{place.name}.restoring")
    shutil.copyfile(file, draft)
    draft.chmod(0o600)
    with closing(sqlite3.connect(draft)) as database:
        database.execute("PRAGMA journal_mode=WAL")
    for name in (place.name, f"{place.name}-wal", f"{place.name}-shm"):
        if (old := place.with_name(name)).exists():
            old.replace(place.with_name(name.replace(place.name, f"{place.name}.before-restore")))
    draft.replace(place)


def _open_all() -> int:
    """Open every confidential text; how many. BackupError where one does not open."""
    opened = 0
    for row, field, _ in _sealed():
        try:
            getattr(row, field.attname)
        except Undecryptable as fault:
            raise BackupError(f"The backup was put back, but a confidential text does not open: {fault}.") from fault
        opened += 1
    return opened


# --- tools


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs against this database. The password is not on the command line."""
    given = connection.settings_dict
    env = {**os.environ, "PGHOST": given["HOST"], "PGPORT": str(given["PORT"] or 5432), "PGUSER": given["USER"]}
    env |= {"PGPASSWORD": given["PASSWORD"] or "", "PGDATABASE": given["NAME"]}
    found = shutil.which(program)
    if found is None:
        raise BackupError(
            f"{program} is not on this machine. Install PostgreSQL's client programs (postgresql-client)."
        )
    done = subprocess.run([found, *arguments], env=env, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(f"{program} did not succeed: {done.stderr.strip()[:500]}")


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _flush(folder: Path) -> None:
    """On the disk, and not only on its way there, before the folder takes its name."""
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
