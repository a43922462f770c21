"""Addresses under /matching/."""

from django.urls import path

from matching.web import board, choosing, comparing, groups, publishing, views, what_if

app_name = "matching"

urlpatterns = [
    path("cohorts/<int:pk>/find/", views.RunStart.as_view(), name="run-start"),
    path("cohorts/<int:pk>/groups/", groups.GroupPropose.as_view(), name="group-propose"),
    path("cohorts/<int:pk>/what-if/", what_if.WhatIf.as_view(), name="what-if"),
    path("cohorts/<int:pk>/what-if/cancel/", what_if.WhatIfCancel.as_view(), name="what-if-cancel"),
    path("cohorts/<int:pk>/runs/", comparing.RunList.as_view(), name="run-list"),
    path("cohorts/<int:pk>/decisions/", board.DecisionList.as_view(), name="decision-list"),
    path("decisions/<int:pk>/lift/", board.DecisionLift.as_view(), name="decision-lift"),
    path("runs/<int:pk>/", views.RunDetail.as_view(), name="run-detail"),
    path("runs/<int:pk>/cancel/", views.RunCancel.as_view(), name="run-cancel"),
    path("runs/<int:pk>/publish/", publishing.RunPublish.as_view(), name="run-publish"),
    path("runs/<int:pk>/publish/letters/<int:number>/", publishing.LetterPreview.as_view(), name="letter-preview"),
    path("runs/<int:pk>/take-back/", publishing.RunTakeBack.as_view(), name="run-take-back"),
    path("enrolments/<int:pk>/choose/", choosing.MentorChoose.as_view(), name="mentor-choose"),
    path("enrolments/<int:pk>/choose/<int:mentor>/", choosing.MentorConfirm.as_view(), name="mentor-confirm"),
    path("runs/<int:pk>/why-not/", views.WhyNot.as_view(), name="why-not"),
    path("runs/<int:pk>/decide/", board.PairDecide.as_view(), name="pair-decide"),
    path("runs/<int:pk>/place/", board.PlaceAdd.as_view(), name="place-add"),
    path("runs/<int:pk>/mentees/<int:mentee>/", board.ProposalMove.as_view(), name="proposal-move"),
    path("runs/<int:pk>/figures/", comparing.RunFigures.as_view(), name="run-figures"),
    path("runs/<int:pk>/compare/", comparing.RunCompare.as_view(), name="run-compare"),
    path("runs/<int:pk>/export/", board.RunExport.as_view(), name="run-export"),
]
