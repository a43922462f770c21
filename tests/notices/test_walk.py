"""Every kind of notice, owed by what causes it; then its cause falls away before it is sent, and no mail goes out.

A kind that is new fails here until it has a scene: how it comes to be owed, and what makes it untrue. Each scene is
delivered once as it is, so that a mail that never goes out is not taken for one that was rightly held back.
"""

import pytest

from notices.actions import pauses
from notices.kinds import registered
from notices.models import Notice
from people.actions import people as people_actions
from tests.notices.scenes import SCENES
from tests.notices.scenes.base import lead_of

SAME = ("kind", "recipient_id", "about", "cohort_id", "owed_at", "due_at", "expires_at")
COPIES = 1_000 // len(SCENES) + 1


def many(owed: list[int]) -> list[int]:
    """The same notices over and over."""
    copies = [
        Notice(key=f"{one.key}:{number}", **{name: getattr(one, name) for name in SAME})
        for one in Notice.objects.filter(pk__in=owed)
        for number in range(COPIES)
    ]
    return [*owed, *(made.pk for made in Notice.objects.bulk_create(copies))]


def test_every_kind_has_a_scene():
    assert set(SCENES) == set(registered())


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_goes_out_as_long_as_it_is_true(walk, kind):
    made, owed = walk(kind)
    assert owed
    assert walk.sent(owed, made.at) == len(owed)
    assert walk.sent(owed, made.at) == 0  # and once


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_does_not_go_out_once_its_cause_has_fallen_away(walk, kind):
    """Each notice many times over, so that of all kinds together no mail of a thousand goes out."""
    made, owed = walk(kind)
    for number, what in enumerate(made.causes):
        if number:
            made, owed = walk(kind)
        made.causes[what]()
        assert walk.sent(many(owed), made.at) == 0, what


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_does_not_go_to_somebody_who_has_left(walk, kind):
    made, owed = walk(kind)
    if registered()[kind].reaches_leavers:
        assert kind == "records-merged"  # it tells the address of the record that was given up
        return
    for notice in Notice.objects.filter(pk__in=owed).select_related("recipient"):
        if notice.recipient.is_active:
            people_actions.leave(person=notice.recipient, by=None, now=made.at)
    assert walk.sent(owed, made.at) == 0


@pytest.mark.parametrize("kind", sorted(SCENES))
def test_it_waits_while_the_mail_of_its_cohort_is_paused(walk, kind):
    made, owed = walk(kind)
    if made.cohort is None:  # its mail belongs to no cohort
        assert not Notice.objects.filter(pk__in=owed, cohort_id__isnull=False).exists()
        return
    pauses.pause(cohort_id=made.cohort.pk, by=lead_of(made.cohort), now=made.at)
    assert walk.sent(owed, made.at) == (len(owed) if registered()[kind].past_pauses else 0)
