"""Choosing a partner oneself: who is shown, who is not, and what the other then reads."""

import pytest
from django.urls import reverse

from audit.refusal import Refused
from people.actions import employments
from programmes import mentoring_models
from programmes.actions import choosing, consents
from programmes.choosing import chooser, offered_to
from programmes.models import Relationship
from tests.builders import people, programmes


@pytest.fixture
def cohort(now):
    return programmes.cohort(now=now, model_key="reverse")


@pytest.fixture
def sana(cohort, now):
    return programmes.mentor(cohort, "Sana Quill", band="8a", now=now)


def leader(cohort, name, now, **more):
    return programmes.mentee(cohort, name, now=now, band="9", volunteered=True, **more)


def test_partner_is_chosen_by_the_mentor_where_the_junior_leads():
    sides = {model.key: chooser(model) for model in mentoring_models.every()}
    assert (sides["reverse"], sides["trainee-band6"], sides["peer-to-group"]) == ("mentor", None, None)


@pytest.mark.django_db
def test_partner_list_shows_whom_the_rules_allow_the_furthest_first(cohort, sana, now):
    near, far = leader(cohort, "Nia Near", now), leader(cohort, "Fay Far", now)
    leader(cohort, "Max Manager", now)
    manager = cohort.enrolments.get(person__given_name="Max").person
    steps = [people.person(now=now, managers=[near.person]), people.person(now=now)]
    employments.set_managers(person=sana.person, managers=[manager, steps[1]], by=None, now=now)
    employments.set_managers(person=steps[1], managers=[steps[0]], by=None, now=now)
    assert [one.enrolment for one in offered_to(sana, now=now)] == [far, near]
    pair = choosing.choose(own=sana, other=far, by=sana.person, now=now)
    assert (pair.state, pair.members.get(role="mentor").accepted_at) == (Relationship.State.PROPOSED, now)
    consents.decline(relationship=pair, by=far.person, now=now)
    sana.refresh_from_db()
    assert [one.enrolment for one in offered_to(sana, now=now)] == [near]  # nobody is asked a second time


@pytest.mark.django_db
def test_partner_choose_says_why_not_and_is_nobody_elses(cohort, sana, now, client, time_machine):
    time_machine.move_to(now, tick=False)
    uri, tom = leader(cohort, "Uri Falk", now), leader(cohort, "Tom Averill", now)
    employments.set_managers(person=sana.person, managers=[uri.person], by=None, now=now)
    with pytest.raises(Refused, match=r"^Uri is Sana's line manager, so cannot be Sana's mentee.$"):
        choosing.choose(own=sana, other=uri, by=sana.person, now=now)
    for own, by in ((sana, tom.person), (tom, tom.person)):
        with pytest.raises(Refused, match=r"^There is nobody for you to choose"):
            choosing.choose(own=own, other=uri, by=by, now=now)
    client.force_login(tom.person)
    assert client.get(reverse("programmes:partner-list", args=[tom.pk])).status_code == 404
    client.force_login(sana.person)
    shown = client.get(reverse("programmes:partner-choose", args=[sana.pk, uri.pk])).content.decode()
    assert ("so cannot be Sana" in shown, "Ask Uri" in shown) == (True, False)
    assert "Ask Tom" in client.get(reverse("programmes:partner-choose", args=[sana.pk, tom.pk])).content.decode()
