"""Addresses of programmes, cohorts, enrolments and relationships."""

from django.urls import path

from programmes.web import (
    asking,
    cohorts,
    enrolments,
    flags,
    following,
    gaps,
    joining,
    mentoring_models,
    overrides,
    pairs,
    programme_life,
    programmes,
    readiness,
    relationships,
    settings,
    triads,
)

app_name = "programmes"

urlpatterns = [
    path("programmes/", programmes.ProgrammeList.as_view(), name="programme-list"),
    path("programmes/models/", mentoring_models.ModelList.as_view(), name="model-list"),
    path("programmes/models/import/", mentoring_models.ModelImport.as_view(), name="model-import"),
    path("programmes/models/<slug:key>/", mentoring_models.ModelDetail.as_view(), name="model-detail"),
    path("programmes/models/<slug:key>/copy/", mentoring_models.ModelCopy.as_view(), name="model-copy"),
    path("programmes/models/<slug:key>/export/", mentoring_models.ModelExport.as_view(), name="model-export"),
    path("programmes/models/<slug:key>/text/", mentoring_models.ModelEdit.as_view(), name="model-edit"),
    path("programmes/models/<slug:key>/settings/", mentoring_models.ModelSettings.as_view(), name="model-settings"),
    path(
        "programmes/models/<slug:key>/settings/<str:line>/",
        mentoring_models.ModelSetting.as_view(),
        name="model-setting",
    ),
    path("programmes/models/<slug:key>/delete/", mentoring_models.ModelDelete.as_view(), name="model-delete"),
    path("programmes/start/<slug:key>/", programmes.ProgrammeStart.as_view(), name="programme-start"),
    path("programmes/<int:pk>/", programmes.ProgrammeDetail.as_view(), name="programme-detail"),
    path("programmes/<int:pk>/rename/", programme_life.ProgrammeRename.as_view(), name="programme-rename"),
    path("programmes/<int:pk>/close/", programme_life.ProgrammeClose.as_view(), name="programme-close"),
    path("programmes/<int:pk>/reopen/", programme_life.ProgrammeReopen.as_view(), name="programme-reopen"),
    path("programmes/<int:pk>/cohorts/open/", programme_life.CohortOpen.as_view(), name="cohort-open"),
    path("programmes/cohorts/<int:pk>/close/", programme_life.CohortClose.as_view(), name="cohort-close"),
    path("programmes/cohorts/<int:pk>/reopen/", programme_life.CohortReopen.as_view(), name="cohort-reopen"),
    path("programmes/<int:pk>/settings/", settings.ProgrammeSettings.as_view(), name="programme-settings"),
    path("programmes/<int:pk>/settings/history/", settings.SettingHistory.as_view(), name="setting-history"),
    path("programmes/<int:pk>/settings/model/", settings.ProgrammeVersion.as_view(), name="programme-version"),
    path("programmes/<int:pk>/settings/<str:line>/", settings.SettingChange.as_view(), name="setting-change"),
    path("programmes/cohorts/<int:pk>/", cohorts.CohortDetail.as_view(), name="cohort-detail"),
    path("programmes/cohorts/<int:pk>/enrol/<slug:side>/", enrolments.EnrolmentAdd.as_view(), name="enrolment-add"),
    path("programmes/enrolments/<int:pk>/withdraw/", enrolments.EnrolmentWithdraw.as_view(), name="enrolment-withdraw"),
    path("programmes/cohorts/<int:pk>/pairs/", pairs.PairsImport.as_view(), name="pairs-import"),
    path("programmes/cohorts/<int:pk>/readiness/", readiness.ReadinessDetail.as_view(), name="readiness-detail"),
    path("programmes/cohorts/<int:pk>/gaps/ask/<slug:side>/", asking.FactsAsk.as_view(), name="facts-ask"),
    path("programmes/enrolments/<int:pk>/facts/", asking.FactsGive.as_view(), name="facts-give"),
    path("programmes/cohorts/<int:pk>/gaps/", gaps.GapList.as_view(), name="gap-list"),
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
    path(
        "programmes/relationships/<int:pk>/answer/",
        relationships.RelationshipAnswer.as_view(),
        name="relationship-answer",
    ),
    path(
        "programmes/relationships/<int:pk>/pause/", relationships.RelationshipPause.as_view(), name="relationship-pause"
    ),
    path(
        "programmes/relationships/<int:pk>/resume/",
        relationships.RelationshipResume.as_view(),
        name="relationship-resume",
    ),
    path(
        "programmes/relationships/<int:pk>/confirm/",
        following.RelationshipConfirm.as_view(),
        name="relationship-confirm",
    ),
    path(
        "programmes/relationships/<int:pk>/ground-rules/",
        relationships.AgreementAccept.as_view(),
        name="agreement-accept",
    ),
    path("programmes/relationships/<int:pk>/not-right/", flags.FlagRaise.as_view(), name="flag-raise"),
    path("programmes/not-right/<uuid:pk>/", flags.FlagDetail.as_view(), name="flag-detail"),
    path("programmes/decide/", following.TaskList.as_view(), name="task-list"),
    path("programmes/decide/<int:pk>/", following.RuleBreakDetail.as_view(), name="rule-break-detail"),
    path("programmes/cohorts/<int:pk>/waiting/", following.WaitingList.as_view(), name="waiting-list"),
    path("programmes/relationships/<int:pk>/end/", relationships.RelationshipEnd.as_view(), name="relationship-end"),
]
