from django.apps import AppConfig


class SessionsLogConfig(AppConfig):
    name = "sessions_log"
    verbose_name = "Sessions"

    def ready(self):
        from people import merge_steps
        from programmes import offers
        from sessions_log import queries

        offers.register_link("notes", queries.notes_link)
        merge_steps.register("sessions_log", moves=["sessions_log.Note.author"])  # the text stays sealed to its row
