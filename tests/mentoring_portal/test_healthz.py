"""The health page tells of the database, the broker and the sweep, and asks nobody to sign in."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from mentoring_portal.models import SweepRecord
from mentoring_portal.schedule import SCHEDULE
from mentoring_portal.web import health


@pytest.mark.django_db
def test_healthz_answers_a_stranger(client):
    answer = client.get(reverse("healthz"))
    assert answer.status_code == 200
    assert answer.json() == {"database": "up", "broker": "up", "last_sweep_seconds": None}


@pytest.mark.django_db
def test_healthz_tells_the_age_of_the_last_sweep(client):
    often = min(SCHEDULE, key=lambda one: one.every)
    SweepRecord.objects.create(name=often.name, finished_at=timezone.now() - timedelta(seconds=90))
    assert client.get(reverse("healthz")).json()["last_sweep_seconds"] == pytest.approx(90, abs=5)


@pytest.mark.django_db
def test_healthz_without_a_broker_is_told_but_keeps_the_portal_in_service(client, monkeypatch):
    # In this order: while nobody has set the second it reads as the first, and would be put back as that.
    monkeypatch.setattr(health.app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(health.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()["broker"]) == (200, "down")
    monkeypatch.undo()
    assert client.get(reverse("healthz")).json()["broker"] == "up", "Nothing of it is left for other tests."


@pytest.mark.django_db
def test_healthz_without_a_database_is_503(client, monkeypatch):
    def gone(*, now):
        raise OperationalError

    monkeypatch.setattr(health, "last_sweep_age", gone)
    answer = client.get(reverse("healthz"))
    assert (answer.status_code, answer.json()["database"]) == (503, "down")
