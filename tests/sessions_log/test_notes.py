"""A private note has one reader. These tests write what could leak and look for it everywhere else."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import AuditEvent
from audit.refusal import Refused
from look.patient_details import nhs_numbers
from people.access import Access
from programmes.actions import relationships
from sessions_log.actions import notes
from sessions_log.models import Note
from sessions_log.queries.notes import home_section
from tests.builders import people, programmes, sessions_log

CANARY = "canary-7f3e9b-in-confidence"
A_PATIENTS_NUMBER = "943 476 5919"  # the NHS's own example of a valid number


def list_url(pair):
    return reverse("sessions_log:note-list", args=[pair.relationship.pk])


def edit_url(note):
    return reverse("sessions_log:note-edit", args=[note.relationship_id, note.pk])


def delete_url(note):
    return reverse("sessions_log:note-delete", args=[note.relationship_id, note.pk])


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


# --- one's own -----------------------------------------------------------------


def test_note_list_keeps_a_note_and_shows_it_to_its_author(client, pair, now):
    client.force_login(pair.mentor)

    page = client.post(list_url(pair), {"text": CANARY}, follow=True).content.decode()

    assert CANARY in page
    assert "Note kept" in page
    note = Note.objects.get()
    assert (note.author, note.written_at, note.text) == (pair.mentor, now, CANARY)
    event = events("note-written").get()
    assert (event.actor_id, event.object_id) == (pair.mentor.pk, str(note.pk))


def test_note_list_names_the_reader_above_the_box(client, pair):
    client.force_login(pair.mentee)

    page = client.get(list_url(pair)).content.decode()

    assert "Only you can open this note in the portal." in page
    assert "A person with full control of the server could still read it." in page
    assert "Write no patient detail." in page
    assert page.index("Only you can open") < page.index("<textarea")


def test_note_list_keeps_what_was_typed_when_it_cannot_be_saved(client, pair, now):
    client.force_login(pair.mentee)
    relationships.end(relationship=pair.relationship, by=pair.lead, now=now)

    page = client.post(list_url(pair), {"text": CANARY}).content.decode()

    assert "has ended, so no new note" in page
    assert CANARY in page
    assert not Note.objects.exists()


def test_note_list_stays_open_to_the_author_after_the_end(client, pair, now):
    sessions_log.note(pair.relationship, pair.mentee, now=now, text=CANARY)
    relationships.end(relationship=pair.relationship, by=pair.lead, now=now)
    client.force_login(pair.mentee)

    page = client.get(list_url(pair)).content.decode()

    assert CANARY in page
    assert "<textarea" not in page


def test_note_list_asks_about_an_nhs_number_and_keeps_it_when_told(client, pair):
    client.force_login(pair.mentor)
    text = f"Talked about {A_PATIENTS_NUMBER}"

    asked = client.post(list_url(pair), {"text": text}).content.decode()
    assert f"Is {A_PATIENTS_NUMBER} a patient’s number? Take it out" in asked
    assert not Note.objects.exists()

    client.post(list_url(pair), {"text": text, "not_a_patient": "on"})
    assert Note.objects.get().text == text


@pytest.mark.parametrize("count", [1, 3])
def test_note_list_asks_a_fixed_number_of_questions(client, pair, now, django_assert_num_queries, count):
    for _ in range(count):
        sessions_log.note(pair.relationship, pair.mentee, now=now)
    client.force_login(pair.mentee)
    client.get(list_url(pair))
    with django_assert_num_queries(10):
        client.get(list_url(pair))


def test_note_edit_replaces_the_text(client, pair, now):
    note = sessions_log.note(pair.relationship, pair.mentee, now=now - timedelta(days=1))
    client.force_login(pair.mentee)
    seen_at = client.get(edit_url(note)).context["form"].initial["seen_at"]

    page = client.post(edit_url(note), {"text": CANARY, "seen_at": seen_at}, follow=True).content.decode()

    assert CANARY in page
    assert "Changed 14 April 2027, 10:00" in page
    assert events("note-changed").count() == 1


def test_note_edit_does_not_overwrite_what_was_changed_elsewhere(client, pair, now):
    note = sessions_log.note(pair.relationship, pair.mentee, now=now - timedelta(days=1))
    client.force_login(pair.mentee)
    seen_at = client.get(edit_url(note)).context["form"].initial["seen_at"]
    notes.change(note=note, text="On my phone", seen_at=note.changed_at, by=pair.mentee, now=now)

    page = client.post(edit_url(note), {"text": CANARY, "seen_at": seen_at}).content.decode()

    assert "You changed this note somewhere else" in page
    assert CANARY in page
    assert Note.objects.get().text == "On my phone"


@pytest.mark.parametrize("seen_at", ["", "yesterday", "2027-04-14T09:00:00"])
def test_note_edit_with_a_forged_version_changes_nothing(client, pair, now, seen_at):
    note = sessions_log.note(pair.relationship, pair.mentee, now=now - timedelta(days=1), text="As it was")
    client.force_login(pair.mentee)

    client.post(edit_url(note), {"text": CANARY, "seen_at": seen_at})

    assert Note.objects.get().text == "As it was"


def test_note_delete_asks_once_and_removes_the_row(client, pair, now):
    note = sessions_log.note(pair.relationship, pair.mentee, now=now)
    client.force_login(pair.mentee)

    question = client.get(delete_url(note)).content.decode()
    assert "backups" in question
    assert Note.objects.exists()

    client.post(delete_url(note))
    assert not Note.objects.exists()
    assert events("note-deleted").get().object_id == str(note.pk)
    notes.delete(note=note, by=pair.mentee, now=now)
    assert events("note-deleted").count() == 1


def test_note_of_another_cannot_be_changed_or_deleted_by_the_action_either(pair, now):
    note = sessions_log.note(pair.relationship, pair.mentee, now=now)
    for somebody in (pair.mentor, pair.lead):
        with pytest.raises(Refused):
            notes.change(note=note, text="", seen_at=note.changed_at, by=somebody, now=now)
        with pytest.raises(Refused):
            notes.delete(note=note, by=somebody, now=now)
        assert not Note.objects.visible_to(somebody, now=now).exists()


def test_note_by_somebody_who_is_no_member_is_refused(pair, now):
    with pytest.raises(Refused):
        notes.write(relationship=pair.relationship, text="", by=pair.lead, now=now)


# --- everybody else --------------------------------------------------------------


def everybody_else(pair, now):
    organisation = pair.cohort.programme.organisation
    other = programmes.pair(pair.cohort, now=now)
    return [
        pair.mentee,
        pair.lead,
        people.administrator(now=now),
        people.host_officer(organisation, now=now),
        people.commissioner(organisation, now=now),
        people.person(now=now, organisation=organisation),
        *(member.person for member in other.members.all()),
    ]


def test_note_list_note_edit_and_note_delete_are_absent_for_everybody_else(client, pair, now):
    note = sessions_log.note(pair.relationship, pair.mentor, now=now, text=CANARY)
    for somebody in everybody_else(pair, now):
        client.force_login(somebody)
        for url in (edit_url(note), delete_url(note)):
            assert client.get(url).status_code == 404
            assert client.post(url, {"text": "x"}).status_code == 404
        answer = client.get(list_url(pair))
        assert answer.status_code == (200 if somebody == pair.mentee else 404)
        assert CANARY not in answer.content.decode()
    assert Note.objects.get().text == CANARY


def test_note_canary_is_on_no_other_page_and_in_no_audit_row(client, pair, now):
    sessions_log.note(pair.relationship, pair.mentor, now=now, text=CANARY)
    client.force_login(people.administrator(now=now))

    for url in (reverse("reports:audit-list"), reverse("reports:notice-list"), reverse("home")):
        assert CANARY not in client.get(url).content.decode()
    assert CANARY not in str(list(AuditEvent.objects.values()))


def stored_bytes() -> bytes:
    """Everything the database holds: its file with the log beside it, or every row of every table."""
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row[0].encode() for row in cursor.fetchall()]
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [bytes(cell) for row in cursor.fetchall() for cell in row if isinstance(cell, memoryview)]
    return b"".join(rows)


@pytest.mark.django_db(transaction=True)
def test_note_canary_is_not_in_the_database(pair, now):
    sessions_log.note(pair.relationship, pair.mentor, now=now, text=CANARY)

    stored = stored_bytes()

    assert CANARY.encode() not in stored
    assert pair.mentor.email.encode() in stored  # so the test would have found it


# --- what cannot be opened -------------------------------------------------------


def key(note):
    return Note._meta.pk.get_db_prep_value(note.pk, connection)


def test_note_that_cannot_be_decrypted_is_said_so_and_audited(client, pair, now):
    note, other = (sessions_log.note(pair.relationship, pair.mentee, now=now, text=CANARY) for _ in range(2))
    table = Note._meta.db_table
    with connection.cursor() as cursor:  # as somebody at the database would: one note's text in another's row
        cursor.execute(f"SELECT text FROM {table} WHERE id = %s", [key(other)])
        stolen = cursor.fetchone()[0]
        cursor.execute(
            f"UPDATE {table} SET text = %s WHERE id = %s",
            [stolen, key(note)],
        )
    client.force_login(pair.mentee)

    page = client.get(list_url(pair)).content.decode()

    assert "This note cannot be opened" in page
    assert page.count(CANARY) == 1
    assert events("note-unreadable").get().object_id == str(note.pk)
    assert client.get(edit_url(note)).status_code == 302
    client.post(delete_url(note))
    assert list(Note.objects.values_list("pk", flat=True)) == [other.pk]


# --- numbers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("943 476 5919", ["943 476 5919"]),
        ("9434765919.", ["9434765919"]),
        ("943-476-5919", ["943-476-5919"]),
        ("943 476 5918", []),  # wrong check digit
        ("94347659190", []),  # eleven digits
        ("943 4765919", []),  # not a way to write one
        ("room 12, 14 April", []),
    ],
)
def test_note_numbers_that_pass_the_check_are_found(text, found):
    assert nhs_numbers(text) == found


def numbered(nine: int) -> str:
    """The NHS number that begins with these nine figures; empty where there is none."""
    figures = f"{nine:09d}"
    check = 11 - sum(int(figure) * weight for figure, weight in zip(figures, range(10, 1, -1), strict=True)) % 11
    return "" if check == 10 else f"{figures}{check % 11}"


def test_note_numbers_of_patients_are_all_found():
    numbers = [number for nine in range(400_000_000, 999_999_999, 54_001) if (number := numbered(nine))]
    assert len(numbers) > 10_000
    for number in numbers:
        for written in (number, " ".join((number[:3], number[3:6], number[6:]))):
            assert nhs_numbers(f"Ring about {written}, please") == [written]


def test_note_numbers_are_rarely_found_by_chance():
    hits = sum(bool(nhs_numbers(f"{number:010d}")) for number in range(4_000_000_000, 4_000_010_000))
    assert hits <= 1000


# --- when the mentoring has ended ------------------------------------------------


def test_home_section_leads_to_ones_notes_when_the_mentoring_has_ended(pair, now):
    def section_of(person):
        return home_section(person, Access(person, now=now), now)

    sessions_log.note(pair.relationship, pair.mentee, now=now)
    assert section_of(pair.mentee) is None  # while it lives, its own page leads there
    relationships.end(relationship=pair.relationship, by=pair.mentor, now=now)
    assert [(item.text, item.url) for item in section_of(pair.mentee).items] == [
        ("Your notes from the time with Ben Okoro", list_url(pair))
    ]
    assert section_of(pair.mentor) is None  # who wrote none
    assert section_of(pair.lead) is None


def test_note_list_leads_to_all_that_is_left_of_ones_own_when_the_mentoring_has_ended(client, pair, now):
    pair.cohort.programme.settings = {"note_readers": ["own", "pair"]}
    pair.cohort.programme.save(update_fields=["settings"])
    sessions_log.shared_note(pair.relationship, pair.mentee, now=now)
    sessions_log.prep_sheet(pair.relationship, pair.mentee, now=now)
    sessions_log.goal(pair.relationship, pair.mentee, now=now)
    relationships.end(relationship=pair.relationship, by=pair.mentor, now=now)
    client.force_login(pair.mentee)
    assert f'href="{list_url(pair)}"' in client.get(reverse("home")).content.decode()
    page = client.get(list_url(pair)).content.decode()
    for name in ("shared-note-list", "prep-sheet-list", "goal-list"):
        url = reverse(f"sessions_log:{name}", args=[pair.relationship.pk])
        assert f'href="{url}"' in page
        assert client.get(url).status_code == 200
