"""The Celery application. What it runs and when stands in schedule.py; how, in settings.py."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

from mentoring_portal.schedule import BEAT
from vault.keys import KeyFileError, keyring

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mentoring_portal.settings")

app = Celery("mentoring_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT
app.autodiscover_tasks()


@beat_init.connect
def sweep_at_once(**_):
    """Do what fell due while nothing ran, rather than wait for each entry's first turn."""
    for one in BEAT.values():
        app.send_task(one["task"], kwargs=one["kwargs"], **one["options"])


@worker_init.connect
def refuse_without_keys(**_):
    """Celery runs the system checks but starts whatever they say."""
    try:
        keyring()
    except KeyFileError as fault:
        raise SystemExit(str(fault))
