from django.apps import AppConfig


class MentoringPortalConfig(AppConfig):
    name = "mentoring_portal"
    verbose_name = "Mentoring portal"

    def ready(self):
        from mentoring_portal import checks  # noqa: F401  registers the deploy checks
