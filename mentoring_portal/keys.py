"""The signing key: from the environment, or made once for a laptop."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def secret_key(given: str, var_dir: Path) -> tuple[str, bool]:
    """Return the signing key and whether the portal made it itself.

    A key from the environment wins. Otherwise one is made on first start and
    kept, readable by this user only, in ``var_dir/keys/secret-key``; the deploy
    check refuses that on a production site.
    """
    if given:
        return given, False
    path = var_dir / "keys" / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Written aside and then linked: of several processes starting at once, the
        # first link wins, and nobody ever reads half a key.
        draft = path.with_name(f"secret-key.{os.getpid()}")
        draft.write_text(secrets.token_urlsafe(64))
        draft.chmod(0o400)
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip(), True
