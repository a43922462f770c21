"""Addresses of this room: one's own under /sessions/ and /forms/, those of a match under /relationships/."""

from django.urls import path

from sessions_log.web import calendar, form_links, form_pages, hours, logging, notes, offers, registers, sessions

app_name = "sessions_log"

urlpatterns = [
    path("sessions/", sessions.SessionOverview.as_view(), name="session-overview"),
    path("sessions/hours/", hours.HoursEdit.as_view(), name="hours-edit"),
    path("sessions/calendar/", calendar.FeedDetail.as_view(), name="feed-detail"),
    path("sessions/calendar/close/", calendar.FeedClose.as_view(), name="feed-close"),
    path("calendar/<str:token>/sessions.ics", calendar.FeedRead.as_view(), name="feed-read"),
    path("sessions/hours/different/", hours.ExceptionAdd.as_view(), name="exception-add"),
    path("sessions/hours/different/<int:pk>/remove/", hours.ExceptionRemove.as_view(), name="exception-remove"),
    path("relationships/<int:pk>/notes/", notes.NoteList.as_view(), name="note-list"),
    path("relationships/<int:pk>/notes/<uuid:note>/", notes.NoteEdit.as_view(), name="note-edit"),
    path("relationships/<int:pk>/notes/<uuid:note>/delete/", notes.NoteDelete.as_view(), name="note-delete"),
    path("relationships/<int:pk>/sessions/", sessions.SessionList.as_view(), name="session-list"),
    path("relationships/<int:pk>/sessions/book/", sessions.SessionBook.as_view(), name="session-book"),
    path("relationships/<int:pk>/sessions/book-all/", sessions.SeriesBook.as_view(), name="series-book"),
    path("relationships/<int:pk>/sessions/plan/", sessions.PlanEdit.as_view(), name="plan-edit"),
    path("relationships/<int:pk>/sessions/<int:session>/move/", sessions.SessionMove.as_view(), name="session-move"),
    path(
        "relationships/<int:pk>/sessions/<int:session>/cancel/",
        sessions.SessionCancel.as_view(),
        name="session-cancel",
    ),
    path("relationships/<int:pk>/sessions/log/", logging.SessionLogPast.as_view(), name="session-log-past"),
    path("relationships/<int:pk>/sessions/<int:session>/log/", logging.SessionLog.as_view(), name="session-log"),
    path("relationships/<int:pk>/sessions/<int:session>/missed/", logging.SessionMiss.as_view(), name="session-miss"),
    path("relationships/<int:pk>/spoke/", logging.SessionSpoke.as_view(), name="session-spoke"),
    path("met/<str:token>/", logging.SessionMet.as_view(), name="session-met"),
    path("relationships/<int:pk>/dates/<int:target>/", sessions.TargetSkip.as_view(), name="target-skip"),
    path("relationships/<int:pk>/times/", offers.OfferMake.as_view(), name="offer-make"),
    path("relationships/<int:pk>/times/<int:offer>/pick/", offers.OfferPick.as_view(), name="offer-pick"),
    path("relationships/<int:pk>/times/<int:offer>/vote/", offers.OfferVote.as_view(), name="offer-vote"),
    path("relationships/<int:pk>/times/<int:offer>/withdraw/", offers.OfferWithdraw.as_view(), name="offer-withdraw"),
    path("relationships/<int:pk>/word/<int:member>/", hours.WordAsk.as_view(), name="word-ask"),
    path("relationships/<int:pk>/word/<int:word>/done/", hours.WordDone.as_view(), name="word-done"),
    path("forms/", form_pages.FormList.as_view(), name="form-list"),
    path("forms/<int:pk>/", form_pages.FormFill.as_view(), name="form-fill"),
    path("forms/<int:pk>/returned/", form_pages.FormDetail.as_view(), name="form-detail"),
    path("forms/<int:pk>/excuse/", form_pages.FormExcuse.as_view(), name="form-excuse"),
    path("cohorts/<int:pk>/forms/", form_pages.FormOfCohort.as_view(), name="form-of-cohort"),
    path("relationships/<int:pk>/forms/", form_pages.FormOfRelationship.as_view(), name="form-of-relationship"),
    path("relationships/<int:pk>/forms/<slug:key>/begin/", form_pages.FormBegin.as_view(), name="form-begin"),
    path("relationships/<int:pk>/forms/<slug:key>/ask/", form_pages.FormAsk.as_view(), name="form-ask"),
    path("answer/<str:token>/", form_links.FormAnswer.as_view(), name="form-answer"),
    path("cohorts/<int:pk>/register/", registers.RegisterList.as_view(), name="register-list"),
    path("registers/<int:pk>/", registers.RegisterTick.as_view(), name="register-tick"),
    path("registers/noted/<uuid:pk>/", registers.RegisterException.as_view(), name="register-exception"),
]
