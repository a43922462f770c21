"""What stands between a request and its page: how long a sign-in lasts, forms sent too late, the second factor."""

from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from people.actions import kept_forms as actions
from people.kept_forms import DRAFT, LONGEST_BODY, MARK, kept_for
from people.models import Grant, KeptForm, Person
from people.single_sign_on import vouched

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"  # in the session, as seconds since 1970
SEEN_EVERY = 60  # seconds: writing the session down at every request would cost a write each

NEEDS_SECOND_FACTOR = (
    Grant.Role.PROGRAMME_LEAD,
    Grant.Role.SITE_LEAD,
    Grant.Role.HOST_OFFICER,
    Grant.Role.ADMINISTRATOR,
)


def stamp(session, *, now) -> None:
    """Begin the two clocks of a sign-in: how long it lasts in all, and how long without a request."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = int(now.timestamp())


def is_htmx(request) -> bool:
    return request.headers.get("HX-Request") == "true"


def is_public(view) -> bool:
    """Whether the view serves people who are not signed in; what Django's own middleware asks."""
    return not getattr(view, "login_required", True)


def is_of_allauth(view) -> bool:
    return view.__module__.startswith("allauth.")


class SessionTimeout:
    """Ends a sign-in twelve hours after it began, or half an hour after its person last did something."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        session = request.session
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "_auth_user_id" in session:
            now = int(request.now.timestamp())
            if self.is_over(session, now):
                session.flush()
            elif now - session[SEEN_AT] >= SEEN_EVERY and not self.asks_by_itself(request):
                session[SEEN_AT] = now
        return self.get_response(request)

    @staticmethod
    def is_over(session, now: int) -> bool:
        begun, seen = session.get(SIGNED_IN_AT), session.get(SEEN_AT)
        if begun is None or seen is None:
            return True
        return now - begun >= settings.SESSION_LONGEST or now - seen >= settings.SESSION_IDLE

    @staticmethod
    def asks_by_itself(request) -> bool:
        """A page that asks again every few seconds is not somebody at work."""
        return is_htmx(request) and request.method == "GET"


class KeepForm:
    """Keeps what somebody sends after their sign-in has run out, and offers it again when they are back.

    Who they were is known from a signed cookie that every signed-in answer
    leaves; it opens nothing, and signing out removes it. Stands after the CSRF
    check, so only forms from our own pages are kept, and before Django's
    LoginRequiredMiddleware, which would drop the body.
    """

    SALT = "people.whose-form"
    LASTS = 13 * 3600  # seconds; a little longer than any sign-in

    def __init__(self, get_response):
        self.get_response = get_response

    @property
    def cookie(self) -> str:
        return "__Host-whose" if settings.SESSION_COOKIE_SECURE else "whose"

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated:
            if self.whose(request) != request.user.pk:
                response.set_cookie(
                    self.cookie,
                    signing.dumps(request.user.pk, salt=self.SALT),
                    max_age=self.LASTS,
                    secure=settings.SESSION_COOKIE_SECURE,
                    httponly=True,
                    samesite="Lax",
                )
            self.forget_sent(request, response)
        elif getattr(request, "signed_out", False):
            response.delete_cookie(self.cookie, samesite="Lax")
        return response

    def process_view(self, request, view, args, kwargs):
        if request.user.is_authenticated or is_public(view):
            return None
        if request.method == "POST":
            person = Person.objects.filter(pk=self.whose(request), is_active=True).first()
            kept = person and keep(request, view, person)
            if kept:
                then = "sign in, and go on where you were" if kept.is_draft else "sign in, then send it"
                messages.info(request, f"Your sign-in had run out. What you typed is kept: {then}.")
        elif not is_htmx(request):
            return None  # Django's middleware leads to the sign-in page
        answer = redirect_to_login(page_of(request))
        if is_htmx(request):
            # A redirect would put the sign-in page into the fragment.
            return HttpResponse(headers={"HX-Redirect": answer.url})
        return answer

    def whose(self, request) -> int | None:
        """The id of the person who was last signed in here, from the cookie."""
        try:
            return signing.loads(request.COOKIES.get(self.cookie, ""), salt=self.SALT, max_age=self.LASTS)
        except signing.BadSignature:
            return None

    def forget_sent(self, request, response) -> None:
        """A kept form that has been sent again is dropped, unless the portal failed on it."""
        mark = request.POST.get(MARK) if request.method == "POST" and response.status_code < 500 else None
        if not mark:
            return
        for kept in kept_for(request.user, now=request.now):
            if str(kept.pk) == mark and kept.path == request.get_full_path():
                actions.drop(kept=kept, by=request.user, now=request.now)


def keep(request, view, person: Person) -> KeptForm | None:
    """Keep the body of a request for ``person`` where it may be kept; None where not."""
    path = request.get_full_path()
    if (
        is_of_allauth(view)  # passwords and codes
        or int(request.headers.get("Content-Length") or 0) > LONGEST_BODY
        or request.FILES
        or any("password" in name.lower() for name in request.POST)
        or len(path) > KeptForm._meta.get_field("path").max_length
    ):
        return None
    typed = request.POST.copy()
    for name in ("csrfmiddlewaretoken", MARK):
        typed.pop(name, None)
    is_draft = is_htmx(request) and DRAFT in typed  # by hand, "Save draft" is sent like any other form
    return actions.keep(person=person, path=path, body=typed.urlencode(), is_draft=is_draft, by=None, now=request.now)


class SecondFactor:
    """Leads people whose role needs a second factor to set one up before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if is_public(view) or is_of_allauth(view):  # setting it up, confirming a password, signing out
            return None
        if any(one.get("method") == "mfa" for one in get_authentication_records(request, request.user)):
            return None
        if vouched(request) or not any(request.access.has_role(role) for role in NEEDS_SECOND_FACTOR):
            return None
        if Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            return None
        messages.info(
            request, "Your role opens other people’s records, so signing in needs a second step. Set it up now."
        )
        if request.method == "POST":  # the role was given while they typed
            keep(request, view, request.user)
        answer = HttpResponseRedirect(reverse("mfa_activate_totp"))
        return HttpResponse(headers={"HX-Redirect": answer.url}) if is_htmx(request) else answer


def page_of(request) -> str:
    """The page to come back to, as a path: the one that shows the form, not the address it is sent to."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if came_from and url_has_allowed_host_and_scheme(
        came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        parts = urlsplit(came_from)
        path = f"/{parts.path.lstrip('/')}"  # two strokes would be the beginning of another host
        return f"{path}?{parts.query}" if parts.query else path
    return reverse("home")
