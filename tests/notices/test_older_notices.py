"""Notices owed before they knew their cohort: the migration finds it, and a pause holds them too."""

from importlib import import_module

import pytest
from django.apps import apps

from notices import belonging
from notices.actions import pauses
from notices.models import Notice
from tests.builders import people
from tests.notices.scenes import SCENES

# What notices are about that have known their cohort from the first. Whatever is new belongs here.
NEWER = {"form", "gathering", "report", "hours_share", "nomination", "review"}
migration = import_module("sessions_log.migrations.0019_cohorts_of_older_notices")


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_finds_the_cohort_that_the_notice_would_have_today(walk, kind):
    _, owed = walk(kind)
    notices = Notice.objects.filter(pk__in=owed).order_by("pk")
    today = list(notices.values_list("pk", "cohort_id"))
    newer = all(set(about) & set(belonging.registered()) <= NEWER for about in notices.values_list("about", flat=True))
    notices.update(cohort_id=None)
    migration.fill(apps, None)
    assert list(notices.values_list("pk", "cohort_id")) == ([(pk, None) for pk, _ in today] if newer else today)


def test_a_pause_holds_them_then_and_what_is_settled_stays_as_it_was(walk):
    made, owed = walk("match-published")
    Notice.objects.filter(pk__in=owed).update(cohort_id=None)
    settled = Notice.objects.get(pk=owed[0])
    Notice.objects.filter(pk=settled.pk).update(state="skipped", settled_at=made.at)
    pauses.pause(cohort_id=made.cohort.pk, by=people.lead(made.cohort.programme.organisation, now=made.at), now=made.at)
    migration.fill(apps, None)
    assert walk.sent(owed, made.at) == 0
    assert list(Notice.objects.filter(pk__in=owed).order_by("pk").values_list("state", "cohort_id")) == [
        ("skipped", None),
        ("held", made.cohort.pk),
    ]
