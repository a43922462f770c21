"""Settings of the portal, all from the environment (see .env.example).

Without any variable set, this is the laptop: SQLite in var/, Celery over a
folder, mail as files. DATABASE_URL and REDIS_URL make it a production site.
Nothing of the domain belongs here.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from mentoring_portal.keys import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent


class Env(environ.Env):
    ENVIRON = dict(os.environ)  # a copy, so that .env is not handed on to other processes as if it were typed


env = Env()

# --- What this process is -------------------------------------------------
# The demo keeps everything in a folder of its own. The marker, set by `demo` and taken away by
# `serve`, lets `./portal manage` and a second terminal look at the world that was started last.
VAR_DIR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()
DEMO_MARKER = VAR_DIR / "demo-in-use"
DEMO = env.bool("PORTAL_DEMO", default=DEMO_MARKER.exists())
if DEMO:
    VAR_DIR = VAR_DIR / "demo"
else:  # the demo must never find its way to the real database
    env_file = Path(env("PORTAL_ENV_FILE", default=str(BASE_DIR / ".env")))
    if env_file.is_file():
        Env.read_env(env_file)
VAR_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)  # people's data: for this user alone
DEBUG = env.bool("DEBUG", default=False)
TESTING = False  # tests/settings.py says otherwise
SECRET_KEY, SECRET_KEY_WAS_GENERATED = secret_key(env("SECRET_KEY", default=""), VAR_DIR)
NOTE_KEY_FILE = Path(env("NOTE_KEY_FILE", default=str(VAR_DIR / "keys" / "notes.keys")))
NOTE_KEY_FILE_IS_NAMED = bool(env("NOTE_KEY_FILE", default=""))  # only an unnamed one is made by itself
# Where links in mail lead. `demo` and `serve` write down the port they were given.
ADDRESS_FILE = VAR_DIR / "address"
ADDRESS_IS_GIVEN = bool(env("PORTAL_ADDRESS", default=""))
PORTAL_ADDRESS = (
    env("PORTAL_ADDRESS", default="").rstrip("/")
    or (ADDRESS_FILE.exists() and ADDRESS_FILE.read_text().strip())
    or "http://127.0.0.1:8000"
)
SERVICE_NAME = env("SERVICE_NAME", default="Mentoring portal")

ADDRESS = urlsplit(PORTAL_ADDRESS)
IS_HTTPS = ADDRESS.scheme == "https"

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", ADDRESS.hostname])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[f"{ADDRESS.scheme}://{ADDRESS.netloc}"])

# --- Over the wire --------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS and env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, past the proxy
# Believed only where the operator says that the proxy sets it: anyone else could send it too.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The portal stands at the root of its host. gunicorn believes a header SCRIPT_NAME from a proxy on its own machine, and
# Caddy hands on what a visitor sends: links in mail would begin with it.
FORCE_SCRIPT_NAME = ""
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # addresses name people's records: no other site learns them
# Everything comes from ourselves, nothing is inline. Pages say nothing else; whoever must loosen this
# says why in docs/adr.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

INSTALLED_APPS = [
    "mentoring_portal",
    "reports",
    "matching",
    "sessions_log",
    "programmes",
    "people",
    "notices",
    "audit",
    "vault",
    "look",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "mentoring_portal.middleware.RequestMiddleware",
    # What says how a page may be used stands outside of all that can refuse a request, so that refusals carry it too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "mentoring_portal.middleware.KnownMethods",
    "mentoring_portal.middleware.NoNul",
    "mentoring_portal.middleware.LimitBody",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "people.middleware.SessionTimeout",  # before anybody asks who is signed in
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.KeepForm",  # after CSRF, before the sign-in page takes over
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.middleware.SecondFactor",
    "vault.middleware.UnreadableTextMiddleware",
]

ROOT_URLCONF = "mentoring_portal.urls"
WSGI_APPLICATION = "mentoring_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "look.context.demo",
                "look.context.mail",
                "mentoring_portal.nav.navigation",
            ],
        },
    }
]

# --- Data -----------------------------------------------------------------
DATABASE_URL = env("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"]["ATOMIC_REQUESTS"] = False  # actions open their own short transactions
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Measured with eight writers: without IMMEDIATE, WAL refuses four of five writes.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, not memory: threads on an in-memory database meet locked tables.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Who may see whom is many short conditions, which PostgreSQL takes for so dear that it compiles them first:
    # measured with 10,000 people, a search took 0.4 s without and up to 3 s with it.
    DATABASES["default"]["OPTIONS"] = {"options": "-c jit=off"} | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
# The default cache holds the limits on guessing, so it must be one for all processes and
# outlive a restart: a table. MAX_ENTRIES is high because culling drops limits still in force.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "mentoring_portal_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "fast": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- Background work ------------------------------------------------------
# Celery only carries: whatever must happen is a row, and a sweep finds it again.
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # nothing uses it, and over a folder its replies pile up
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ROUTES = {  # minutes long, must not hold up mail
    "matching.tasks.run_match": {"queue": "runs"},
    "matching.tasks.publish_run": {"queue": "runs"},
    "matching.tasks.run_what_if": {"queue": "runs"},
    "people.tasks.work_on_staff_list": {"queue": "runs"},
}
CELERY_TASK_PUBLISH_RETRY = False  # a page must not wait for a broker that is away: the sweep will send it
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,  # longer than the longest task, or it would be run twice
        "unacked_restore_throttle": 1,  # by default a lost task waits 100 s to be found
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    }
else:
    QUEUE_DIR = VAR_DIR / "queue"
    (QUEUE_DIR / "messages").mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "store_processed": False,
    }

# --- People ---------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "given_name", "family_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

# --- Signing in -----------------------------------------------------------
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_FORMS = {  # allauth's own, in our words
    "login": "look.account_forms.LoginForm",
    "request_login_code": "look.account_forms.RequestLoginCodeForm",
    "confirm_login_code": "look.account_forms.ConfirmLoginCodeForm",
    "reset_password": "look.account_forms.ResetPasswordForm",
    "reset_password_from_key": "look.account_forms.ResetPasswordKeyForm",
    "change_password": "look.account_forms.ChangePasswordForm",
    "set_password": "look.account_forms.SetPasswordForm",
    "add_email": "look.account_forms.AddEmailForm",
    "reauthenticate": "look.account_forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # sign-up is closed; without password1 the login form has no password
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True  # one address each; a new one replaces it once confirmed
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # a mail either way: else the time an answer takes would tell
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # hospital mail is slow
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = False  # closing the browser signs out: many share a computer
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {  # kept in the default cache, which is a table
    # A whole hospital may share one address, so what counts by address is wide and what counts by account is narrow.
    "login": "120/m/ip",
    "login_failed": "60/m/ip,10/5m/key",
    "request_login_code": "60/m/ip,3/m/key,20/h/key",
    "reset_password": "60/m/ip,3/m/key,20/h/key",
    "reset_password_from_key": "60/m/ip",
    "join": "60/m/ip,3/h/key",
}
# How many proxies of our own add to X-Forwarded-For; at 0 the header is not believed at all.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=int(BEHIND_PROXY))
MFA_ADAPTER = "people.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ADDRESS.hostname == "localhost"  # as browsers do; anywhere else it takes https
MFA_FORMS = {"add_webauthn": "look.account_forms.AddPasskeyForm", "edit_webauthn": "look.account_forms.EditPasskeyForm"}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up; without it, whoever has a second factor could not change address
MFA_TOTP_ISSUER = SERVICE_NAME
MFA_TOTP_TOLERANCE = 1  # a phone may be half a minute off
# Signing in with the organisation's own account, by OpenID Connect. Without an issuer there is no such button.
OIDC_ISSUER = env("OIDC_ISSUER", default="").rstrip("/")
OIDC_SECOND_FACTOR = env.list("OIDC_SECOND_FACTOR", default=["mfa"])  # values of "amr" by which it vouches for one
SOCIALACCOUNT_ADAPTER = "people.single_sign_on.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # known by the address, where the issuer says that it is verified
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "sso",
                "name": env("OIDC_NAME", default="your work account"),
                "client_id": env("OIDC_CLIENT_ID", default=""),
                "secret": env("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_ISSUER
        else []
    }
}
# Leads, host officers and administrators must have a second factor; the demo asks for none.
SECOND_FACTOR_REQUIRED = not DEMO
SESSION_COOKIE_AGE = SESSION_LONGEST = 12 * 3600  # seconds, whatever is done meanwhile
SESSION_IDLE = 30 * 60  # seconds without a request
if IS_HTTPS:  # the prefix makes browsers refuse the cookie from anywhere but this very host
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "people.web.sign_in.csrf_failure"
CSRF_COOKIE_HTTPONLY = True  # forms carry their own token

# --- Language and time ----------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True

# --- Files ----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "look.static_files.HashedStaticFiles"
    },
}

# --- Forms ----------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = ["nhsuk"]
CRISPY_TEMPLATE_PACK = "nhsuk"
CRISPY_FAIL_SILENTLY = False  # a field that cannot be drawn must not be missing without a word

# --- Mail -----------------------------------------------------------------
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Mentoring portal <portal@example.org>")
EMAIL_FILE_PATH = VAR_DIR / "mail"
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
else:
    EMAIL_BACKEND = "notices.mail_folder.EmailBackend"
EMAIL_TIMEOUT = 20
QUIET_HOURS = env("QUIET_HOURS", default="20:00-08:00")  # in London; reminders wait until they are over; empty: none

# --- Log ------------------------------------------------------------------
if not DEBUG:
    DEFAULT_EXCEPTION_REPORTER = "mentoring_portal.error_reports.CodeOnly"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"mask": {"()": "people.log.MaskTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["mask"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
