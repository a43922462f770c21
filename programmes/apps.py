from django.apps import AppConfig
from django.core import checks


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"

    def ready(self):
        from notices import belonging, discreet
        from notices.kinds import NoticeKind
        from notices.kinds import register as register_notice
        from people import leaver_steps, merge_steps, scopes, tie_guards
        from people import offers as people_offers
        from people import sights as people_sights
        from people.models import Grant
        from programmes import (
            cohorts_of_notices,
            confidential,
            following,
            group_letters,
            groups,
            introduction_letters,
            introduction_tasks,
            introductions,
            lasting,
            letters,
            mails,
            match_letters,
            nomination_letters,
            offers,
            people_pages,
            phases,
            retention_rules,
            review_letters,
            sights,
            site_home,
            triad_letters,
            weekly_letters,
        )
        from programmes.actions import enrolments, merging, nominations
        from programmes.actions.asking import FACTS_WANTED
        from programmes.actions.joining import ASKED
        from programmes.actions.reviews import ASKED as REVIEW_ASKED
        from programmes.actions.weekly import WEEK
        from programmes.checks import check_mentoring_models
        from programmes.previews import PREVIEWS

        checks.register(check_mentoring_models)
        retention_rules.register_rules()
        offers.register_cohort_link("waiting", following.waiting_link, under=offers.Under.MATCHES)
        offers.register_cohort_link("groups", groups.groups_link, under=offers.Under.MATCHES)
        offers.register_cohort_link("peers", introductions.peers_link, under=offers.Under.MATCHES)
        offers.register_choice("peers", introductions.choose_peer)
        offers.register_tasks(groups.ASKED)
        offers.register_tasks(groups.SHORT)
        offers.register_tasks(mails.UNREACHED)
        offers.register_tasks(lasting.OVER)
        offers.register_tasks(introduction_tasks.REQUESTS)
        offers.register_tasks(introduction_tasks.INTRODUCTIONS)
        people_sights.register("pair", sights.partners)
        people_sights.register("programme", sights.enrolled_with_lead, record=True)
        scopes.register(Grant.ScopeKind.PROGRAMME, sights.load_programmes)
        people_sights.register("outsiders", sights.outsiders_of_led_organisations, keep=True, within="programme")
        leaver_steps.register("enrolments", enrolments.leave, preview=people_pages.what_ends)
        leaver_steps.register("nominations", nominations.leave, preview=lambda person, viewer, *, now: [])
        merge_steps.register(
            "programmes",
            handles=["programmes.Enrolment.person", "programmes.Member.person"],
            moves=[
                "programmes.Cohort.time_confirmed_by",
                "programmes.Enrolment.put_first_by",
                "programmes.Flag.closed_by",
                "programmes.Flag.raised_by",
                "programmes.GroupRequest.settled_by",
                "programmes.MentorRequest.confirmed_by",
                "programmes.Nomination.person",
                "programmes.OwnModelVersion.saved_by",
                "programmes.Relationship.confirmed_by",
                "programmes.Relationship.paused_by",
                "programmes.RuleBreak.closed_by",
                "programmes.RuleOverride.mentee",
                "programmes.RuleOverride.mentor",
                "programmes.RuleOverride.granted_by",
                "programmes.RuleOverride.withdrawn_by",
                "programmes.SettingChange.by",
            ],
            run=merging.merge,
            obstacles=people_pages.obstacles,
            preview=people_pages.what_passes,
        )
        people_offers.register_part("programmes", people_pages.part)
        people_offers.register_after_import("programmes", people_pages.start_after_import)
        people_offers.register_narrowing(people_pages.BY_SIDE)
        people_offers.register_narrowing(site_home.BY_COHORT)
        tie_guards.register("phases", phases.guard_supervisor)
        for key, find in cohorts_of_notices.FINDERS.items():
            belonging.register(key, find)
        discreet.register(confidential.mail_is_discreet)
        to_leads = ("flag-raised", "rule-overridden")  # who must know at once, whatever they have paused
        for name, label, render in (
            (ASKED, "A question whether to take part", letters.asked_to_take_part),
            (FACTS_WANTED, "Facts that a lead asks somebody for", letters.facts_wanted),
            ("match-published", "You have been matched", match_letters.match_published),
            ("match-offered", "A match is proposed", match_letters.match_offered),
            ("match-off", "A proposed match will not go ahead", match_letters.match_off),
            ("pairs-to-confirm", "Pairs wait for a matchmaker of the site", match_letters.pairs_to_confirm),
            ("relationship-ended", "A mentoring relationship has ended", letters.relationship_ended),
            ("relationship-thanked", "The time of a mentoring relationship is over", letters.relationship_thanked),
            ("relationship-paused", "A mentoring relationship is paused", match_letters.relationship_paused),
            ("relationship-resumed", "A paused mentoring relationship goes on", match_letters.relationship_resumed),
            ("introduction-opened", "Two people are introduced", introduction_letters.introduction_opened),
            ("introduction-ended", "An introduction has ended", introduction_letters.introduction_ended),
            (
                "introductions-waiting",
                "People wait for the lead to introduce them, or for a word on their request",
                introduction_letters.introductions_waiting,
            ),
            ("request-confirmed", "A request for a mentor is confirmed", introduction_letters.request_confirmed),
            (REVIEW_ASKED, "Whether there is still a need to meet", review_letters.review_asked),
            (nominations.NAMED, "Somebody is named as a partner", nomination_letters.partner_named),
            (nominations.SAID_NO, "Whoever was named has said no", nomination_letters.partner_declined),
            ("flag-raised", "Somebody asks the leads for help", match_letters.flag_raised),
            (
                "rule-overridden",
                "A match was allowed although a rule advises against it",
                letters.rule_overridden,
            ),
            ("group-changed", "Somebody has joined or left a group", group_letters.group_changed),
            ("group-place-free", "There is a place in a group again", group_letters.place_free),
            ("triad-trainee", "A trainee has two supervisors", triad_letters.triad_trainee),
            ("triad-supervisor", "A triad's trainee is named", triad_letters.triad_supervisor),
        ):
            register_notice(NoticeKind(name, label, render, preview=PREVIEWS.get(name), past_pauses=name in to_leads))
        # A nudge: who wants none still hears at once of whoever asks for help.
        register_notice(NoticeKind(WEEK, "What waits for a lead this week", weekly_letters.leads_week, nudge=True))
