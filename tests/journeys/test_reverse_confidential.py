"""Model 11 and T6: a manager's pages, byte for byte, with and without the membership of one of her people.

The manager holds every role that could show more: she leads programmes of the organisation, keeps a site, commissions.
"""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse

from notices.models import Notice
from notices.tasks import deliver_notices
from people.models import Person
from programmes.actions import choosing, consents, enrolments, programmes, relationships
from programmes.models import Relationship
from sessions_log.actions import gatherings
from tests.builders import people
from tests.builders import programmes as builders

NOW = datetime(2027, 9, 6, 9, 0, tzinfo=UTC)
LINKS = re.compile(r'href="(/[^"#]*)')
MASKS = [re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'), re.compile(r'nonce="[^"]*"')]


@pytest.fixture
def world(time_machine, db):
    time_machine.move_to(NOW, tick=False)
    trust = people.organisation(name="Westvale", now=NOW)
    site = people.site(trust, name="Hill House", now=NOW)
    employed = {"organisation": trust, "site": site, "now": NOW}
    manager = people.person("Mina Orr", **employed)
    people.grant(manager, "programme-lead", trust, now=NOW)
    people.grant(manager, "site-lead", site, now=NOW)
    sana = people.person("Sana Quill", band="8a", managers=[manager], **employed)
    edi = people.lead(trust, "Leda Brook", now=NOW)
    people.lead(trust, "Dev Marsh", now=NOW)
    cohort = programmes.start(
        organisation=trust,
        model_key="reverse",
        name="Reverse mentoring",
        cohort_name="Autumn",
        start_date=NOW.date(),
        by=edi,
        now=NOW,
    )
    tom = builders.mentee(cohort, "Tom Averill", now=NOW, band="9", volunteered=True, site=site)
    # Beside it a programme that the manager leads, in which Sana may mentor: nothing of the other may show in it.
    other = builders.cohort(organisation=trust, model_key="nqp-senior", now=NOW)
    builders.mentor(other, sana, now=NOW)
    builders.mentee(other, now=NOW, band="6", would_like_mentor="yes", site=site, foundation_sector="community")
    return {"cohort": cohort, "manager": manager, "sana": sana, "tom": tom, "edi": edi, "other": other}


def take_part(world) -> None:
    """Sana joins, chooses Tom, is prepared and books; a pair of hers before has run its course."""
    cohort, sana = world["cohort"], world["sana"]
    own = enrolments.enrol(cohort=cohort, person=sana, side="mentor", volunteered=True, by=sana, now=NOW)
    pair = choosing.choose(own=own, other=world["tom"], by=sana, now=NOW)
    consents.accept(relationship=pair, by=world["tom"].person, now=NOW)
    Relationship.objects.filter(pk=pair.pk).update(started_at=NOW.replace(year=2026))
    pair.members.update(joined_at=NOW.replace(year=2026))
    gatherings.add(cohort=cohort, kind="training", title="Preparation", day=NOW.date(), by=world["edi"], now=NOW)
    training = cohort.gatherings.get()
    gatherings.sign_up(gathering=training, by=sana, now=NOW)
    gatherings.tick(gathering=training, attended=[own.pk], by=world["edi"], now=NOW)
    relationships.end(relationship=pair, by=sana, now=NOW)
    deliver_notices(notice_ids=list(Notice.objects.filter(state=Notice.State.OWED).values_list("pk", flat=True)))


def crawl(client, person) -> dict[str, str]:
    """Every page that ``person`` reaches by links from home and from the list of people, masked."""
    client.force_login(person)
    found, ahead = {}, ["/", reverse("people:person-list"), f"{reverse('people:person-list')}?q=Sana"]
    while ahead:
        address = unescape(ahead.pop(0))
        if address in found or address.startswith(("/static/", "/accounts/")) or len(found) > 400:
            continue
        answer = client.get(address)
        if answer.status_code == 200 and "html" not in answer.get("Content-Type", ""):
            continue  # files for download: a workbook holds the moment at which it was made
        content = answer.content.decode()
        for mask in MASKS:
            content = mask.sub("", content)
        found[address] = f"{answer.status_code} {content}"
        if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
            ahead += [link for link in LINKS.findall(content) if link not in found]
    return found


def both(client, world, reader: Person) -> tuple[dict, dict]:
    """What ``reader`` sees without the membership, and then with it."""
    crawl(client, reader)  # looking at a cohort judges its people, which other pages then count
    without = crawl(client, reader)
    mail.outbox.clear()
    take_part(world)
    return without, crawl(client, reader)


@pytest.mark.django_db(transaction=True)
def test_journey_reverse_manager_reads_the_same_bytes_with_and_without(world, client):
    without, with_it = both(client, world, world["manager"])
    assert len(without) > 30
    assert without.keys() == with_it.keys()
    assert [address for address in without if without[address] != with_it[address]] == []
    assert reverse("programmes:cohort-detail", args=[world["cohort"].pk]) not in without
    assert not [letter for letter in mail.outbox if world["manager"].email in letter.to]


@pytest.mark.django_db(transaction=True)
def test_journey_reverse_the_same_comparison_sees_what_a_lead_who_manages_nobody_sees(world, client):
    """The twin: were nothing hidden, the comparison would show it."""
    without, with_it = both(client, world, world["edi"])
    differ = [address for address in without if without[address] != with_it.get(address)]
    assert "/" in differ
    assert any("Sana Quill" in with_it[address] for address in with_it if "/cohorts/" in address)
