""" "This isn't right for me": read by the leads who are not in the match, and by nobody else."""

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from notices.models import Notice
from notices.tasks import deliver_notices
from programmes.actions import flags
from programmes.models import Flag
from tests.builders import people as people_builders
from tests.builders import sessions_log

REASON = "He talks over me, token-7731."

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag(world, now):
    return flags.raise_flag(relationship=world.pair, reason=REASON, by=world.asha.person, now=now)


def test_flag_tells_each_lead_once_and_without_content(world, now, flag):
    assert list(Notice.objects.filter(kind="flag-raised").values_list("recipient__given_name", flat=True)) == ["Lorna"]
    with time_machine.travel(now, tick=False):
        deliver_notices(notice_ids=list(Notice.objects.values_list("pk", flat=True)))
    letter = next(one for one in mail.outbox if one.to == [world.lead.email])
    for secret in (REASON, "token-7731", "Asha", "Ben"):
        assert secret not in letter.body + letter.subject + letter.alternatives[0].content
    assert f"/programmes/not-right/{flag.pk}/" in letter.body


def test_flag_is_sealed_in_the_database(flag):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM programmes_flag")
        assert b"token-7731" not in bytes(cursor.fetchone()[0])
    assert Flag.objects.get().reason == REASON


def test_flag_raised_twice_is_refused_until_it_is_closed(world, now, flag):
    with pytest.raises(Refused, match="told the leads already"):
        flags.raise_flag(relationship=world.pair, by=world.asha.person, now=now)
    flags.close(flag=flag, outcome="carries-on", by=world.lead, now=now)
    assert flags.raise_flag(relationship=world.pair, by=world.asha.person, now=now).reason is None


def test_flag_leak_nobody_but_the_leads_reads_it(client, world, now, flag):
    """Partner, lead of another trust, manager, host, commissioner, administrator, and a lead who is in the match."""
    others = [
        world.ben.person,
        world.elsewhere,
        people_builders.person("Mina Manager", now=now, organisation=world.trust),
        people_builders.host_officer(world.trust, now=now),
        people_builders.commissioner(world.trust, now=now),
        people_builders.administrator(now=now),
    ]
    page = reverse("programmes:flag-detail", args=[flag.pk])
    with time_machine.travel(now, tick=False):
        for person in others:
            client.force_login(person)
            assert client.get(page).status_code == 404, person
            assert client.post(page, {"outcome": "carries-on"}).status_code == 404
            home = client.get(reverse("home")).content.decode()
            assert "asks for help" not in home
        client.force_login(world.ben.person)
        seen = client.get(reverse("programmes:relationship-detail", args=[world.pair.pk])).content.decode()
        assert "You told the leads" not in seen
        assert "token-7731" not in seen
        people_builders.grant(world.ben.person, "programme-lead", world.trust, now=now)
        client.force_login(world.ben.person)
        assert client.get(page).status_code == 404
        assert "asks for help" not in client.get(reverse("home")).content.decode()
        assert "asks for help" not in client.get(reverse("programmes:task-list")).content.decode()
    flag.refresh_from_db()
    assert flag.closed_at is None


def test_flag_raise_names_its_readers_and_what_happens(client, world, now):
    page = reverse("programmes:flag-raise", args=[world.pair.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(world.asha.person)
        shown = client.get(page).content.decode()
        for words in (
            "Only the leads of this programme read it: Lorna Lead.",
            "Ben learns nothing of it",
            "Freedom to Speak Up",
        ):
            assert words in shown
        answer = client.post(page, {"text": "My patient 943 476 5919"})
        assert "Is 943 476 5919 a patient’s number?" in answer.content.decode()
        assert client.post(page, {"text": ""}).status_code == 302
        assert "You told the leads" in client.get(page).content.decode()


def test_flag_raise_shows_each_member_the_way_out_that_they_have(client, world, now):
    group = sessions_log.group(sessions_log.group_cohort(now=now), now=now)
    mentee, mentor = (group.members.filter(role=role).first().person for role in ("mentee", "mentor"))
    with time_machine.travel(now, tick=False):
        for relationship, person, way in (
            (world.pair, world.asha.person, "relationship-end"),
            (group, mentor, "relationship-end"),
            (group, mentee, "group-leave"),
        ):
            client.force_login(person)
            page = client.get(reverse("programmes:flag-raise", args=[relationship.pk])).content.decode()
            ways = {
                one
                for one in ("relationship-end", "group-leave")
                if reverse(f"programmes:{one}", args=[relationship.pk]) in page
            }
            assert ways == {way}
            assert client.get(reverse(f"programmes:{way}", args=[relationship.pk])).status_code == 200


def test_flag_raise_has_no_form_where_every_lead_is_in_the_match(client, world, now):
    people_builders.grant(world.ben.person, "programme-lead", world.trust, now=now)
    world.lead.grants.update(end_date=now.date())
    with time_machine.travel(now, tick=False):
        client.force_login(world.asha.person)
        shown = client.get(reverse("programmes:flag-raise", args=[world.pair.pk])).content.decode()
    assert "cannot tell anybody for you" in shown
    with pytest.raises(Refused, match="Nobody could read this"):
        flags.raise_flag(relationship=world.pair, by=world.asha.person, now=now)


def test_flag_detail_is_read_and_closed_by_a_lead(client, world, now, flag):
    page = reverse("programmes:flag-detail", args=[flag.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(world.lead)
        assert "1 person asks for help with their match" in client.get(reverse("home")).content.decode()
        assert "token-7731" in client.get(page).content.decode()
        assert "Choose what came of it" in client.post(page, {}).content.decode()
        client.post(page, {"outcome": "carries-on"})
        assert "asks for help" not in client.get(reverse("home")).content.decode()
    flag.refresh_from_db()
    assert (flag.outcome, flag.closed_by) == ("carries-on", world.lead)
    verbs = AuditEvent.objects.filter(verb__startswith="flag-").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["flag-raised", "flag-read", "flag-closed"]


def test_flag_detail_is_taken_back_by_whoever_raised_it(client, world, now, flag):
    page = reverse("programmes:flag-detail", args=[flag.pk])
    with time_machine.travel(now, tick=False):
        client.force_login(world.asha.person)
        assert "token-7731" in client.get(page).content.decode()
        client.post(page, {"outcome": "carries-on"})
    flag.refresh_from_db()
    assert flag.outcome == "taken-back"
