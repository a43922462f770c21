from django.apps import AppConfig


class SessionsLogConfig(AppConfig):
    name = "sessions_log"
    verbose_name = "Sessions"

    def ready(self):
        from django.core import checks

        from notices import belonging
        from notices.kinds import NoticeKind
        from notices.kinds import register as register_notice
        from people import leaver_steps, merge_steps, retention
        from people import offers as people_offers
        from programmes import ending_steps, membership_steps, offers
        from sessions_log import (
            agenda,
            ahead,
            board,
            board_letters,
            certificates,
            cohorts_of_notices,
            form_letters,
            gathering_letters,
            goals,
            keeping,
            letters,
            prep,
            previews,
            retention_rules,
            rounds,
            sharing,
            statements,
        )
        from sessions_log.actions import asking, board_reports, chasing, form_opening, hours, membership, sessions
        from sessions_log.actions import gatherings as gathering_actions
        from sessions_log.actions import keeping as keeping_actions
        from sessions_log.actions import offers as offer_actions
        from sessions_log.actions import statements as statement_actions
        from sessions_log.checks import check_form_specs, check_frozen_specs
        from sessions_log.queries import attendance, forms, gatherings, notes, registers
        from sessions_log.queries import sessions as session_queries
        from sessions_log.queries.evidence import evidence_link
        from sessions_log.queries.frames import frame_link
        from sessions_log.resources import resources_link

        checks.register(check_form_specs)
        retention_rules.register_rules()
        checks.register(check_frozen_specs, checks.Tags.database)
        offers.register_ahead("sessions", ahead.ahead)
        offers.register_link("sessions", session_queries.sessions_link)
        offers.register_link("agenda", agenda.agenda_link)
        offers.register_link("attendance", attendance.attendance_link)
        offers.register_link("outputs", board.outputs_link)
        offers.register_link("board-report", board.report_link)
        offers.register_tasks(board.LATE)
        offers.register_tasks(rounds.WANTED)
        offers.register_link("situation", rounds.situation_link)
        offers.register_link("round", rounds.round_link)
        offers.register_link("notes", notes.notes_link)
        offers.register_link("shared-notes", sharing.shared_notes_link)
        offers.register_link("prep", prep.prep_link)
        offers.register_link("goals", goals.goals_link)
        offers.register_link("record", goals.record_link)
        offers.register_link("hours", statements.hours_link)
        offers.register_cohort_link("attendance", attendance.by_team_link, under=offers.Under.RUNNING)
        offers.register_cohort_link("hours", statements.hours_of_cohort_link, under=offers.Under.RUNNING)
        offers.register_link("forms", forms.forms_link)
        offers.register_cohort_link("keeping", keeping.keeping_link, under=offers.Under.AFTERWARDS)
        offers.register_cohort_link("forms", forms.forms_of_cohort_link, under=offers.Under.RUNNING)
        offers.register_cohort_link("register", registers.register_link, under=offers.Under.RUNNING)
        offers.register_cohort_link("calendar", gatherings.calendar_link, under=offers.Under.RUNNING)
        offers.register_link("frame", frame_link)
        offers.register_link("evidence", evidence_link)
        offers.register_link("resources", resources_link)
        offers.register_part_link("certificate", certificates.certificate_link)
        offers.register_dates("gatherings", gatherings.dates, rows=gatherings.gatherings_for)
        offers.register_tasks(registers.NOTED)
        people_offers.register_part("sessions", session_queries.own_part)
        ending_steps.register("sessions", sessions.end_all)
        ending_steps.register("forms", form_opening.end_all)
        membership_steps.register("sessions", joined=membership.joined, left=membership.left, stays=membership.stays)
        offers.register_group_dates("sessions", session_queries.next_days)
        leaver_steps.register("forms", form_opening.leave, preview=forms.what_falls_away)
        belonging.register("form", form_letters.cohorts_of_forms)
        for key, find in cohorts_of_notices.FINDERS.items():
            belonging.register(key, find)
        for name, label, more in (
            (chasing.OPENED, "A form has opened", {}),
            (chasing.NUDGE, "A form is overdue, said once", {"nudge": True, "line": form_letters.form_line}),
            (chasing.CHASE, "A form is overdue and is chased", {"line": form_letters.form_line}),
        ):
            preview = form_letters.preview_of(name)
            register_notice(NoticeKind(name, label, form_letters.form_reminder, preview=preview, **more))
        for rule in (
            retention.Rule(
                "match-texts",
                "What members of a match that has ended wrote for themselves or each other, counted by matches",
                "12 months, or as its programme says; its authors are told 30 days before",
                "Deleted; sessions and attendance stay",
                keeping.going,
                keeping_actions.drop_due,
            ),
            retention.Rule(
                "returns",
                "What was returned to hosts and leads, from when the programme has closed",
                f"{keeping.RETURNS_MONTHS} months",
                "Deleted; that it was returned stays",
                keeping.old_returns,
                keeping_actions.drop_old_returns,
            ),
        ):
            retention.register(rule)
        merge_steps.register(
            "sessions_log",
            moves=[
                "sessions_log.AgreedAction.written_by",
                "sessions_log.EvidencePlan.changed_by",
                "sessions_log.Homework.set_by",
                "sessions_log.FormSpecVersion.saved_by",
                "sessions_log.CalendarFeed.person",
                "sessions_log.Draft.person",
                "sessions_log.Goal.owner",
                "sessions_log.Goal.written_by",
                "sessions_log.HoursException.person",
                "sessions_log.Note.author",  # the text stays sealed to its row
                "sessions_log.Offer.by",
                "sessions_log.OpenHours.person",
                "sessions_log.PreferredChannel.person",
                "sessions_log.BoardReport.sent_by",
                "sessions_log.Output.author",  # the text stays sealed to its row
                "sessions_log.AgendaItem.author",  # the text stays sealed to its row
                "sessions_log.PrepSheet.author",
                "sessions_log.Quarter.person",
                "sessions_log.RegisterException.closed_by",
                "sessions_log.RegisterMeeting.ticked_by",
                "sessions_log.RingNote.by",
                "sessions_log.RingNote.person",
                "sessions_log.Session.booked_by",
                "sessions_log.Session.logged_by",
                "sessions_log.Situation.author",  # the text stays sealed to its row
                "sessions_log.SessionForm.about",
                "sessions_log.SessionForm.asked_by",
                "sessions_log.SessionForm.excused_by",
                "sessions_log.SessionForm.owed_by",
                "sessions_log.WordRequest.asked_by",
                "sessions_log.WordRequest.asked_of",
            ],
        )
        for name, label, render, preview in (
            (sessions.NOTICE, "A session is booked, moved or cancelled", letters.session, previews.SESSION),
            (offer_actions.TIMES_OFFERED, "Times are offered", letters.times_offered, previews.TIMES),
            (board_reports.CHASE, "A report to a board is overdue", board_letters.report_late, board_letters.preview),
            (statement_actions.SHARED, "A mentee has shared their hours", letters.hours_shared, previews.HOURS),
            (
                gathering_actions.TOLD,
                "A date of a programme is told, changed or cancelled",
                gathering_letters.gathering_told,
                gathering_letters.preview,
            ),
            (hours.WORD, "Somebody would like a word", letters.word_wanted, previews.WORD),
            (keeping_actions.TEXTS_GO, "What somebody wrote is deleted soon", letters.texts_go, previews.TEXTS_GO),
            (asking.DID_YOU_MEET, "Whether a session took place", letters.did_you_meet, previews.DID_YOU_MEET),
        ):
            register_notice(NoticeKind(name, label, render, preview=preview))
        register_notice(
            NoticeKind(
                asking.OF_THE_WEEK,
                "Which sessions of a week took place",
                letters.did_you_meet,
                line=letters.did_you_meet_line,
                preview=previews.OF_THE_WEEK,
            )
        )
        register_notice(
            NoticeKind(
                asking.DATE_MISSED,
                "A date went by with no session planned",
                letters.date_missed,
                nudge=True,
                line=letters.date_missed_line,
                preview=previews.DATE_MISSED,
            )
        )
