from django.apps import AppConfig
from django.core import checks


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"

    def ready(self):
        from notices.kinds import NoticeKind
        from notices.kinds import register as register_notice
        from people import leaver_steps, scopes
        from people import sights as people_sights
        from people.models import Grant
        from programmes import letters, sights
        from programmes.actions import enrolments
        from programmes.checks import check_mentoring_models

        checks.register(check_mentoring_models)
        people_sights.register("pair", sights.partners)
        people_sights.register("programme", sights.enrolled_with_lead, record=True)
        scopes.register(Grant.ScopeKind.PROGRAMME, sights.load_programmes)
        leaver_steps.register("enrolments", enrolments.leave)
        register_notice(
            NoticeKind("relationship-ended", "A mentoring relationship has ended", letters.relationship_ended)
        )
        register_notice(
            NoticeKind(
                "rule-overridden", "A match was allowed although a rule advises against it", letters.rule_overridden
            )
        )
