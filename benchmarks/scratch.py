"""A portal of its own for a benchmark: an empty database in a temporary folder, in a process of its own.

``in_child(module)`` runs ``python -m module`` there and returns the JSON that it prints
last; ``set_up()`` is what that module calls first. Nothing touches the portal that
lies in var/.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
OURS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "NOTE_KEY_FILE", "DEBUG", "ALLOWED_HOSTS")


def in_child(module: str, *arguments: str, **variables: str) -> dict:
    """Run ``module`` in a fresh portal and return what it measured. CalledProcessError where it broke off.

    ``variables`` of the environment make it another: ``DATABASE_URL``, ``EMAIL_URL``.
    """
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        env = {name: value for name, value in os.environ.items() if name not in OURS}
        env |= {"PORTAL_VAR": folder, "DJANGO_SETTINGS_MODULE": "mentoring_portal.settings", "ALLOWED_HOSTS": "*"}
        env |= variables
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=BASE_DIR,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(done.stdout.splitlines()[-1])


def set_up() -> None:
    """Start Django, make the tables and gather the static files, whose names pages hold."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
