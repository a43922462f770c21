"""Settings, the schedule and the pages that belong to no single room."""

from mentoring_portal.celery import app as celery_app

__all__ = ["celery_app"]
