from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = "People"

    def ready(self):
        from notices.kinds import NoticeKind, register
        from people import (  # noqa: F401  signals connect themselves
            letters,
            merge_steps,
            merging,
            retention_rules,
            scopes,
            sights,
            signals,
            staff_sights,
        )
        from people.actions import merges
        from people.actions.invitations import INVITATION
        from people.models import Grant

        retention_rules.register_rules()
        sights.register("staff-list", staff_sights.staff_of_led_organisations, keep=True, often=True)
        sights.register("guests", staff_sights.guests_of_led_organisations, keep=True)
        sights.register("leavers", staff_sights.leavers_of_led_organisations, keep=True)
        sights.register("site", staff_sights.staff_of_led_sites, record=True, often=True)
        sights.register("role-holders", staff_sights.role_holders_of_led_organisations)
        sights.register("accounts", staff_sights.everyone_for_administrators)
        scopes.register(Grant.ScopeKind.ORGANISATION, scopes.load_organisations)
        scopes.register(Grant.ScopeKind.SITE, scopes.load_sites)
        register(NoticeKind(name=INVITATION, label="Invitation to sign in", render=letters.invitation))
        register(
            NoticeKind(
                name=merges.MERGED,
                label="Two records of a person became one",
                render=letters.records_merged,
                reaches_leavers=True,
            )
        )
        merge_steps.register(
            "people",
            handles=[
                "people.Person.merged_into",
                *(f"people.LineManagement.{name}" for name in ("report", "manager")),
                *(f"people.Tie.{name}" for name in ("person", "other")),
                *(f"people.{model}.person" for model in ("Employment", "Fact", "Grant", "Guest", "Style")),
                "account.EmailAddress.user",  # these pass, or go, with the account
                "mfa.Authenticator.user",
                "socialaccount.SocialAccount.user",
                "usersessions.UserSession.user",
            ],
            moves=[
                "people.Grant.given_by",
                "people.KeptForm.person",
                "people.OneTimeLink.person",
                "people.OneTimeLink.issued_by",
                *(f"people.StaffImport.{name}_by" for name in ("uploaded", "asked", "saved", "undone")),
                "people.ColumnChoice.chosen_by",
                # The outbox lies below this room, so it cannot register by itself.
                "notices.Notice.recipient",
                "notices.Notice.owed_by",
                "notices.NudgeChoice.person",
                "notices.MailPause.paused_by",
                "notices.MailPause.ended_by",
            ],
            run=merges.own_step,
            preview=merging.own_preview,
        )
