"""Every address of the portal, room by room."""

from allauth.socialaccount import views as social
from django.urls import include, path

from look.web import views as look_views
from mentoring_portal.web import health, outbox, views

handler500 = "mentoring_portal.web.faults.server_fault"

elsewhere = [  # accounts elsewhere open one here; allauth's page that would make one here is left out
    path("", social.connections, name="socialaccount_connections"),
    path("cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
]

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("healthz", health.Healthz.as_view(), name="healthz"),
    path("outbox/", outbox.OutboxList.as_view(), name="outbox-list"),
    path("outbox/<str:name>/", outbox.OutboxMessage.as_view(), name="outbox-message"),
    path("outbox/<str:name>/html/", outbox.OutboxHtml.as_view(), name="outbox-html"),
    path("", include("people.web.urls")),
    path("", include("programmes.web.urls")),
    path("", include("notices.web.urls")),
    path("components/", look_views.Gallery.as_view(), name="gallery"),
    path("matching/", include("matching.web.urls")),
    path("", include("sessions_log.web.urls")),
    path("reports/", include("reports.web.urls")),
    path("accounts/", include("allauth.account.urls")),  # allauth's rooms by name: all of them brings addresses of old
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("accounts/elsewhere/", include(elsewhere)),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
