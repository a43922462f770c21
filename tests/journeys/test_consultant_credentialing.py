"""Model 10, consultant-credentialing: Ola's way from her manager's referral to her own credential, over HTTP."""

from datetime import date

import pytest
from django.urls import reverse

from notices.models import Notice
from programmes.models import Enrolment, Member, Relationship, RuleBreak
from sessions_log.models import EvidencePlan
from tests.builders import people
from tests.journeys.walking import date_fields, enrol, is_absent, letters, page, send, start, sweep

MODEL = "consultant-credentialing"


@pytest.fixture
def world(at):
    now = at(2027, 12, 6)
    trust = people.organisation(name="Southdown Hospitals", now=now)
    staff = {"organisation": trust, "now": now}
    manager = people.person("Max Dorn", band="8c", **staff)
    consultant = {"band": "8c", "level": "consultant", "volunteers_to_mentor": "yes", **staff}
    world = {
        "trust": trust,
        "lead": people.lead(trust, "Lorna Lead", now=now),
        "manager": manager,
        "ola": people.person("Ola Bright", band="8b", managers=[manager], **staff),
        "ada": people.person("Ada Finn", band="8a", would_like_mentor="yes", **staff),
        **{name.lower(): people.person(f"{name} Vane", **consultant) for name in ("Pat", "Ray", "Kay", "Una")},
    }
    people.tie("assessor", world["ola"], world["ray"], now=now)
    return world


@pytest.mark.django_db(transaction=True)
def test_journey_consultant_credentialing_from_referral_to_credentialed(world, at, client, story):
    lead, manager, ola, ada = (world[name] for name in ("lead", "manager", "ola", "ada"))
    pat, ray, kay, una = (world[name] for name in ("pat", "ray", "kay", "una"))
    client.force_login(lead)
    cohort = start(client, MODEL, world["trust"], date(2027, 12, 13), name="Credentialing")
    enrol(client, cohort, "mentor", pat, ray, kay, una, capacity=6)
    enrol(client, cohort, "mentee", ada)

    # 1. Ola's manager refers her; she decides, and he reads "Thank you" and no more, before and after.
    story("consultant-credentialing", 1)
    refer = reverse("programmes:referral-make", args=[cohort.pk])
    assert refer in page(client, "programmes:joining-list", cohort.pk)
    client.force_login(manager)
    before = page(client, "programmes:referral-make", cohort.pk)
    assert "Thank you" in send(client, "programmes:referral-make", cohort.pk, person=ola.pk)
    assert page(client, "programmes:referral-make", cohort.pk) == before
    asked = [letter for letter in letters() if letter.to == [ola.email]]
    assert len(asked) == 1
    assert "Max" not in asked[0].body
    own = Enrolment.objects.get(person=ola)
    client.force_login(ola)
    send(client, "programmes:enrolment-answer", own.pk, text="To know what counts.")
    client.force_login(manager)
    assert page(client, "programmes:referral-make", cohort.pk) == before
    assert is_absent(client, "programmes:enrolment-detail", own.pk)
    client.force_login(ada)
    assert is_absent(client, "programmes:referral-make", cohort.pk)

    client.force_login(ola)
    shown = page(client, "programmes:partner-list", own.pk)
    assert ("Pat Vane" in shown, "Ray Vane" in shown) == (True, False)
    mentors = {one.person: one for one in cohort.enrolments.filter(side="mentor")}
    assert "Pat is asked." in send(client, "programmes:partner-choose", own.pk, mentors[pat].pk)
    pair = Relationship.objects.get(cohort=cohort)
    client.force_login(pat)
    send(client, "programmes:relationship-answer", pair.pk, answer="yes")
    client.force_login(lead)
    at(2028, 1, 4)
    client.force_login(lead)
    formed = {"mentors": [mentors[kay].pk], "mentees": [own.pk, cohort.enrolments.get(person=ada).pk], "when": "now"}
    assert "Kay's group is formed." in send(client, "programmes:group-form", cohort.pk, **formed)
    group = Relationship.objects.get(cohort=cohort, shape="group")
    for person in (kay, ola, ada):  # on this programme everybody is asked first
        client.force_login(person)
        send(client, "programmes:relationship-answer", group.pk, answer="yes")
    client.force_login(kay)
    plan = {"starts_at": "13:00", "mode": "video", **date_fields("first_on", date(2028, 1, 11))}
    send(client, "sessions_log:plan-edit", group.pk, **plan)
    assert group.targets.first().due_on == date(2028, 1, 11)
    client.force_login(ola)
    home = page(client, "home")
    assert ("Pat Vane, your consultant mentor" in home, "Kay's group" in home) == (True, True)

    # 2. The evidence plan is the pair's: no member of the group reads it, unless Ola takes it there.
    story("consultant-credentialing", 2)
    assert "Leadership" in page(client, "sessions_log:evidence-detail", pair.pk)
    send(client, "sessions_log:evidence-edit", pair.pk, 1, text="Chair the gastro network from May.")
    send(client, "sessions_log:evidence-edit", pair.pk, 3, text="token-research-44")
    client.force_login(pat)
    assert "Chair the gastro network" in page(client, "sessions_log:evidence-detail", pair.pk)
    assert is_absent(client, "sessions_log:evidence-share", pair.pk, 1)
    for person in (kay, ada, lead, manager):
        client.force_login(person)
        assert client.get(reverse("sessions_log:evidence-detail", args=[pair.pk])).status_code == 404
    for person in (kay, ada, ola):
        client.force_login(person)
        shown = client.get(reverse("programmes:relationship-detail", args=[group.pk])).content.decode()
        digest = shown.split('name="digest" value="')[1].split('"')[0]
        send(client, "programmes:agreement-accept", group.pk, digest=digest)
        assert "gastro network" not in page(client, "sessions_log:shared-note-list", group.pk)
    assert "Kay Vane, Ada Finn will read these words" in page(client, "sessions_log:evidence-share", pair.pk, 1)
    send(client, "sessions_log:evidence-share", pair.pk, 1)
    client.force_login(ada)
    shown = page(client, "sessions_log:shared-note-list", group.pk)
    assert ("Leadership: Chair the gastro network" in shown, "token-research-44" in shown) == (True, False)

    # 3. Ray, who assesses her portfolio, is refused; nobody can set that aside.
    story("consultant-credentialing", 3)
    waiting = cohort.enrolments.get(person=ada)
    people.tie("assessor", ada, ray, now=at(2028, 1, 5))
    client.force_login(lead)
    refused = page(client, "matching:mentor-confirm", waiting.pk, mentors[ray].pk)
    assert "Ray is assessing Ada's portfolio, so cannot be Ada's mentor." in refused

    # 4. Pat becomes her assessor: nothing pauses, one item is on the lead's list; ended, she chooses another.
    story("consultant-credentialing", 4)
    people.tie("assessor", ola, pat, now=at(2028, 3, 1))
    sweep(at(2028, 3, 1, 10))
    pair.refresh_from_db()
    assert pair.state == Relationship.State.LIVE
    client.force_login(lead)
    tasks = page(client, "programmes:task-list")
    assert "Pat is now assessing Ola's portfolio" in tasks
    assert RuleBreak.objects.filter(relationship=pair).count() == 1
    send(client, "programmes:relationship-end", pair.pk)
    client.force_login(ola)
    assert "Credentialing: choose a consultant mentor" in page(client, "home")
    shown = page(client, "programmes:partner-list", own.pk)
    assert ("Una Vane" in shown, "Pat Vane" in shown, "Ray Vane" in shown) == (True, False, False)
    refused = page(client, "programmes:partner-choose", own.pk, mentors[ray].pk)
    assert "Ray is assessing Ola's portfolio, so cannot be Ola's mentor." in refused
    assert "Ask Ray" not in refused
    send(client, "programmes:partner-choose", own.pk, mentors[una].pk)
    second = Relationship.objects.exclude(pk__in=[pair.pk, group.pk]).get(cohort=cohort)
    client.force_login(una)
    send(client, "programmes:relationship-answer", second.pk, answer="yes")

    # 5. Twelve weeks without a one-to-one: nobody hears. A missed date of the group: one message each.
    story("consultant-credentialing", 5)
    letters()
    missed = list(group.targets.filter(due_on__lt=date(2028, 6, 1)).values_list("due_on", flat=True))
    for month, number in ((3, 14), (4, 12), (5, 12), (6, 2)):
        sweep(at(2028, month, number, 11))
    told = Notice.objects.filter(kind="date-missed")
    relationships = {one.about.get("target") for one in told}
    assert relationships <= set(group.targets.values_list("pk", flat=True))
    latest = group.targets.get(due_on=max(missed))
    assert sorted(one.recipient.given_name for one in told if one.about["target"] == latest.pk) == ["Ada", "Kay", "Ola"]

    # 6. Credentialed: both close, and she is asked whether she would mentor.
    story("consultant-credentialing", 6)
    client.force_login(ola)
    assert "I am credentialed" in page(client, "programmes:enrolment-detail", own.pk)
    assert "Recorded: you are credentialed." in send(client, "programmes:outcome-record", own.pk)
    second.refresh_from_db()
    assert second.state == Relationship.State.ENDED
    assert not Member.objects.current().filter(person=ola).exists()
    group.refresh_from_db()
    assert group.state == Relationship.State.LIVE
    assert "would you like to take part as a consultant mentor?" in page(client, "home")
    assert [letter.to for letter in letters() if "take part" in letter.subject.lower() or "mentor" in letter.body][:1]
    assert cohort.enrolments.get(person=ola, side="mentor").state == Enrolment.State.OFFERED
    assert EvidencePlan.objects.filter(relationship=pair).count() == 2
