from django.apps import AppConfig


class SessionsLogConfig(AppConfig):
    name = "sessions_log"
    verbose_name = "Sessions"

    def ready(self):
        from django.core import checks

        from notices.kinds import NoticeKind
        from notices.kinds import register as register_notice
        from people import merge_steps
        from programmes import ending_steps, offers
        from sessions_log import letters, queries
        from sessions_log.actions import sessions
        from sessions_log.checks import check_form_specs, check_frozen_specs

        checks.register(check_form_specs)
        checks.register(check_frozen_specs, checks.Tags.database)
        offers.register_link("notes", queries.notes_link)
        ending_steps.register("sessions", sessions.end_all)
        merge_steps.register(
            "sessions_log",
            moves=[
                "sessions_log.FormSpecVersion.saved_by",
                "sessions_log.Note.author",  # the text stays sealed to its row
                "sessions_log.Quarter.person",
                "sessions_log.RegisterException.closed_by",
                "sessions_log.RegisterMeeting.ticked_by",
                "sessions_log.RingNote.by",
                "sessions_log.RingNote.person",
                "sessions_log.Session.booked_by",
                "sessions_log.Session.logged_by",
                "sessions_log.SessionForm.about",
                "sessions_log.SessionForm.asked_by",
                "sessions_log.SessionForm.excused_by",
                "sessions_log.SessionForm.owed_by",
            ],
        )
        register_notice(NoticeKind(sessions.NOTICE, "A session is booked, moved or cancelled", letters.session))
