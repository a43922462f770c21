"""Addresses of programmes, cohorts, enrolments and relationships."""

from django.urls import path

from programmes.web import cohorts, enrolments, joining, overrides, pairs, programmes, relationships, triads

app_name = "programmes"

urlpatterns = [
    path("programmes/", programmes.ProgrammeList.as_view(), name="programme-list"),
    path("programmes/models/", programmes.ModelList.as_view(), name="model-list"),
    path("programmes/start/<slug:key>/", programmes.ProgrammeStart.as_view(), name="programme-start"),
    path("programmes/<int:pk>/", programmes.ProgrammeDetail.as_view(), name="programme-detail"),
    path("programmes/cohorts/<int:pk>/", cohorts.CohortDetail.as_view(), name="cohort-detail"),
    path("programmes/cohorts/<int:pk>/enrol/<slug:side>/", enrolments.EnrolmentAdd.as_view(), name="enrolment-add"),
    path("programmes/enrolments/<int:pk>/withdraw/", enrolments.EnrolmentWithdraw.as_view(), name="enrolment-withdraw"),
    path("programmes/cohorts/<int:pk>/pairs/", pairs.PairsImport.as_view(), name="pairs-import"),
    path("programmes/cohorts/<int:pk>/allowed/", overrides.OverrideList.as_view(), name="override-list"),
    path("programmes/overrides/<int:pk>/withdraw/", overrides.OverrideWithdraw.as_view(), name="override-withdraw"),
    path("programmes/enrolments/<int:pk>/", joining.EnrolmentDetail.as_view(), name="enrolment-detail"),
    path("programmes/enrolments/<int:pk>/answer/", joining.EnrolmentAnswer.as_view(), name="enrolment-answer"),
    path("programmes/enrolments/<int:pk>/places/", joining.EnrolmentChange.as_view(), name="enrolment-change"),
    path("programmes/enrolments/<int:pk>/ask/", joining.EnrolmentAskAgain.as_view(), name="enrolment-ask-again"),
    path("programmes/enrolments/<int:pk>/hope/", joining.HopeEdit.as_view(), name="hope-edit"),
    path("programmes/cohorts/<int:pk>/joining/", joining.JoiningList.as_view(), name="joining-list"),
    path("programmes/joining/<uuid:pk>/close/", joining.JoiningClose.as_view(), name="joining-close"),
    path("join/<uuid:pk>/", joining.Join.as_view(), name="join"),
    path("programmes/relationships/<int:pk>/", relationships.RelationshipDetail.as_view(), name="relationship-detail"),
    path(
        "programmes/relationships/<int:pk>/trainee/", triads.RelationshipTrainee.as_view(), name="relationship-trainee"
    ),
    path("programmes/relationships/<int:pk>/end/", relationships.RelationshipEnd.as_view(), name="relationship-end"),
]
