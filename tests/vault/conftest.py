import pytest

from vault.keys import add_key


@pytest.fixture
def key_file(settings, tmp_path):
    """A key file of this test's own, with one key."""
    settings.NOTE_KEY_FILE = tmp_path / "keys" / "notes.keys"
    add_key(settings.NOTE_KEY_FILE)
    return settings.NOTE_KEY_FILE


@pytest.fixture
def rewrite(key_file):
    """Writes the key file as an operator would, mode 0400 where nothing else is said."""

    def write(text, mode=0o400):
        key_file.unlink(missing_ok=True)
        key_file.write_text(text)
        key_file.chmod(mode)

    return write
