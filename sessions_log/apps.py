from django.apps import AppConfig


class SessionsLogConfig(AppConfig):
    name = "sessions_log"
    verbose_name = "Sessions"

    def ready(self):
        from notices.kinds import NoticeKind
        from notices.kinds import register as register_notice
        from people import merge_steps
        from programmes import ending_steps, offers
        from sessions_log import letters, queries
        from sessions_log.actions import sessions

        offers.register_link("notes", queries.notes_link)
        ending_steps.register("sessions", sessions.end_all)
        merge_steps.register(
            "sessions_log",
            moves=[
                "sessions_log.Note.author",  # the text stays sealed to its row
                "sessions_log.Quarter.person",
                "sessions_log.Session.booked_by",
                "sessions_log.Session.logged_by",
            ],
        )
        register_notice(NoticeKind(sessions.NOTICE, "A session is booked, moved or cancelled", letters.session))
