from django.apps import AppConfig
from django.core import checks


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"

    def ready(self):
        from programmes.checks import check_mentoring_models

        checks.register(check_mentoring_models)
