"""The evidence plan of a pair: the two write and read it, the mentee alone takes a part of it to their group."""

import pytest
from django.db import connection
from django.urls import reverse

from audit.refusal import Refused
from programmes.actions import groups
from sessions_log.actions import evidence
from sessions_log.models import EvidencePlan, Note
from tests.builders import people, programmes

LOOSE = {name: {"strength": "prefer"} for name in ("band", "consultant", "asked")}


@pytest.fixture
def pair(now):
    settings = {"rule": LOOSE, "group": {"agreement": {"gate": "none"}}}
    cohort = programmes.cohort(now=now, model_key="consultant-credentialing", **settings)
    return programmes.pair(cohort, programmes.mentee(cohort, "Ola B", now=now), now=now)


@pytest.fixture
def two(pair):
    return [pair.members.get(role=role).person for role in ("mentee", "mentor")]


def write(pair, by, now, text="token-plan-17", seen_at=None, domain="Research"):
    return evidence.write(relationship=pair, domain=domain, text=text, seen_at=seen_at, by=by, now=now)


@pytest.mark.django_db
def test_evidence_edit_is_sealed_and_loses_nothing_of_two_who_write_at_once(pair, two, now):
    ola, pat = two
    plan = write(pair, ola, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM sessions_log_evidenceplan")
        assert b"token-plan-17" not in bytes(cursor.fetchone()[0])
    with pytest.raises(Refused, match=r"^This was changed somewhere else meanwhile."):
        write(pair, pat, now, text="other")
    assert write(pair, pat, now, text="Together", seen_at=plan.changed_at).text == "Together"
    for by, domain in ((people.person(now=now), "Research"), (ola, "Cookery")):
        with pytest.raises(Refused):
            write(pair, by, now, domain=domain)


@pytest.mark.django_db
def test_evidence_detail_is_the_pairs_and_evidence_share_the_mentees(pair, two, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    ola, pat = two
    write(pair, ola, now)
    cohort = pair.cohort
    kay, ada = programmes.mentor(cohort, now=now), programmes.mentee(cohort, now=now)
    mine = pair.members.get(person=ola).enrolment
    group = groups.form(cohort=cohort, mentors=[kay], mentees=[mine, ada], by=None, now=now)
    detail = reverse("sessions_log:evidence-detail", args=[pair.pk])
    for person, sees in ((ola, True), (pat, True), (kay.person, False), (ada.person, False)):
        client.force_login(person)
        assert (client.get(detail).status_code == 200) == sees
    with pytest.raises(Refused):
        evidence.take_to_group(plan=EvidencePlan.objects.get(), group=group, by=pat, now=now)
    client.force_login(ola)
    assert "Take it to my group" in client.get(detail).content.decode()
    assert client.get(reverse("sessions_log:evidence-share", args=[pair.pk, 0])).status_code == 404
    client.post(reverse("sessions_log:evidence-share", args=[pair.pk, 3]))
    note = Note.objects.get()
    assert (note.relationship, note.text) == (group, "Research: token-plan-17")


@pytest.mark.django_db
def test_evidence_share_asks_first_and_names_its_readers(pair, two, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    ola, _ = two
    write(pair, ola, now)
    kay = programmes.mentor(pair.cohort, "Kay Vane", now=now)
    mine = pair.members.get(person=ola).enrolment
    groups.form(cohort=pair.cohort, mentors=[kay], mentees=[mine], by=None, now=now)
    client.force_login(ola)
    assert (
        "Kay Vane will read these words"
        in client.get(reverse("sessions_log:evidence-share", args=[pair.pk, 3])).content.decode()
    )
    assert not Note.objects.exists()
