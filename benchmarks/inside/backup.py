"""The drill half of benchmarks/backup.py: back up under load, lose everything, put it back, and prove it.

python -m benchmarks.inside.backup FORMS
"""

import io
import json
import shutil
import sys
import tempfile
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from benchmarks.scratch import set_up

set_up()

from django.conf import settings  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from mentoring_portal import backups  # noqa: E402
from sessions_log.models import Answer, SessionForm  # noqa: E402
from tests.builders import programmes, session_forms  # noqa: E402
from vault.keys import add_key  # noqa: E402

SINCE = timedelta(days=700)


class Writer:
    """Somebody who returns forms, one after the other."""

    def __init__(self):
        self.now = timezone.now()
        cohort = session_forms.cohort(now=self.now - SINCE, start_date=(self.now - SINCE).date())
        self.pair = programmes.pair(cohort, now=self.now - SINCE)
        self.written, self.stopping = 0, False

    def write(self) -> None:
        self.written += 1
        day = (self.now - timedelta(days=self.written)).date()
        form = session_forms.owed(self.pair, now=self.now, day=day)
        session_forms.session_forms.give_back(form=form, values=session_forms.ANSWERS, by=form.owed_by, now=self.now)

    def go_on(self) -> None:
        while not self.stopping and self.written < SINCE.days - 5:
            self.write()
        connection.close()


@contextmanager
def other_keys(file: Path | None):
    """The key file is gone, or another one lies in its place."""
    place = Path(settings.NOTE_KEY_FILE)
    kept = place.rename(place.with_name("kept"))
    if file:
        shutil.copy2(file, place)
    try:
        yield
    finally:
        place.unlink(missing_ok=True)
        kept.rename(place)


def refusal(folder: Path, **how) -> str:
    """What `restore` says where it refuses; empty where it does not."""
    try:
        call_command("restore", str(folder), stdout=io.StringIO(), **how)
    except CommandError as fault:
        return str(fault)
    return ""


def drill(forms: int) -> dict:
    writer = Writer()
    for _ in range(forms):
        writer.write()
    acknowledged = set(SessionForm.objects.values_list("pk", flat=True))
    scratch = Path(tempfile.mkdtemp(dir=settings.VAR_DIR))
    folder = scratch / "backup"

    thread = threading.Thread(target=writer.go_on)
    thread.start()
    started = perf_counter()
    call_command("back_up", str(folder), stdout=io.StringIO())
    backed_up = perf_counter() - started
    writer.stopping = True
    thread.join()
    manifest = json.loads((folder / backups.MANIFEST).read_text())
    in_backup = manifest["tables"]["sessions_log_sessionform"]["rows"]
    after = SessionForm.objects.count()

    refused = {"not empty": refusal(folder)}
    with other_keys(None):
        refused["no key"] = refusal(folder, over=True)
    add_key(scratch / "another")
    with other_keys(scratch / "another"):
        refused["another key"] = refusal(folder, over=True)
    damaged = shutil.copytree(folder, scratch / "damaged")
    with (damaged / manifest["file"]["name"]).open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    refused["damaged"] = refusal(damaged, over=True)
    untouched = SessionForm.objects.count() == after

    started = perf_counter()
    said = io.StringIO()
    call_command("restore", str(folder), over=True, stdout=said)
    restored = perf_counter() - started
    forms_now = set(SessionForm.objects.values_list("pk", flat=True))
    return {
        "rows": sum(table["rows"] for table in manifest["tables"].values()),
        "written_meanwhile": after - len(acknowledged),
        "backup_seconds": round(backed_up, 1),
        "restore_seconds": round(restored, 1),
        "lost": len(acknowledged - forms_now) + abs(len(forms_now) - in_backup),
        "texts_opened": sum(bool(answer.value) for answer in Answer.objects.all()),
        "texts": 4 * SessionForm.objects.filter(state="returned").count(),
        "refused": refused,
        "untouched_by_refusals": untouched,
        "said": said.getvalue(),
        "keys_in_backup": sum(path.name.endswith("keys") for path in folder.rglob("*")),
    }


if __name__ == "__main__":
    print(json.dumps(drill(int(sys.argv[1]))))
