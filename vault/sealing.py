"""Seals a text for one field of one row, and opens it again there and nowhere else.

A sealed text is ``v1.KEYID.`` followed by the nonce and AES-GCM's output. The
model, row and field are bound into it, so a ciphertext that was moved to another
row does not open. Nothing here knows Django's fields.
"""

import json
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.keys import keyring

VERSION = b"v1"
NONCE_BYTES = 12  # 96 bits, as AES-GCM wants it
KEY_ID_BYTES = 8
HEADER_BYTES = len(VERSION) + 1 + KEY_ID_BYTES + 1


class Undecryptable(Exception):
    """A stored value is not what this portal sealed for this place, or its key is gone.

    ``label``, ``row_id`` and ``field`` say where; the value itself is never shown.
    """

    def __init__(self, why: str, *, label: str, row_id: object, field: str):
        super().__init__(f"{label} {row_id}, {field}: {why}")
        self.label = label
        self.row_id = row_id
        self.field = field


def seal(text: str, *, label: str, row_id: object, field: str) -> bytes:
    """Return ``text`` sealed with the newest key for this model (``app.model``), row and field."""
    ring = keyring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = AESGCM(ring.keys[ring.newest]).encrypt(nonce, text.encode(), _place(label, row_id, field))
    return b".".join((VERSION, ring.newest.encode(), nonce + body))


def open_sealed(sealed: bytes, *, label: str, row_id: object, field: str) -> str:
    """Return the text of ``sealed``; Undecryptable where it was not sealed for exactly this place."""
    where = {"label": label, "row_id": row_id, "field": field}
    version, _, rest = sealed.partition(b".")
    if version != VERSION or len(sealed) < HEADER_BYTES + NONCE_BYTES or rest[KEY_ID_BYTES : KEY_ID_BYTES + 1] != b".":
        raise Undecryptable("it is not a sealed text", **where)
    key = keyring().keys.get(key_id(sealed))
    if key is None:
        raise Undecryptable("its key is not in the key file", **where)
    body = sealed[HEADER_BYTES:]
    try:
        return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _place(label, row_id, field)).decode()
    except InvalidTag:
        raise Undecryptable("it was changed, moved or sealed with another key", **where)


def key_id(sealed: bytes) -> str:
    """Return the id of the key that sealed this, as far as it says so."""
    return sealed[len(VERSION) + 1 : HEADER_BYTES - 1].decode("ascii", errors="replace")


def _place(label: str, row_id: object, field: str) -> bytes:
    return json.dumps([label, str(row_id), field]).encode()
