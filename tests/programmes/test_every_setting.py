"""Every setting that the fourteen models force: on the page of a programme, explained in a line, changed by a post.

What makes a model the one it is (direction, shape, how a match arises) is chosen with the model or changed in an own
one; who reads notes is promised and no setting at all.
"""

import pytest
from django.urls import reverse

from programmes import mentoring_models
from programmes.model_settings.lines import lines_of
from tests.builders import programmes as builders

pytestmark = pytest.mark.django_db

# (the setting, a model that has it, its line, what is posted)
SETTINGS = [
    ("when a match is live", "trainee-band6", "matching.live", {"live": "both-accept"}),
    ("voluntary", "trainee-band6", "voluntary", {"voluntary": ["mentee", "mentor"]}),
    ("strength of a rule", "trainee-band6", "rule.mentor-band", {"strength": "must"}),
    (
        "live match breaks a rule",
        "trainee-band6",
        "matching.live_match_breaks_a_rule",
        {"live_match_breaks_a_rule": "pause"},
    ),
    ("eligibility: band or level", "trainee-band6", "rule.mentor-band", {"bands": ["6", "7"]}),
    ("eligibility: registration, floor and ceiling", "trainee-alumni", "rule.three-years", {"milestones-0-years": 4}),
    ("eligibility date", "trainee-band6", "eligibility_date", {"eligibility_date": "joining"}),
    ("management chain", "trainee-band6", "rule.line-management", {"depth": "2"}),
    ("role conflicts", "trainee-band6", "rule.supervisor", {"kinds": ["ds", "dpp", "es"]}),
    ("organisation rule", "trainee-host", "rule.different-organisation", {"strength": "should"}),
    ("different team", "ds-experienced-ds", "rule.different-team", {"strength": "must"}),
    ("one mentor from outside", "pcn-group-external", "group", {"one_mentor_from_outside": "no"}),
    ("DS sees the match", "trainee-band6", "matching.supervisor_sees", {"supervisor_sees": "nothing"}),
    ("objective", "trainee-band6", "matching.objective", {"objective": "cover-everyone"}),
    ("composition target", "ds-experienced-ds", "composition", {"target_percent": 60}),
    ("capacity per mentor", "trainee-band6", "capacity.mentor", {"most": 5}),
    ("capacity of a group", "group-one-mentor", "group", {"size-most": 9}),
    ("cadence", "trainee-band6", "cadence", {"kind": "monthly"}),
    ("outline", "trainee-band6", "outline", {"outline": "book"}),
    ("end", "trainee-band6", "duration", {"weeks": 40}),
    ("renewal", "trainee-band6", "duration", {"renewable": "yes"}),
    ("periodic review", "trainee-band6", "duration", {"review_months": 6}),
    ("reminders", "trainee-band6", "reminders", {"kind": "nudge"}),
    ("chase: days late", "trainee-host", "reminders", {"chase-days_late": 10}),
    ("chase: interval", "trainee-host", "reminders", {"chase-every_days": 14}),
    ("chase: limit", "trainee-host", "reminders", {"chase-limit": 2}),
    ("chase: ring list", "trainee-host", "reminders", {"chase-ring_list": "no"}),
    ("check-in register", "trainee-band6", "register", {"weeks": "10, 20"}),
    ("late meeting counts in", "trainee-host", "reminders", {"late_meeting_counts_in": "month-due"}),
    ("agreement gate", "trainee-band6", "agreement.gate", {"gate": "before-first-session"}),
    ("site sign-off", "trainee-band6", "matching.site_sign_off", {"site_sign_off": "yes"}),
    ("hours", "trainee-band6", "hours", {"hours": "per-member"}),
    ("confidential membership", "reverse", "confidential_membership", {"confidential_membership": "no"}),
    ("whose view of style counts (R13)", "trainee-band6", "preference.style", {"whose": "own"}),
    ("referral (R15)", "trainee-band6", "referral", {"referral": "yes"}),
    ("texts (R19)", "trainee-band6", "texts.worries", {"worries": "Speak to Dana Moor, our guardian."}),
    ("training gate", "trainee-band6", "training", {"gate": "before-first-session"}),
    ("chemistry", "consultant-domains", "matching.chemistry_days", {"chemistry_days": 21}),
    ("weekend working", "trainee-band6", "cadence", {"weekends": "yes"}),
    ("wellbeing: held after a session", "reverse", "cadence", {"held_after_minutes": 45}),
    ("wellbeing: words", "reverse", "texts.wellbeing", {"wellbeing": "Take the afternoon off."}),
    ("mentor supervision", "reverse", "supervision", {"every_months": 3}),
    ("outsiders by invitation", "trainee-host", "outsiders", {"outsiders": "no"}),
    ("board report", "pcn-group-external", "report", {"every_months": 12}),
    ("weight of a preference", "trainee-band6", "preference.same-site", {"weight": 9}),
    ("resources by role and week", "trainee-band6", "resources", {"resources": "Mentor, weeks 1-4: Our own course"}),
    ("interim contact (R8)", "trainee-band6", "texts.interim_contact", {"interim_contact": "Ask Dana Moor."}),
]


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(("model", "line", "posted"), [one[1:] for one in SETTINGS], ids=[one[0] for one in SETTINGS])
def test_a_lead_finds_it_explained_and_changes_it(model, line, posted, world, now, signed_in):
    programme = builders.cohort(organisation=world.trust, model_key=model, now=now).programme
    client = signed_in(world.lead)
    page = reverse("programmes:programme-settings", args=[programme.pk])
    address = reverse("programmes:setting-change", args=[programme.pk, line])
    assert f'href="{address}"' in text(client.get(page))
    opened = client.get(address)
    assert opened.context["line"].help in opened.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    form = opened.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = client.post(address, data | {"reason": "To see that it can be done."} | posted)
    if answer.status_code == 200 and answer.context.get("effect"):  # people are affected: it is shown first
        seen = answer.context["effect"].digest()
        answer = client.post(address, data | {"reason": "To see that it can be done.", "seen": seen} | posted)
    assert answer.status_code == 302, answer.context["form"].errors
    assert programme.setting_changes.get().line == line
    programme.refresh_from_db()
    after = client.get(address).context["form"]
    for name, value in posted.items():
        assert str(after[name].value()) == str(value), name


@pytest.mark.parametrize("model", mentoring_models.every(), ids=lambda model: model.key)
def test_every_line_is_explained(model):
    assert not [one.key for one in lines_of(model, own=True) if not one.help]
