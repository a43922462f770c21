"""The key file: several keys with ids, newest first, apart from database, repository and SECRET_KEY.

One key a line, ``id:key`` with the key in base64; ``#`` begins a comment. The
file may be read by this user alone (mode 0400). What is sealed with the keys
does not belong here.
"""

import base64
import binascii
import os
import re
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

KEY_BYTES = 32  # AES-256
ID_PATTERN = re.compile(r"[0-9a-z]{8}")


class KeyFileError(Exception):
    """The key file is missing, weak or open to others. The portal does not start with it."""


@dataclass(frozen=True)
class KeyRing:
    """The keys by id, in the order of the file; the first seals, all of them open."""

    keys: dict[str, bytes]

    @property
    def newest(self) -> str:
        return next(iter(self.keys))


_loaded: dict[tuple, KeyRing] = {}  # by the file's path and stamp, so that a new key is met without a restart


def keyring() -> KeyRing:
    """Return the keys of ``settings.NOTE_KEY_FILE``; KeyFileError where they may not be used."""
    path = Path(settings.NOTE_KEY_FILE)
    try:
        status = path.stat()
    except OSError:
        raise KeyFileError(
            f"There is no readable key file at {path}. Bring it back from its own backup; "
            "on a new site make one with `manage.py add_note_key`."
        )
    stamp = (path, status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode)
    if stamp not in _loaded:
        ring = _read(path, status)
        _loaded.clear()
        _loaded[stamp] = ring
    return _loaded[stamp]


def add_key(path: Path) -> str:
    """Put a fresh key before those of ``path``, which is made where it is missing; return its id.

    KeyFileError where the present file is not in order: it is then left alone.
    """
    present = _read(path, path.stat()).keys if path.exists() else {}
    present_text = path.read_text(encoding="ascii") if present else ""
    key_id = next(new for new in iter(lambda: secrets.token_hex(4), None) if new not in present)
    draft = _draft(path, f"{_line(key_id)}{present_text}")
    os.replace(draft, path)
    return key_id


def make_for_laptop() -> None:
    """Make the first key where nobody named a key file, so that a laptop starts by itself.

    A named file is never made up: on a real site, a missing file means that the
    notes in the database cannot be opened, and that must be seen.
    """
    path = Path(settings.NOTE_KEY_FILE)
    if settings.NOTE_KEY_FILE_IS_NAMED or path.exists():
        return
    # Written aside and then linked: of several processes starting at once, the first link wins.
    draft = _draft(path, _line(secrets.token_hex(4)))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _line(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"


def _draft(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path, status: os.stat_result) -> KeyRing:
    mode = stat.S_IMODE(status.st_mode)
    if mode & ~0o400:
        raise KeyFileError(f"The key file {path} has mode {mode:04o}. Set it to 0400: only this user may read it.")
    keys: dict[str, bytes] = {}
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as fault:
        raise KeyFileError(f"The key file {path} cannot be read: {type(fault).__name__}.")
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key_id, _, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        # Never quote the line: the message may end in a log.
        if not ID_PATTERN.fullmatch(key_id):
            raise KeyFileError(f"Line {number} of {path}: a key id is eight of 0-9 and a-z, before a colon.")
        if key_id in keys:
            raise KeyFileError(f"Line {number} of {path}: the key id {key_id} stands twice.")
        if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 2:
            raise KeyFileError(f"Line {number} of {path}: the key {key_id} is weak. A key is 32 random bytes, base64.")
        keys[key_id] = key
    if not keys:
        raise KeyFileError(f"The key file {path} holds no key.")
    return KeyRing(keys)
