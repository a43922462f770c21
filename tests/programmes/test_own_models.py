"""An organisation's own models: copied, imported, changed, exported and deleted, and the programmes that run them."""

import shutil

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.refusal import Refused
from people.models import Organisation
from programmes import mentoring_models
from programmes.actions import own_models, programmes, settings
from programmes.mentoring_models import files, own
from programmes.mentoring_models.contract import model_from
from programmes.models import OwnModel, OwnModelVersion, Programme
from programmes.toml_schema import Mistaken
from tests.builders import people as people_builders
from tests.builders import programmes as builders
from tests.people.audited import events, last

pytestmark = pytest.mark.django_db
GOOD = files.text("trainee-band6")
SPAN = "mentor = {default = 1, least = 1, most = 3}"
READY = [model for model in mentoring_models.every() if model.is_ready]


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def ours(world, now) -> OwnModelVersion:
    return builders.own_model(world.trust, now=now, title="Our way")


def running(version, *, now) -> Programme:
    return builders.programme(organisation=version.own_model.organisation, model_key=version.own_model.key, now=now)


# --- Copying and importing ----------------------------------------------------------------------


def test_a_copy_says_the_same_but_for_its_name_and_keeps_its_comments(world, now):
    since = last()
    version = own_models.copy(organisation=world.trust, of="trainee-band6", title="Our way", by=world.lead, now=now)
    model, source = own.read_text(version.text), mentoring_models.get("trainee-band6")
    assert (model.key, model.title, model.based_on) == ("our-way", "Our way", "trainee-band6")
    assert (model.rules, model.texts, model.note_readers) == (source.rules, source.texts, source.note_readers)
    assert "# line 131" in version.text
    assert events(since=since) == [
        ("model-saved", world.lead.pk, "programmes.ownmodelversion", None, ("organisation", world.trust.pk))
    ]


@pytest.fixture
def coming(monkeypatch, tmp_path):
    """One of the models as if it were still being made."""
    folder = shutil.copytree(files.FOLDER, tmp_path / "models")
    path = folder / "reverse.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("\nkind", '\nstatus = "coming"\nkind', 1), encoding="utf-8"
    )
    monkeypatch.setattr(files, "FOLDER", folder)
    files._models.cache_clear()
    yield mentoring_models.get("reverse")
    files._models.cache_clear()


def test_what_is_coming_cannot_be_copied_or_started(coming, world, now):
    assert not coming.is_ready
    with pytest.raises(Refused, match="cannot be copied yet"):
        own_models.copy(organisation=world.trust, of=coming.key, title="Ours", by=None, now=now)
    with pytest.raises(Refused, match="cannot be started yet"):
        builders.programme(organisation=world.trust, model_key=coming.key, now=now)


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_file_comes_back_the_same_from_an_import(model, world, now):
    version = own_models.bring_in(organisation=world.trust, text=files.text(model.key), by=None, now=now)
    again = own.read_text(version.text)
    assert version.own_model.key == f"{model.key}-2"[:40]
    table = files.table(model.key) | {"key": again.key, "based_on": model.key}
    assert again == model_from(table)


def test_an_import_keeps_a_key_that_is_free_and_numbers_one_that_is_taken(world, now):
    other = GOOD.replace('key = "trainee-band6"', 'key = "somewhere-else"')
    first = own_models.bring_in(organisation=world.trust, text=other, by=None, now=now)
    second = own_models.bring_in(organisation=world.trust, text=other, by=None, now=now)
    assert (first.own_model.key, second.own_model.key) == ("somewhere-else", "somewhere-else-2")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("weeks = 52", 'weeks = "52"', "duration.weeks is '52', but must be a whole number"),
        ('note_readers = ["own"]', 'note_readers = ["own", "lead"]', "who reads notes cannot be changed"),
        ("[words]", "[words", "is not TOML"),
        ("weeks = 52", "weeks = 5200", "duration.weeks is not a number from 0 to 1000"),
        ("weeks = 52", "weeks = -1", "duration.weeks is not a number from 0 to 1000"),
        ("weight = 5", "weight = 99999", "preference style.weight is not a number"),
        ("{name} is {band}.", "{name:>999999999} is {band}.", "has {name:>999999999} in a sentence"),
        ("{name} is {band}.", "{name.__class__} is {band}.", "has {name.__class__} in a sentence"),
        ("{name} is {band}.", "{name is {band}.", "rule mentor-band"),
        ('cohort_name = "{year} intake"', 'cohort_name = "{year.real:>9} intake"', "where only year can stand"),
    ],
)
def test_a_text_with_a_mistake_is_never_kept(old, new, says, world, now):
    assert old in GOOD
    with pytest.raises(Mistaken, match=says):
        own_models.bring_in(organisation=world.trust, text=GOOD.replace(old, new), by=None, now=now)
    assert not OwnModel.objects.exists()


@pytest.mark.parametrize(
    "bomb",
    [
        "a = " + "[" * 50_000,
        "x" * 300_000,
        "a = " + "9" * 9_000,
        "a." * 20_000 + "b = 1",
        "x = {" + "a." * 600 + "b = 1}",
        "\x00",
        "",
    ],
)
def test_a_text_made_to_hurt_is_refused_in_words(bomb, world, now):
    with pytest.raises(Mistaken):
        own_models.bring_in(organisation=world.trust, text=bomb, by=None, now=now)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('strength = "must"  # lines 110 and 114', 'strength = "prefer"', "designated supervisor"),
        ('kinds = ["ds", "dpp"]', 'kinds = ["ds"]', "designated supervisor"),
        ('name = "volunteered"', 'name = "willing"', "The mentor has volunteered"),
        ('voluntary = ["mentor"]', "voluntary = []", "Who has to say yes themselves"),
    ],
)
def test_what_protects_people_less_needs_a_reason(old, new, what, world, now):
    assert old in GOOD
    text = GOOD.replace(old, new)
    with pytest.raises(Refused, match=f"(?s){what}.*Say why"):
        own_models.bring_in(organisation=world.trust, text=text, by=None, now=now)
    kept = own_models.bring_in(organisation=world.trust, text=text, reason="Agreed.", by=None, now=now)
    assert kept.reason == "Agreed."


# --- Changing -----------------------------------------------------------------------------------


def test_a_change_is_a_new_version_and_the_old_one_stays(ours, now):
    changed = own_models.save(
        own_model=ours.own_model, text=ours.text.replace(SPAN, SPAN.replace("3", "5")), by=None, now=now
    )
    assert changed.number == 2
    assert [version.number for version in ours.own_model.versions.all()] == [2, 1]
    with pytest.raises(Refused, match=r"Nothing was changed\."):
        own_models.save(own_model=ours.own_model, text=changed.text.replace("\n", "\r\n"), by=None, now=now)


def test_the_key_of_a_model_is_for_good(ours, now):
    with pytest.raises(Mistaken, match="for good"):
        own_models.save(own_model=ours.own_model, text=ours.text.replace("our-way", "your-way"), by=None, now=now)


def test_a_title_follows_the_newest_version(ours, now):
    text = ours.text.replace('title = "Our way"', 'title = "Our better way"')
    own_models.save(own_model=ours.own_model, text=text, by=None, now=now)
    assert str(OwnModel.objects.get()) == "Our better way"


def test_a_programme_runs_the_version_with_which_it_started_until_it_is_moved(ours, world, now):
    programme = running(ours, now=now)
    newer = own_models.save(
        own_model=ours.own_model, text=ours.text.replace(SPAN, SPAN.replace("3", "5")), by=None, now=now
    )
    programme.refresh_from_db()
    assert mentoring_models.of(programme).capacity.mentor.most == 3
    with pytest.raises(Refused, match="Say why"):
        settings.take_version(programme=programme, version=newer, by=None, now=now)
    since = last()
    settings.take_version(programme=programme, version=newer, reason="More want one.", by=world.lead, now=now)
    programme.refresh_from_db()
    assert mentoring_models.of(programme).capacity.mentor.most == 5
    assert [event[0] for event in events(since=since)] == ["model-version-taken"]


def test_settings_of_a_programme_stay_over_a_newer_version_and_must_fit_it(ours, now):
    programme = running(ours, now=now)
    programme.settings = {"capacity": {"mentor": {"default": 3}}}
    programme.save()
    newer = own_models.save(
        own_model=ours.own_model, text=ours.text.replace(SPAN, SPAN.replace("3", "2")), by=None, now=now
    )
    with pytest.raises(Refused, match="do not fit"):
        settings.take_version(programme=programme, version=newer, reason="Fewer.", by=None, now=now)


def test_the_same_number_of_another_model_is_never_served_from_memory(world, now):
    """Two organisations copy one model; each changes its own. What is kept in memory is kept by text."""
    other = people_builders.organisation(now=now)
    one, two = (builders.own_model(organisation, now=now) for organisation in (world.trust, other))
    first, second = running(one, now=now), running(two, now=now)
    assert mentoring_models.of(first).key == one.own_model.key
    assert mentoring_models.of(second).key == two.own_model.key


def test_a_model_that_a_programme_runs_cannot_be_deleted(ours, now):
    programme = running(ours, now=now)
    programmes.close(programme=programme, by=None, now=now)
    with pytest.raises(Refused, match=rf"is the model of {programme}, so it cannot be deleted"):
        own_models.delete(own_model=ours.own_model, by=None, now=now)


def test_a_model_that_nobody_runs_is_deleted_with_its_versions(ours, now):
    since = last()
    own_models.delete(own_model=ours.own_model, by=None, now=now)
    assert not OwnModelVersion.objects.exists()
    assert [event[0] for event in events(since=since)] == ["model-deleted"]


def test_another_organisation_cannot_start_from_it(ours, now):
    with pytest.raises(KeyError):
        builders.programme(organisation=people_builders.organisation(now=now), model_key=ours.own_model.key, now=now)


# --- The pages ----------------------------------------------------------------------------------


def test_model_list_shows_ones_own_first_and_marks_what_is_coming(world, ours, coming, signed_in):
    page = text(signed_in(world.lead).get(url("model-list")))
    assert page.index("Our way") < page.index("Trainee pharmacist and band 6 mentor")
    assert page.count("Coming") == 1
    assert "Our way" not in text(signed_in(world.elsewhere).get(url("model-list")))


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_model_detail_tells_every_model_in_words(model, world, signed_in):
    page = text(signed_in(world.lead).get(url("model-detail", model.key)))
    assert "How strict" in page
    assert "{name}" not in page
    assert url("programme-start", model.key) in page


def test_of_what_is_coming_there_is_a_page_and_no_copy(world, coming, signed_in):
    client = signed_in(world.lead)
    page = text(client.get(url("model-detail", coming.key)))
    assert "cannot run this way of mentoring yet" in page
    assert url("programme-start", coming.key) not in page
    assert client.get(url("model-copy", coming.key)).status_code == 404


def test_model_detail_of_an_own_model_shows_what_is_different_and_who_runs_it(world, ours, now, signed_in):
    programme = running(ours, now=now)
    own_models.save(own_model=ours.own_model, text=ours.text.replace(SPAN, SPAN.replace("3", "5")), by=None, now=now)
    page = text(signed_in(world.lead).get(url("model-detail", "our-way")))
    assert "At most: 3" in page
    assert "At most: 5" in page
    assert str(programme) in page
    assert "Bring back" in page


def test_model_copy_makes_ones_own(world, signed_in):
    client = signed_in(world.lead)
    assert "our own" in text(client.get(url("model-copy", "trainee-band6")))
    answer = client.post(url("model-copy", "trainee-band6"), {"organisation": world.trust.pk, "title": "Ours"})
    assert answer.url == url("model-detail", "ours")
    other = Organisation.objects.exclude(pk=world.trust.pk).first()
    client.post(url("model-copy", "trainee-band6"), {"organisation": other.pk, "title": "Theirs"})
    assert not OwnModel.objects.filter(title="Theirs").exists()


def test_model_export_and_model_import_give_the_same_model(world, ours, signed_in):
    client = signed_in(world.lead)
    exported = client.get(url("model-export", "our-way"))
    assert exported["Content-Disposition"] == 'attachment; filename="our-way.toml"'
    assert exported["Content-Type"].startswith("application/toml")
    file = SimpleUploadedFile("our-way.toml", b"\xef\xbb\xbf" + exported.content)
    answer = client.post(url("model-import"), {"organisation": world.trust.pk, "file": file})
    assert answer.url == url("model-detail", "our-way-2")
    again = own.read_text(OwnModelVersion.objects.get(own_model__key="our-way-2").text)
    assert again.rules == own.read_text(ours.text).rules


def test_model_export_gives_an_older_version(world, ours, now, signed_in):
    own_models.save(own_model=ours.own_model, text=ours.text.replace(SPAN, SPAN.replace("3", "5")), by=None, now=now)
    client = signed_in(world.lead)
    assert SPAN in client.get(f"{url('model-export', 'our-way')}?version=1").content.decode()
    assert SPAN not in client.get(url("model-export", "our-way")).content.decode()
    assert client.get(f"{url('model-export', 'our-way')}?version=9").status_code == 404


def test_model_import_names_every_mistake_with_its_line_and_keeps_the_text(world, signed_in):
    bad = GOOD.replace("weeks = 52", 'weeks = "52"').replace("outsiders = true", "outsider = true")
    number = 1 + bad.splitlines().index('weeks = "52"')
    answer = signed_in(world.lead).post(url("model-import"), {"organisation": world.trust.pk, "text": bad})
    page = text(answer)
    assert "2 things to mend" in page
    assert f"Line {number}" in page
    assert "did you mean &#x27;outsiders&#x27;?" in page
    assert "weeks = &quot;52&quot;" in page
    assert not OwnModel.objects.exists()


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"PK\x03\x04\xff"])
def test_model_import_refuses_what_is_no_text(data, world, signed_in):
    file = SimpleUploadedFile("model.toml", data)
    page = signed_in(world.lead).post(url("model-import"), {"organisation": world.trust.pk, "file": file})
    assert "This file is no text." in text(page)
    empty = signed_in(world.lead).post(url("model-import"), {"organisation": world.trust.pk})
    assert "Choose a file or paste its text." in text(empty)


def test_model_import_shows_nothing_of_the_text_as_markup(world, signed_in):
    bad = GOOD.replace('kind = "trainee"', 'kind = "<script>alert(1)</script>"')
    answer = signed_in(world.lead).post(url("model-import"), {"organisation": world.trust.pk, "text": bad})
    assert b"<script>alert" not in answer.content


def test_model_edit_saves_a_text_and_says_what_is_wrong_with_one(world, ours, signed_in):
    client, address = signed_in(world.lead), url("model-edit", "our-way")
    wrong = text(client.post(address, {"text": ours.text.replace("weeks = 52", "weeks = -"), "reason": ""}))
    assert "1 thing to mend" in wrong
    answer = client.post(address, {"text": ours.text.replace(SPAN, SPAN.replace("3", "5")), "reason": ""})
    assert answer.url == url("model-detail", "our-way")
    assert client.get(url("model-edit", "trainee-band6")).status_code == 404
    assert SPAN in client.get(f"{address}?version=1").context["form"]["text"].value()


def test_model_edit_asks_why_less_is_protected(world, ours, signed_in):
    client, address = signed_in(world.lead), url("model-edit", "our-way")
    loose = ours.text.replace('kinds = ["ds", "dpp"]', 'kinds = ["ds"]')
    assert "Say why" in text(client.post(address, {"text": loose, "reason": ""}))
    assert client.post(address, {"text": loose, "reason": "No DPP here."}).status_code == 302


def test_model_edit_does_not_undo_what_another_lead_saved_meanwhile(world, ours, now, signed_in):
    client, address = signed_in(world.lead), url("model-edit", "our-way")
    seen = client.get(address).context["form"]["seen"].value()
    own_models.save(own_model=ours.own_model, text=ours.text.replace("weeks = 52", "weeks = 40"), by=None, now=now)
    mine = ours.text.replace(SPAN, SPAN.replace("3", "5"))
    page = text(client.post(address, {"text": mine, "reason": "", "seen": seen}))
    assert "Somebody saved version 2 while you were writing." in page
    assert "most = 5" in page
    assert ours.own_model.versions.count() == 2


def test_model_settings_and_model_setting_change_one_line(world, ours, signed_in):
    client = signed_in(world.lead)
    assert "What it is" in text(client.get(url("model-settings", "our-way")))
    address = url("model-setting", "our-way", "title")
    assert client.post(address, {"title": "Our better way", "reason": ""}).status_code == 302
    assert str(OwnModel.objects.get()) == "Our better way"
    assert client.get(url("model-settings", "trainee-band6")).status_code == 404
    assert client.get(url("model-setting", "our-way", "note_readers")).status_code == 404


@pytest.mark.parametrize("model", READY, ids=lambda model: model.key)
def test_model_setting_draws_and_takes_back_every_line(model, world, now, signed_in):
    """Each form, sent as it was drawn, changes nothing: no version is made."""
    version = builders.own_model(world.trust, of=model.key, now=now)
    client = signed_in(world.lead)
    for group in client.get(url("model-settings", version.own_model.key)).context["groups"]:
        for row in group["rows"]:
            form = client.get(row["url"]).context["form"]
            data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
            answer = client.post(row["url"], data | {"reason": "Nothing, really."})
            assert "Nothing was changed." in text(answer), (row["line"].key, answer.context["form"].errors)
    assert version.own_model.versions.count() == 1


def test_model_delete_asks_first_and_refuses_what_is_in_use(world, ours, now, signed_in):
    client, address = signed_in(world.lead), url("model-delete", "our-way")
    assert "Delete this model?" in text(client.get(address))
    programme = running(ours, now=now)
    assert "cannot be deleted" in text(client.get(address))
    client.post(address)
    assert OwnModel.objects.exists()
    Programme.objects.filter(pk=programme.pk).update(own_version=None, model_key="trainee-band6")
    assert client.post(address).url == url("model-list")
    assert not OwnModel.objects.exists()


def test_programme_version_shows_what_a_newer_text_changes_and_moves_to_it(world, ours, now, signed_in):
    programme = running(ours, now=now)
    client, address = signed_in(world.lead), url("programme-version", programme.pk)
    assert client.get(address).status_code == 404
    own_models.save(own_model=ours.own_model, text=ours.text.replace(SPAN, SPAN.replace("3", "5")), by=None, now=now)
    assert "There is a newer text" in text(client.get(url("programme-settings", programme.pk)))
    assert "At most: 5" in text(client.get(address))
    assert "Say why." in text(client.post(address, {"reason": ""}))
    assert client.post(address, {"reason": "More want one."}).status_code == 302
    programme.refresh_from_db()
    assert programme.own_version.number == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_model_list_asks_as_many_queries_for_three_as_for_one(rows, world, now, signed_in, django_assert_num_queries):
    for _ in range(rows):
        builders.own_model(world.trust, now=now)
    client = signed_in(world.lead)
    with django_assert_num_queries(5):
        client.get(url("model-list"))
