"""Every kind of notice that the portal registers, owed and then not wanted any more: no mail of 1,000."""

from itertools import cycle, islice

import pytest
from django.core import mail
from django.utils import timezone

from notices.actions import outbox, pauses
from notices.kinds import registered
from notices.models import Notice
from notices.tasks import deliver_notices
from people.actions import people as people_actions
from tests.builders import people, programmes

pytestmark = pytest.mark.django_db
MANY = 1_000


def owe_of_every_kind(kinds, recipient, now):
    """A thousand notices in all, each kind by turns."""
    for number, kind in enumerate(islice(cycle(kinds), MANY)):
        owed = [(f"{kind}:{number}", recipient, {"relationship": number})]
        outbox.owe_many(kind=kind, owed=owed, due_at=now, by=None, now=now)


def deliver_all(now):
    ids = list(Notice.objects.order_by("pk").values_list("pk", flat=True))
    deliver_notices(notice_ids=ids, ahead=(now - timezone.now()).total_seconds())


def test_nobody_who_has_left_gets_one_mail_of_a_thousand_of_every_kind(now):
    ama, lena = people.person(now=now), people.person(now=now)
    kinds = [kind.name for kind in registered().values() if not kind.reaches_leavers]
    assert len(kinds) > 20, "The kinds of the portal are to be walked, not a few made up."
    owe_of_every_kind(kinds, ama, now)
    people_actions.leave(person=ama, by=lena, now=now)
    mail.outbox.clear()
    deliver_all(now)
    assert mail.outbox == []
    assert Notice.objects.filter(state="skipped", reason="This person has left.").count() == MANY


def test_nobody_of_a_paused_cohort_gets_one_mail_of_a_thousand_of_every_kind(now):
    cohort, ama = programmes.cohort(now=now), people.person(now=now)
    kinds = [kind.name for kind in registered().values() if not kind.past_pauses]
    owe_of_every_kind(kinds, ama, now)
    Notice.objects.update(cohort_id=cohort.pk)
    pauses.pause(cohort_id=cohort.pk, by=people.lead(cohort.programme.organisation, now=now), now=now)
    mail.outbox.clear()
    deliver_all(now)
    assert mail.outbox == []
    assert set(Notice.objects.filter(cohort_id=cohort.pk).values_list("state", flat=True)) == {"held"}
