"""A lead copies a form, changes it with a preview beside it, and lets a programme use it; what was asked stays."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from programmes import mentoring_models
from programmes.models import Programme, SettingChange
from sessions_log.actions import form_specs
from sessions_log.models import Draft, FormSpecVersion, SessionForm
from sessions_log.session_forms import files, kept
from tests.builders import people
from tests.builders import session_forms as builder


@pytest.fixture
def own(pair, client, now):
    client.force_login(pair.lead)
    return builder.own_spec(pair.cohort.programme.organisation, pair.lead, now=now)


def url(verb, *args):
    return reverse(f"sessions_log:form-spec-{verb}", args=args)


def url_of(verb, *args):
    return reverse(f"sessions_log:form-{verb}", args=args)


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
    assert "Asked only where “Did you meet?” is: Yes." in page
    assert client.get(url("detail", "nothing@1")).status_code == 404


def test_form_spec_copy_is_the_organisations_and_named_anew(client, pair, own):
    organisation = pair.cohort.programme.organisation
    assert (own.name, own.organisation, own.based_on) == ("our-pulse@1", organisation, "pulse@1")
    answer = client.post(url("copy", own.name), {"title": "Our pulse", "organisation": organisation.pk})
    assert answer.url == url("build", "our-pulse-2@1")


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
    for nonsense in ("", "no", "9" * 30):
        assert client.post(url("use", own.name), {"programme": nonsense}).status_code == 404


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


# --- Question by question


@pytest.fixture
def later(now):
    """Pages read the clock: a minute goes by between two requests, as it does for people."""
    moment = [now]

    def passes():
        moment[0] += timedelta(minutes=1)
        return time_machine.travel(moment[0], tick=False)

    return passes


WELL = "All is well"
NEW = {"label": "What would help you most?", "hint": "", "kind": "choice", "choices": "Time\nTraining", "place": ""}


def test_form_spec_build_shows_each_question_in_words_and_how_it_looks(client, own):
    page = client.get(url("build", own.name)).content.decode()
    for words in ("How is the mentoring going?", "One of several answers", "Has to be answered", "Asked only where"):
        assert words in page
    assert "Save as a new version" not in page  # nothing is changed so far


def test_form_question_add_is_kept_as_a_draft_until_it_is_saved_as_a_version(client, pair, own, later):
    with later():
        answer = client.post(url_of("question-add", own.name), NEW)
    assert answer.url == url("build", own.name) + "#question-what-would-help-you-most"
    assert FormSpecVersion.objects.get() == own  # what people are asked is as it was
    page = client.get(url("build", own.name)).content.decode()
    assert "You have changed it, and not saved it yet." in page
    assert "What would help you most?" in client.get(url("edit", own.name)).content.decode()
    with later():
        answer = client.post(url("build", own.name), {"save": "1"})
    assert answer.url == url("detail", "our-pulse@2")
    row = FormSpecVersion.objects.get(version=2)
    spec = files.read_text(row.text)
    assert spec.questions[0].label == "What would help you most?"
    assert spec.questions[0].choices == ("Time", "Training")
    assert row.saved_by == pair.lead
    assert FormSpecVersion.objects.get(version=1).text == own.text
    assert "not saved it yet" not in client.get(url("build", "our-pulse@2")).content.decode()


def test_form_question_add_asks_next_for_what_follows_from_the_kind(client, own):
    """Without script: the page is sent with another kind than it was drawn for."""
    first = {"label": "How sure are you?", "hint": "", "kind": "scale", "shown": "label hint kind required"}
    page = client.post(url_of("question-add", own.name), first).content.decode()
    assert "follow from what you chose" in page
    assert "What the lowest means" in page
    assert "There is a problem" not in page
    assert "How sure are you?" in page
    assert 'value="5"' in page


def test_form_question_edit_says_as_one_types_how_it_looks_or_what_it_lacks(client, own):
    address = url_of("question-edit", own.name, "all-well")
    typed = NEW | {"label": "How goes it?", "shown": "label hint kind choices required readers place"}
    answer = client.post(address, typed, headers={"HX-Request": "true"}).content.decode()
    assert "How goes it?" in answer
    assert "<html" not in answer
    answer = client.post(address, typed | {"choices": "One"}, headers={"HX-Request": "true"}).content.decode()
    assert "Write at least two answers" in answer
    answer = client.post(address, typed | {"kind": "scale"}, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-swap-oob="outerMorph"' in answer
    assert "What the lowest means" in answer
    assert not Draft.objects.exists()


def test_form_question_edit_refuses_what_others_wait_for_and_keeps_what_was_typed(client, own):
    spec = files.read_text(own.text)
    waiting = next(one for one in spec.questions if one.show_if)
    page = client.post(
        url_of("question-edit", own.name, waiting.show_if.question),
        {"label": "Changed words", "hint": "", "kind": "choice", "choices": "Yes\nNo"},
    ).content.decode()
    assert f"“{waiting.label}” is asked only where the answer here is" in page
    assert "Changed words" in page
    assert client.get(url_of("question-edit", own.name, "nothing")).status_code == 404


def test_form_question_edit_says_who_reads_and_when_it_is_asked(client, own, later):
    with later():
        client.post(
            url_of("question-add", own.name),
            NEW | {"readers": ["lead", "subject"], "after": "all-well", "answers": [WELL], "place": "all-well"},
        )
    page = client.get(url("build", own.name)).content.decode()
    assert f"Asked only where “How is the mentoring going?” is: {WELL}" in page
    assert "Read by the leads of the programme and whom it is about" in page
    new = client.get(url_of("question-edit", own.name, "what-would-help-you-most")).content.decode()
    assert new.count(" checked") == 3  # two readers, one answer


def test_form_spec_build_moves_takes_out_undoes_and_throws_away(client, own, later):
    def order():
        page = client.get(url("build", own.name)).content.decode()
        return re.findall(r'id="question-([a-z-]+)"', page)

    def press(**button):
        with later():
            return client.post(url("build", own.name), button, follow=True).content.decode()

    before = order()
    assert "stands below it" in press(up=before[1])  # it waits for the first
    with later():
        client.post(url_of("question-add", own.name), NEW)
    new = "what-would-help-you-most"
    assert order() == [new, *before]
    press(down=new)
    assert order() == [before[0], new, *before[1:]]
    press(remove=new)
    assert order() == before
    press(undo="1")
    assert order() == [before[0], new, *before[1:]]
    assert "Your changes are gone." in press(discard="1")
    assert order() == before
    assert FormSpecVersion.objects.get() == own


def test_form_spec_build_is_for_ones_own_and_each_leads_draft_is_theirs(client, pair, own, now, later):
    with later():
        client.post(url_of("question-add", own.name), NEW)
    client.force_login(people.lead(pair.cohort.programme.organisation, "Lev Marsh", now=now))
    assert "What would help" not in client.get(url("build", own.name)).content.decode()
    client.force_login(people.lead(people.organisation(now=now), now=now))
    assert client.get(url("build", own.name)).status_code == 404


def test_form_spec_build_says_who_saved_meanwhile_and_keeps_the_draft(client, pair, own, now, later):
    with later():
        client.post(url_of("question-add", own.name), NEW)
    form_specs.save(newest=own, text=own.text.replace("going?", "going now?"), by=pair.lead, now=now)
    with later():
        page = client.post(url("build", own.name), {"save": "1"}, follow=True).content.decode()
    assert "saved version 2 while you were writing" in page
    assert "What would help you most?" in page


def test_form_spec_build_brings_an_older_version_back(client, pair, own, now, later):
    form_specs.save(newest=own, text=own.text.replace("going?", "going now?"), by=pair.lead, now=now)
    assert "the newest is version 2" in client.get(url("build", own.name)).content.decode()
    with later():
        client.post(url("build", own.name), {"save": "1"})
    third = FormSpecVersion.objects.get(version=3)
    assert files.read_text(third.text).questions == files.read_text(own.text).questions


def test_form_spec_describe_changes_who_fills_it_in_when_and_who_reads(client, own, later):
    whole = {
        "title": "Our word",
        "introduction": "A minute.",
        "filled_by": "each",
        "about": "nobody",
        "when": "weeks",
        "due_days": "14",
        "minutes": "1",
        "readers": ["lead"],
        "shown": "title introduction filled_by about when due_days minutes readers",
    }
    page = client.post(url("describe", own.name), whole).content.decode()
    assert "At which weeks after the start?" in page  # asked next
    assert "There is a problem" not in page
    with later():
        client.post(url("describe", own.name), whole | {"weeks": "26, 13", "shown": f"{whole['shown']} weeks"})
        client.post(url("build", own.name), {"save": "1"})
    spec = files.read_text(FormSpecVersion.objects.get(version=2).text)
    assert (spec.title, spec.opens.when, spec.opens.weeks, spec.due_days) == ("Our word", "weeks", (13, 26), 14)
    assert spec.questions == files.read_text(own.text).questions


def test_form_spec_build_takes_few_queries_whatever_the_questions(client, own, later, django_assert_max_num_queries):
    url_ = url("build", own.name)
    client.get(url_)
    with later():
        for number in range(8):
            client.post(url_of("question-add", own.name), NEW | {"label": f"Question {number}?"})
    with django_assert_max_num_queries(15):
        client.get(url_)
