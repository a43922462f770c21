from django.apps import AppConfig


class SessionsLogConfig(AppConfig):
    name = "sessions_log"
    verbose_name = "Sessions"

    def ready(self):
        from programmes import offers
        from sessions_log import queries

        offers.register_link("notes", queries.notes_link)
