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
        from sessions_log import letters
        from sessions_log.actions import hours, sessions
        from sessions_log.actions import offers as offer_actions
        from sessions_log.checks import check_form_specs, check_frozen_specs
        from sessions_log.queries import notes
        from sessions_log.queries import sessions as session_queries

        checks.register(check_form_specs)
        checks.register(check_frozen_specs, checks.Tags.database)
        offers.register_link("sessions", session_queries.sessions_link)
        offers.register_link("notes", notes.notes_link)
        ending_steps.register("sessions", sessions.end_all)
        merge_steps.register(
            "sessions_log",
            moves=[
                "sessions_log.FormSpecVersion.saved_by",
                "sessions_log.HoursException.person",
                "sessions_log.Note.author",  # the text stays sealed to its row
                "sessions_log.Offer.by",
                "sessions_log.OpenHours.person",
                "sessions_log.PreferredChannel.person",
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
                "sessions_log.WordRequest.asked_by",
                "sessions_log.WordRequest.asked_of",
            ],
        )
        register_notice(NoticeKind(sessions.NOTICE, "A session is booked, moved or cancelled", letters.session))
        register_notice(NoticeKind(offer_actions.TIMES_OFFERED, "Times are offered", letters.times_offered))
        register_notice(NoticeKind(hours.WORD, "Somebody would like a word", letters.word_wanted))
