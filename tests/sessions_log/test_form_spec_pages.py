"""A lead copies a form, changes it with a preview beside it, and lets a programme use it; what was asked stays."""

from datetime import timedelta

import pytest
from django.urls import reverse

from programmes import mentoring_models
from programmes.models import Programme, SettingChange
from sessions_log.actions import form_specs
from sessions_log.models import FormSpecVersion, SessionForm
from sessions_log.session_forms import files, kept
from tests.builders import people
from tests.builders import session_forms as builder


@pytest.fixture
def own(pair, client, now):
    client.force_login(pair.lead)
    return builder.own_spec(pair.cohort.programme.organisation, pair.lead, now=now)


def url(verb, *args):
    return reverse(f"sessions_log:form-spec-{verb}", args=args)


def test_form_spec_list_shows_ones_own_and_those_of_the_portal(client, own, now):
    page = client.get(url("list")).content.decode()
    assert "Our pulse" in page
    assert "Monthly return" in page
    client.force_login(people.lead(people.organisation(now=now), now=now))
    assert "Our pulse" not in client.get(url("list")).content.decode()


def test_form_spec_detail_shows_every_question_and_who_reads_it(client, own):
    page = client.get(url("detail", "session-return@2")).content.decode()
    for label in ("Did you meet?", "What came in between?", "What did you talk about?"):
        assert label in page
    assert "those who follow returns at the host and whom it is about" in page
    assert "Asked only where “met” is: yes." in page
    assert client.get(url("detail", "nothing@1")).status_code == 404


def test_form_spec_copy_is_the_organisations_and_named_anew(client, pair, own):
    organisation = pair.cohort.programme.organisation
    assert (own.name, own.organisation, own.based_on) == ("our-pulse@1", organisation, "pulse@1")
    answer = client.post(url("copy", own.name), {"title": "Our pulse", "organisation": organisation.pk})
    assert answer.url == url("edit", "our-pulse-2@1")


def test_form_spec_edit_shows_how_it_looks_as_one_types(client, own):
    text = own.text.replace("How is the mentoring going?", "How goes it?")
    answer = client.post(url("edit", own.name), {"text": text}, headers={"HX-Request": "true"}).content.decode()
    assert "How goes it?" in answer
    assert "<html" not in answer
    broken = text.replace('kind = "choice"', 'kind = "chioce"')
    answer = client.post(url("edit", own.name), {"text": broken}, headers={"HX-Request": "true"}).content.decode()
    assert "question all-well.kind is" in answer
    assert FormSpecVersion.objects.count() == 1


def test_form_spec_edit_saves_a_new_version_and_never_changes_an_old_one(client, own):
    text = own.text.replace("How is the mentoring going?", "How goes it?")
    answer = client.post(url("edit", own.name), {"text": text, "seen": "1"})
    assert answer.url == url("detail", "our-pulse@2")
    first, second = FormSpecVersion.objects.order_by("version")
    assert first.text == own.text
    assert "version = 2" in second.text
    same = client.post(url("edit", own.name), {"text": second.text, "seen": "2"}).content.decode()
    assert "Nothing was changed." in same
    late = client.post(url("edit", own.name), {"text": own.text, "seen": "1"}).content.decode()
    assert "saved version 2 while you were writing" in late
    assert client.post(url("edit", own.name), {"text": "key = ", "seen": "2"}).status_code == 200
    assert FormSpecVersion.objects.count() == 2


def test_form_spec_edit_is_for_ones_own_alone(client, own, now):
    assert client.get(url("edit", "pulse@1")).status_code == 404
    client.force_login(people.lead(people.organisation(now=now), now=now))
    assert client.get(url("edit", own.name)).status_code == 404


def test_form_spec_export_and_import_make_the_same_form(client, pair, own):
    text = client.get(url("export", own.name)).content.decode()
    assert text == own.text
    answer = client.post(url("import"), {"text": text, "organisation": pair.cohort.programme.organisation.pk})
    assert answer.url == url("detail", "our-pulse-2@1")


def test_form_spec_import_names_what_is_wrong_and_keeps_nothing(client, pair, own):
    bad = client.post(url("import"), {"text": "key = 1", "organisation": pair.cohort.programme.organisation.pk})
    assert "to mend. Nothing was saved" in bad.content.decode()
    assert FormSpecVersion.objects.count() == 1


def test_form_spec_use_is_a_setting_of_the_programme_with_its_history(client, pair, own, now):
    programme = pair.cohort.programme
    client.post(url("use", own.name), {"programme": programme.pk})
    assert mentoring_models.of(Programme.objects.get(pk=programme.pk)).forms == ("ds-checkpoint@1", "our-pulse@1")
    change = SettingChange.objects.get()
    assert (change.line, change.became) == ("forms", "ds-checkpoint@1, our-pulse@1")
    form_specs.save(newest=own, text=own.text.replace("going?", "going now?"), by=pair.lead, now=now)
    client.post(url("use", "our-pulse@2"), {"programme": programme.pk})
    assert mentoring_models.of(Programme.objects.get(pk=programme.pk)).forms == ("ds-checkpoint@1", "our-pulse@2")
    client.post(url("use", "our-pulse@2"), {"programme": programme.pk})
    assert mentoring_models.of(Programme.objects.get(pk=programme.pk)).forms == ("ds-checkpoint@1",)
    assert client.get(reverse("programmes:setting-history", args=[programme.pk])).status_code == 200


def test_what_people_were_asked_stays_as_it_was(pair, own, now, monkeypatch):
    """A file that is changed under the same version changes nothing for whoever was asked before."""
    programme = pair.cohort.programme
    programme.settings = {"forms": ["pulse@1"]}
    programme.save()
    builder.sweep(now=now)
    builder.sweep(now=now + timedelta(weeks=30))
    asked = FormSpecVersion.objects.get(organisation=None)
    assert asked.name == "pulse@1"
    assert SessionForm.objects.filter(spec_key="pulse").exists()
    changed = files.texts()["pulse@1"].replace("How is the mentoring going?", "Who is your best friend?")
    monkeypatch.setattr(files, "texts", lambda: {"pulse@1": changed})
    spec = kept.of(SessionForm.objects.filter(spec_key="pulse").first())
    assert spec.question("all-well").label == "How is the mentoring going?"
