"""Filling in a form on a phone, by a mailed link, and ticking a register by keyboard."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_log.actions import session_forms
from sessions_log.models import FormDraft, FormSpecVersion, SessionForm
from sessions_log.session_forms import read_text
from tests.browser.conftest import PHONE, check_page
from tests.builders import people, programmes
from tests.builders import session_forms as builder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def host(live_server, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    now = timezone.now()
    organisation = people.organisation(name="Southbank Host", now=now)
    cohort = builder.cohort(
        organisation=organisation,
        name="Mentoring across employers",
        forms=["session-return@2", "feedback-360@1", "learning-needs@1"],
        register={"meetings": ["Band 6 and 7 forum"]},
        now=now,
    )
    gus, hana = programmes.mentee(cohort, "Gus Adeyemi", now=now), programmes.mentor(cohort, "Hana Lind", now=now)
    pair = programmes.pair(cohort, gus, hana, now=now)
    form = builder.owed(pair, now=now)
    builder.sweep(now=now)
    builder.sweep(now=now + timedelta(days=1))  # at night nobody is written to
    return SimpleNamespace(
        cohort=cohort,
        pair=pair,
        gus=gus.person,
        hana=hana.person,
        form=form,
        now=now,
        lead=people.lead(organisation, "Lena Marsh", now=now),
        officer=people.host_officer(organisation, "Otto Vane", now=now),
    )


def test_a_form_is_filled_in_on_a_phone_and_kept_as_one_types(live_server, page, sign_in, host):
    page.set_viewport_size(PHONE)
    sign_in(host.hana)
    page.goto(live_server.url + reverse("sessions_log:form-fill", args=[host.form.pk]))
    assert page.get_by_label("What did you talk about?").count() == 0
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("What did you talk about?").wait_for()
    assert page.get_by_label("Yes", exact=True).is_checked()
    page.get_by_label("What did you talk about?").fill("Calculations, a visit to the ward")
    page.get_by_label("Which study sessions").fill("Half a tho")
    page.get_by_text("Draft kept at").wait_for()
    page.wait_for_timeout(1800)
    assert "Half" in FormDraft.objects.get().text
    assert page.get_by_label("Which study sessions").input_value() == "Half a tho"  # nothing was taken from under them
    check_page(page)
    page.reload()
    assert page.get_by_label("Which study sessions").input_value() == "Half a tho"
    page.get_by_role("button", name="Return it").click()
    page.get_by_text("There is a problem").wait_for()
    page.get_by_label("How is the portfolio").fill("Well on its way")
    page.get_by_role("button", name="Return it").click()
    page.get_by_text("is returned. Thank you.").wait_for()
    check_page(page)
    assert SessionForm.objects.get(pk=host.form.pk).state == "returned"


def test_a_mailed_link_leads_straight_to_the_boxes_without_an_account(live_server, page, screen, host):
    token, code = builder.link_of(host.form)
    page.goto(live_server.url + reverse("sessions_log:form-answer", args=[token]))
    check_page(page)
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open the questions").click()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("What did you talk about?").fill("Calculations")
    page.get_by_label("Which study sessions").fill("none")
    page.get_by_label("How is the portfolio").fill("Well on its way")
    check_page(page)
    page.get_by_role("button", name="Return it").click()
    page.get_by_text("You can close this page.").wait_for()
    check_page(page)


def test_thirty_pairs_are_ticked_by_keyboard_with_one_exception(live_server, page, screen, sign_in, host):
    for _ in range(29):
        programmes.pair(host.cohort, now=host.now)
    meeting = builder.meeting(host.cohort, host.lead, now=host.now)
    sign_in(host.lead)
    page.goto(live_server.url + reverse("sessions_log:register-tick", args=[meeting.pk]))
    check_page(page)
    page.get_by_label("Gus Adeyemi with Hana Lind").focus()
    page.keyboard.type("Hana not yet invited")
    page.keyboard.press("Enter")
    page.get_by_text("29 of 30 are well.").wait_for()
    check_page(page)
    assert meeting.exceptions.get().text == "Hana not yet invited"
    for address in (
        reverse("programmes:task-list"),
        reverse("sessions_log:register-exception", args=[meeting.exceptions.get().pk]),
        reverse("sessions_log:form-of-cohort", args=[host.cohort.pk]),
        reverse("sessions_log:form-excuse", args=[host.form.pk]),
    ):
        page.goto(live_server.url + address)
        check_page(page)


def test_what_came_back_is_read_by_the_one_it_is_about(live_server, page, screen, sign_in, host):
    returned = session_forms.give_back(form=host.form, values=builder.ANSWERS, by=host.hana, now=host.now)
    sign_in(host.gus)
    for address in (
        reverse("home"),
        reverse("sessions_log:form-of-relationship", args=[host.pair.pk]),
        reverse("sessions_log:form-detail", args=[returned.pk]),
        reverse("sessions_log:form-ask", args=[host.pair.pk, "feedback-360"]),
        reverse(
            "sessions_log:form-fill", args=[SessionForm.objects.get(spec_key="learning-needs", owed_by=host.gus).pk]
        ),
    ):
        page.goto(live_server.url + address)
        check_page(page)


def test_a_form_is_changed_as_text_with_its_looks_beside_it(live_server, page, screen, sign_in, host):
    own = builder.own_spec(host.cohort.programme.organisation, host.lead, now=host.now)
    sign_in(host.lead)
    for address in ("form-spec-list", "form-spec-import"):
        page.goto(live_server.url + reverse(f"sessions_log:{address}"))
        check_page(page)
    for address in ("form-spec-detail", "form-spec-copy"):
        page.goto(live_server.url + reverse(f"sessions_log:{address}", args=["session-return@2"]))
        check_page(page)
    page.goto(live_server.url + reverse("sessions_log:form-spec-edit", args=[own.name]))
    box = page.get_by_label("The form as text")
    box.fill(box.input_value().replace("How is the mentoring going?", "How goes it these days?"))
    page.locator("#preview").get_by_text("How goes it these days?", exact=True).wait_for()
    check_page(page)
    box.fill(box.input_value().replace('kind = "choice"', 'kind = "chioce"'))
    page.locator("#preview").get_by_text("question all-well.kind is").wait_for()
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_text("Nothing was saved").wait_for()
    check_page(page)


def test_a_lead_copies_a_form_and_changes_it_question_by_question(live_server, page, screen, sign_in, host):
    sign_in(host.lead)
    page.goto(live_server.url + reverse("sessions_log:form-spec-copy", args=["pulse@1"]))
    page.get_by_label("What is your form called?").fill("A quick word")
    page.get_by_role("button", name="Make the copy").click()
    check_page(page)
    page.get_by_role("button", name="Add a question").click()
    check_page(page)
    page.reload()  # axe leaves empty style attributes behind, which htmx would carry over and the browser refuse
    page.get_by_label("What is asked?").fill("How sure are you of yourself?")
    page.get_by_label("What kind of answer?").select_option("A step on a scale")
    page.get_by_label("What the lowest means").fill("Not at all")  # it follows from the kind
    page.locator("#preview").get_by_label("1: Not at all").wait_for()
    assert page.get_by_label("What is asked?").input_value() == "How sure are you of yourself?"
    page.get_by_label("When is it asked?").select_option(index=1)
    page.get_by_label("I would like a word with the lead", exact=True).wait_for()
    assert page.get_by_label("What the lowest means").input_value() == "Not at all"
    page.get_by_label("I would like a word with the lead", exact=True).check()
    page.get_by_label("the leads of the programme", exact=True).check()
    page.locator("#preview").get_by_text("Asked only where").wait_for()
    page.wait_for_timeout(900)  # the last of it is drawn, and nothing is swapped while axe looks
    check_page(page)
    page.get_by_role("button", name="Add it").click()
    page.get_by_text("not saved it yet").wait_for()
    check_page(page)

    # By keyboard alone: the new question goes up, and one goes on from where it now stands.
    up = page.get_by_role("button", name="Up How sure are you of yourself?")
    up.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#question-how-sure-are-you-of-yourself")
    page.locator("#question-how-sure-are-you-of-yourself:focus").wait_for()
    labels = page.locator(".portal-questions h3").all_inner_texts()
    assert labels.index("How sure are you of yourself?") == 1

    page.get_by_role("button", name="Take out What about").click()
    page.get_by_text("is taken out.").wait_for()
    page.get_by_role("button", name="Undo the last change").click()
    page.get_by_role("button", name="Take out What about").wait_for()
    page.get_by_role("link", name="Change days to fill it in").click()
    page.get_by_label("At set months").check()
    page.get_by_label("Every how many months?").fill("3")
    check_page(page)
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_text("Saved as version 2.").wait_for()
    check_page(page)
    text = FormSpecVersion.objects.get(key="a-quick-word", version=2).text
    spec = read_text(text)
    assert [one.name for one in spec.questions] == ["all-well", "how-sure-are-you-of-yourself", "about"]
    assert spec.opens.months == 3
    assert spec.questions[1].readers == ("lead",)


def test_a_form_is_changed_question_by_question_without_script(live_server, browser, page, sign_in, host):
    own = builder.own_spec(host.cohort.programme.organisation, host.lead, now=host.now)
    sign_in(host.lead)
    plain = browser.new_context(java_script_enabled=False, viewport=PHONE)
    plain.add_cookies(page.context.cookies())
    page = plain.new_page()
    page.goto(live_server.url + reverse("sessions_log:form-question-add", args=[own.name]))
    page.get_by_label("What is asked?").fill("Which day suits you?")
    page.get_by_label("What kind of answer?").select_option("One of several answers")
    page.get_by_role("button", name="Add it").click()
    page.get_by_label("Which answers can be chosen?").fill("Monday\nTuesday")
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("button", name="Up Which day suits you?").click()
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_text("Saved as version 2.").wait_for()
    assert read_text(FormSpecVersion.objects.get(key=own.key, version=2).text).questions[1].choices == (
        "Monday",
        "Tuesday",
    )


def test_the_printed_grid_has_no_word_larger_than_a_name(live_server, page, sign_in, host):
    sign_in(host.officer)
    page.goto(live_server.url + reverse("reports:return-grid", args=[host.cohort.pk]))
    page.emulate_media(media="print")
    sizes = page.eval_on_selector_all(
        ".portal-months tbody th, .portal-months tbody th *, .portal-months tbody .nhsuk-tag",
        "found => found.map(one => parseFloat(getComputedStyle(one).fontSize))",
    )
    assert len(sizes) >= 3
    assert max(sizes) == sizes[0], "the employer and the states are as large as the name at most"
    assert not page.get_by_text("Download as CSV").is_visible()
