"""Addresses of people's pages."""

from django.urls import include, path

from people.web import grants, imports, keeping, leaving, people, records, rights, styles, you

app_name = "people"

urlpatterns = [
    path("people/", people.PersonList.as_view(), name="person-list"),
    path("people/<int:pk>/", people.PersonDetail.as_view(), name="person-detail"),
    path("people/add/<slug:kind>/", records.PersonAdd.as_view(), name="person-add"),
    path("people/<int:pk>/edit/", records.PersonEdit.as_view(), name="person-edit"),
    path("people/<int:pk>/job/", records.JobStart.as_view(), name="job-start"),
    path("people/jobs/<int:pk>/", records.JobEdit.as_view(), name="job-edit"),
    path("people/<int:pk>/managers/", records.ManagersEdit.as_view(), name="managers-edit"),
    path("people/<int:pk>/tie/", records.TieRecord.as_view(), name="tie-record"),
    path("people/ties/<int:pk>/end/", records.TieEnd.as_view(), name="tie-end"),
    path("people/<int:pk>/facts/<slug:kind>/", records.FactEdit.as_view(), name="fact-edit"),
    path("people/<int:pk>/leave/", leaving.PersonLeave.as_view(), name="person-leave"),
    path("people/<int:pk>/return/", leaving.PersonReturn.as_view(), name="person-return"),
    path("people/<int:pk>/merge/", leaving.PersonMerge.as_view(), name="person-merge"),
    path("people/retention/", keeping.RetentionList.as_view(), name="retention-list"),
    path("you/", you.You.as_view(), name="you"),
    path("you/data/", rights.OwnData.as_view(), name="own-data"),
    path("people/<int:pk>/erase/", rights.PersonErase.as_view(), name="person-erase"),
    path("you/record/", you.OwnRecord.as_view(), name="own-record"),
    path("people/<int:pk>/style/", styles.StyleEdit.as_view(), name="style-edit"),
    path("style/", styles.StyleAnswer.as_view(), name="style-answer"),
    path("style/delete/", styles.StyleForget.as_view(), name="style-forget"),
    path("people/import/", imports.ImportStart.as_view(), name="import-start"),
    path("people/import/lists/", imports.ImportList.as_view(), name="import-list"),
    path("people/import/files/<str:name>", imports.ImportTemplate.as_view(), name="import-template"),
    path("people/import/<int:pk>/", imports.ImportPreview.as_view(), name="import-preview"),
    path("people/import/<int:pk>/columns/", imports.ImportColumns.as_view(), name="import-columns"),
    path("people/import/<int:pk>/undo/", imports.ImportUndo.as_view(), name="import-undo"),
    path("people/grants/", grants.GrantList.as_view(), name="grant-list"),
    path("people/grants/give/", grants.GrantGive.as_view(), name="grant-give"),
    path("people/grants/<int:pk>/end/", grants.GrantEnd.as_view(), name="grant-end"),
    path("", include("people.web.sign_in_urls")),
]
