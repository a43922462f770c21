"""Shared notes have the readers that are named above the box, and open when the model says so."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from programmes.actions import groups, relationships, triads
from sessions_log.actions import notes
from sessions_log.models import Note
from sessions_log.sharing import shared_notes_link, waits_for
from tests.builders import people, programmes, sessions_log

pytestmark = pytest.mark.django_db

CANARY = "canary-2c81d4-between-us"
SHARED = {"note_readers": ["own", "pair", "group"]}
GATED = {"agreement": {"gate": "before-shared-notes", "called": "group agreement"}}


def url_of(relationship):
    return reverse("sessions_log:shared-note-list", args=[relationship.pk])


def page_for(client, person, relationship):
    client.force_login(person)
    return client.get(url_of(relationship)).content.decode()


@pytest.fixture
def pair(db, now):
    cohort = programmes.cohort(now=now, **SHARED)
    asha, ben = programmes.mentee(cohort, "Asha Rao", now=now), programmes.mentor(cohort, "Ben Okoro", now=now)
    return SimpleNamespace(
        cohort=cohort,
        relationship=programmes.pair(cohort, asha, ben, now=now),
        mentee=asha.person,
        mentor=ben.person,
        lead=people.lead(cohort.programme.organisation, "Lena Marsh", now=now),
    )


@pytest.fixture
def group(db, now):
    """Kay with Uma and Vic, who have not accepted the agreement that this programme wants first."""
    cohort = sessions_log.group_cohort(now=now, **SHARED, **GATED)
    relationship = sessions_log.group(cohort, names=["Uma Lind", "Vic Poole"], now=now)
    by_name = {member.person.given_name: member.person for member in relationship.members.all()}
    return SimpleNamespace(
        cohort=cohort,
        relationship=relationship,
        mentor=relationship.members.get(role="mentor").person,
        uma=by_name["Uma"],
        vic=by_name["Vic"],
        lead=people.lead(cohort.programme.organisation, now=now),
    )


# --- a pair --------------------------------------------------------------------------


def test_shared_note_list_is_read_by_the_two(client, pair, now):
    client.force_login(pair.mentor)
    client.post(url_of(pair.relationship), {"text": CANARY})

    page = page_for(client, pair.mentee, pair.relationship)

    assert CANARY in page
    assert "Ben Okoro, " in page
    note = Note.objects.get()
    assert (note.kind, note.author, note.text) == ("shared", pair.mentor, CANARY)
    assert AuditEvent.objects.filter(verb="note-written", object_id=str(note.pk)).exists()


def test_shared_note_list_names_its_readers_above_the_box(client, pair):
    page = page_for(client, pair.mentee, pair.relationship)

    assert "Only you and Ben Okoro can open this note in the portal." in page
    assert page.index("Only you and Ben Okoro") < page.index("<textarea")
    page = page_for(client, pair.mentor, pair.relationship)
    assert "Only you and Asha Rao can open this note in the portal." in page


def test_shared_note_list_asks_about_an_nhs_number_and_keeps_it_when_told(client, pair):
    client.force_login(pair.mentor)
    asked = client.post(url_of(pair.relationship), {"text": "About 943 476 5919"}).content.decode()
    assert "Is 943 476 5919 a patient’s number? Take it out" in asked
    assert not Note.objects.exists()
    client.post(url_of(pair.relationship), {"text": "About 943 476 5919", "not_a_patient": "on"})
    assert Note.objects.get().text == "About 943 476 5919"


def test_shared_note_list_is_absent_for_everybody_else(client, pair, now):
    sessions_log.shared_note(pair.relationship, pair.mentor, now=now, text=CANARY)
    organisation = pair.cohort.programme.organisation
    for somebody in (
        pair.lead,
        people.administrator(now=now),
        people.host_officer(organisation, now=now),
        people.commissioner(organisation, now=now),
        people.person(now=now, organisation=organisation),
        programmes.pair(pair.cohort, now=now).members.first().person,
    ):
        client.force_login(somebody)
        assert client.get(url_of(pair.relationship)).status_code == 404
        assert client.post(url_of(pair.relationship), {"text": "x"}).status_code == 404
        assert not Note.objects.visible_to(somebody, now=now).exists()
        assert shared_notes_link(pair.relationship, somebody, now=now) is None


def test_shared_note_list_is_absent_where_the_model_has_none(client, now):
    relationship = programmes.pair(programmes.cohort(now=now), now=now)
    mentor = relationship.members.get(role="mentor").person
    client.force_login(mentor)
    assert client.get(url_of(relationship)).status_code == 404
    assert shared_notes_link(relationship, mentor, now=now) is None
    with pytest.raises(Refused, match="Notes are not shared in this programme"):
        sessions_log.shared_note(relationship, mentor, now=now)


def test_shared_note_list_does_not_show_private_notes(client, pair, now):
    sessions_log.note(pair.relationship, pair.mentor, now=now, text=CANARY)
    sessions_log.shared_note(pair.relationship, pair.mentor, now=now, text="For both")
    for person in (pair.mentor, pair.mentee):
        page = page_for(client, person, pair.relationship)
        assert "For both" in page
        assert CANARY not in page
    assert [note.text for note in Note.objects.visible_to(pair.mentee, now=now)] == ["For both"]
    assert [note.text for note in Note.objects.shared()] == ["For both"]
    client.force_login(pair.mentor)
    private = client.get(reverse("sessions_log:note-list", args=[pair.relationship.pk])).content.decode()
    assert CANARY in private
    assert "For both" not in private


def test_nobody_reads_what_another_shares_in_a_match_that_they_are_not_yet_told_of(pair, now):
    note = sessions_log.shared_note(pair.relationship, pair.mentor, now=now)
    assert list(Note.objects.visible_to(pair.mentee, now=now)) == [note]
    type(pair.relationship).objects.filter(pk=pair.relationship.pk).update(state="arranged", told_at=None)
    assert not Note.objects.visible_to(pair.mentee, now=now).exists()
    assert list(Note.objects.visible_to(pair.mentor, now=now)) == [note]


def test_shared_note_list_keeps_both_of_two_who_write_at_once(client, pair, now):
    for person, text in ((pair.mentor, "From Ben"), (pair.mentee, "From Asha")):
        sessions_log.shared_note(pair.relationship, person, now=now, text=text)
    page = page_for(client, pair.mentee, pair.relationship)
    assert "From Ben" in page
    assert "From Asha" in page


def test_note_edit_of_a_shared_note_is_its_authors_alone(client, pair, now):
    note = sessions_log.shared_note(pair.relationship, pair.mentor, now=now, text="As Ben wrote it")
    address = reverse("sessions_log:note-edit", args=[pair.relationship.pk, note.pk])
    client.force_login(pair.mentee)
    assert client.get(address).status_code == 404
    with pytest.raises(Refused, match="Only the person who wrote a note can change it"):
        notes.change(note=note, text="", seen_at=note.changed_at, by=pair.mentee, now=now)

    client.force_login(pair.mentor)
    page = client.get(address)
    assert "Only you and Asha Rao can open this note" in page.content.decode()
    seen_at = page.context["form"].initial["seen_at"]
    notes.change(note=note, text="On my phone", seen_at=note.changed_at, by=pair.mentor, now=now + timedelta(minutes=1))
    page = client.post(address, {"text": CANARY, "seen_at": seen_at}).content.decode()
    assert "You changed this note somewhere else" in page
    assert CANARY in page
    assert Note.objects.get().text == "On my phone"


def test_note_delete_of_a_shared_note_leads_back_to_the_shared_ones(client, pair, now):
    note = sessions_log.shared_note(pair.relationship, pair.mentor, now=now)
    client.force_login(pair.mentor)
    answer = client.post(reverse("sessions_log:note-delete", args=[pair.relationship.pk, note.pk]))
    assert answer.url == url_of(pair.relationship)
    assert not Note.objects.exists()


def test_shared_note_list_closes_at_the_end_but_for_ones_own_words(client, pair, now):
    mine = sessions_log.shared_note(pair.relationship, pair.mentee, now=now, text="What I wrote")
    sessions_log.shared_note(pair.relationship, pair.mentor, now=now, text=CANARY)
    relationships.end(relationship=pair.relationship, by=pair.lead, now=now)

    page = page_for(client, pair.mentee, pair.relationship)

    assert "What I wrote" in page
    assert CANARY not in page
    assert "<textarea" not in page
    answer = client.post(url_of(pair.relationship), {"text": "Typed as it ended"}).content.decode()
    assert "has ended, so no new note" in answer
    assert "Typed as it ended" in answer
    with pytest.raises(Refused, match="cannot be changed any more"):
        notes.change(note=mine, text="", seen_at=mine.changed_at, by=pair.mentee, now=now)
    assert shared_notes_link(pair.relationship, pair.mentee, now=now) is None


@pytest.mark.parametrize("count", [1, 3])
def test_shared_note_list_asks_a_fixed_number_of_questions(client, pair, now, django_assert_num_queries, count):
    for _ in range(count):
        sessions_log.shared_note(pair.relationship, pair.mentee, now=now)
        sessions_log.shared_note(pair.relationship, pair.mentor, now=now)
    client.force_login(pair.mentee)
    client.get(url_of(pair.relationship))
    with django_assert_num_queries(11):
        client.get(url_of(pair.relationship))


def test_note_list_keeps_the_session_that_a_note_is_about(client, pair, now):
    session = sessions_log.sessions.log_unplanned(
        relationship=pair.relationship, day=now.date(), by=pair.mentee, now=now
    )
    other = programmes.pair(pair.cohort, now=now)
    elsewhere = sessions_log.sessions.log_unplanned(
        relationship=other, day=now.date(), by=other.members.first().person, now=now
    )
    client.force_login(pair.mentee)
    address = reverse("sessions_log:note-list", args=[pair.relationship.pk])
    client.post(address, {"text": "x", "session": elsewhere.pk})
    assert not Note.objects.exists()
    page = client.post(address, {"text": "x", "session": session.pk}, follow=True).content.decode()
    assert Note.objects.get().session == session
    assert "About the session of 14 April 2027" in page


# --- a triad -------------------------------------------------------------------------


def test_shared_note_list_of_a_triad_is_read_by_the_trainee_where_it_says_so(client, now):
    relationship = programmes.triad(now=now)
    jo, nia = (relationship.members.get(role=role).person for role in ("mentee", "mentor"))
    before = sessions_log.shared_note(relationship, nia, now=now, text="Before Omar")
    organisation = relationship.cohort.programme.organisation
    omar = people.person("Omar Reid", now=now, organisation=organisation, job_title="Trainee pharmacist", band="5")
    lead = people.lead(organisation, now=now)
    triads.name_trainee(relationship=relationship, trainee=omar, tell_on=now.date(), by=lead, now=now)
    relationship.members.update(tells_on=None)
    page = page_for(client, nia, relationship)
    assert f"Only you and {jo.name} can open this note" in page
    assert "Omar reads it too" in page
    client.post(url_of(relationship), {"text": "For the two"})
    client.post(url_of(relationship), {"text": "For the three", "with_trainee": "on"})

    page = page_for(client, omar, relationship)

    assert "For the three" in page
    assert "For the two" not in page
    assert before.text not in page
    client.post(url_of(relationship), {"text": "From Omar"})
    for person in (jo, nia):
        page = page_for(client, person, relationship)
        for text in ("For the two", "For the three", "From Omar", "Before Omar"):
            assert text in page


def test_shared_note_list_of_a_triad_is_absent_for_a_trainee_who_is_not_told_yet(client, now):
    relationship = programmes.triad(now=now)
    organisation = relationship.cohort.programme.organisation
    omar = people.person("Omar Reid", now=now, organisation=organisation, job_title="Trainee pharmacist", band="5")
    lead = people.lead(organisation, now=now)
    triads.name_trainee(
        relationship=relationship, trainee=omar, tell_on=now.date() + timedelta(days=9), by=lead, now=now
    )
    nia = relationship.members.get(role="mentor").person
    assert "Omar reads it too" not in page_for(client, nia, relationship)
    client.post(url_of(relationship), {"text": CANARY, "with_trainee": "on"})
    assert not Note.objects.visible_to(omar, now=now).exists()


# --- a group, and the agreement first ---------------------------------------------------


def test_group_note_waits_until_everyone_has_accepted_the_agreement(client, group, now):
    sessions_log.all_accept(group.relationship, now=now, but=["Vic"])
    client.force_login(group.mentor)

    page = client.post(url_of(group.relationship), {"text": CANARY, "kind": "learning"}).content.decode()

    assert "Shared notes open when everyone has accepted the group agreement." in page
    assert CANARY in page  # nothing typed is lost
    assert not Note.objects.exists()
    own = reverse("sessions_log:note-list", args=[group.relationship.pk])
    assert "Note kept" in client.post(own, {"text": "Mine"}, follow=True).content.decode()
    assert "Please accept the group agreement first." in page_for(client, group.vic, group.relationship)


def test_group_notes_open_when_all_have_accepted_and_each_may_add_a_line(client, group, now):
    sessions_log.all_accept(group.relationship, now=now)
    everyone = (group.mentor, group.uma, group.vic)
    for person in everyone:
        client.force_login(person)
        client.post(url_of(group.relationship), {"text": f"A line of {person.given_name}", "kind": "learning"})

    page = page_for(client, group.uma, group.relationship)

    assert "What the group has learnt" in page
    for person in everyone:
        assert f"A line of {person.given_name}" in page
    assert "Vic Poole" in page
    assert "and whoever joins this group later, can open this note" in page
    client.force_login(group.lead)
    assert client.get(url_of(group.relationship)).status_code == 404


def test_group_notes_wait_for_a_late_joiner_alone(client, group, now):
    sessions_log.all_accept(group.relationship, now=now)
    sessions_log.shared_note(group.relationship, group.mentor, now=now, text=CANARY)
    ed = programmes.mentee(group.cohort, "Ed Noor", now=now)
    groups.join(relationship=group.relationship, mentee=ed, by=None, now=now)

    page = page_for(client, ed.person, group.relationship)

    assert "Please accept the group agreement first." in page
    assert CANARY not in page
    assert waits_for(group.relationship, group.uma) == ""
    sessions_log.shared_note(group.relationship, group.uma, now=now, text="On we go")
    sessions_log.all_accept(group.relationship, now=now)
    page = page_for(client, ed.person, group.relationship)
    assert CANARY in page  # what the group wrote before, too


def test_group_notes_name_the_ground_rules_where_the_model_calls_them_so(now):
    cohort = sessions_log.group_cohort(now=now, **SHARED, agreement={"gate": "before-shared-notes"})
    relationship = sessions_log.group(cohort, mentees=2, now=now)
    kay = relationship.members.get(role="mentor").person
    with pytest.raises(Refused, match=r"^Shared notes open when everyone has accepted the ground rules\.$"):
        sessions_log.shared_note(relationship, kay, now=now)


def test_group_notes_go_by_the_agreement_of_the_group_where_it_has_its_own(client, now):
    cohort = sessions_log.group_cohort(now=now, **SHARED)
    own = {"gate": "before-shared-notes", "called": "group agreement", "text": "What is said here stays here."}
    cohort.programme.settings["group"]["agreement"] = own
    cohort.programme.save(update_fields=["settings"])
    relationship = sessions_log.group(cohort, mentees=2, now=now)
    kay = relationship.members.get(role="mentor").person
    client.force_login(kay)
    detail = reverse("programmes:relationship-detail", args=[relationship.pk])
    page = client.get(detail).content.decode()
    assert "What is said here stays here." in page
    sessions_log.all_accept(relationship, now=now)
    assert "You accepted these on" in client.get(detail).content.decode()
    sessions_log.shared_note(relationship, kay, now=now)


def test_group_notes_are_closed_to_whoever_has_left(client, group, now):
    sessions_log.all_accept(group.relationship, now=now)
    sessions_log.shared_note(group.relationship, group.uma, now=now, text="Of Uma")
    sessions_log.shared_note(group.relationship, group.mentor, now=now, text=CANARY)
    groups.leave(member=group.relationship.members.get(person=group.uma), by=group.uma, now=now)

    page = page_for(client, group.uma, group.relationship)

    assert "Of Uma" in page
    assert CANARY not in page
    assert "Of Uma" in page_for(client, group.vic, group.relationship)  # it stays the group's
