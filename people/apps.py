from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = "People"

    def ready(self):
        from notices.kinds import NoticeKind, register
        from people import letters, scopes, sights, signals, staff_sights  # noqa: F401  signals connect themselves
        from people.actions.invitations import INVITATION
        from people.models import Grant

        sights.register("staff-list", staff_sights.staff_of_led_organisations, record=True)
        sights.register("site", staff_sights.staff_of_led_sites, record=True)
        sights.register("role-holders", staff_sights.role_holders_of_led_organisations)
        sights.register("accounts", staff_sights.everyone_for_administrators)
        scopes.register(Grant.ScopeKind.ORGANISATION, scopes.load_organisations)
        scopes.register(Grant.ScopeKind.SITE, scopes.load_sites)
        register(NoticeKind(name=INVITATION, label="Invitation to sign in", render=letters.invitation))
