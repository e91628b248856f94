"""Settings, all from the environment; secure by default as soon as DEBUG is off.

| variable | default | meaning |
| --- | --- | --- |
| DEBUG | 0 | development pages and a throw-away secret key |
| SECRET_KEY | none | required when DEBUG is off |
| ALLOWED_HOSTS | none | comma-separated; required when DEBUG is off |
| CSRF_TRUSTED_ORIGINS | none | comma-separated origins, behind a proxy |
| DATABASE_URL | sqlite beside manage.py | sqlite:///path or postgres://… |
| HTTPS | 1 | set to 0 only to try a production server without TLS |
| BEHIND_PROXY | 0 | 1 when a trusted proxy sets X-Forwarded-Proto |
| TRUSTED_PROXIES | 0 | how many proxies of yours stand in front, each adding to X-Forwarded-For the address it serves |
| CACHE_URL | memory of each process | dbcache://cache (then `manage.py createcachetable`): shared by all processes |
| STARTS_PER_HOUR | 20; 2000 behind a proxy not counted | questionnaires begun by the open link from one address |
| EMAIL_URL | smtp://localhost:25 | smtp+tls://user:password@host:587; with DEBUG, mails are printed |
| DEFAULT_FROM_EMAIL | observatoire@ the first host | sender of the mails, « Name <address> » |
| MAILS_PER_MINUTE | 120 | what the mail server accepts; the outbox keeps the rest for later |
| SITE_URL | https:// the first host | the site's address in mails that leave by themselves, on their day |
| PERSONAL_DATA_KEY | none: kept in clear | Fernet keys, comma-separated: the first encrypts, all decrypt |
| FILES_ROOT | var/files beside manage.py | files that jobs make; never served as such; shared by all machines |
| EMBEDDED_WORKER | 0, with DEBUG 1 | 1 when the server runs the jobs itself, without a `worker` beside it |
| DATA_PROTECTION_CONTACT | DEFAULT_FROM_EMAIL | address to which people write about their data |
| SECOND_FACTOR | 1, with DEBUG 0 | after the password, a code by mail or from an application |
| SESSION_HOURS | 10 | how long staff stay signed in |

Everybody in one office, or behind one proxy that TRUSTED_PROXIES does not count, has the same network address.

A development checkout keeps its own in `.env` (written by `make install`, ignored by git); an environment that names
SECRET_KEY or DEBUG speaks for itself and `.env` is not read.
"""

import os
from pathlib import Path

# Before numpy is imported. Each process is one of several on a few cores: threads that wait for each other by spinning
# make a product of matrices eight times as dear.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import environ
from bootstrap_wrapper import get_bootstrap_dir
from cryptography.fernet import Fernet
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from cnc_survey.accounts.policy import DURATION, FAILURES

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if not {"SECRET_KEY", "DEBUG"} & os.environ.keys():
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only" if DEBUG else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY est absente. Définissez la variable d’environnement SECRET_KEY (au moins 50 caractères "
        "tirés au hasard), ou DEBUG=1 pour un essai sur votre poste."
    )
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS est vide. Définissez la variable d’environnement ALLOWED_HOSTS avec le nom public du "
        "site (par exemple ALLOWED_HOSTS=observatoire.example.fr), ou DEBUG=1 pour un essai sur votre poste."
    )

INSTALLED_APPS = [
    "django_tasks",
    "django_tasks_db",
    "allauth",  # before ours, whose admin takes its pages away
    "allauth.account",
    "allauth.mfa",
    "interviews",
    "usecases",
    "cnc_survey",
    "cnc_survey.outbox",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "axes",
    "cnc_survey.admin_site.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cnc_survey.urls"
WSGI_APPLICATION = "cnc_survey.wsgi.application"

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
            ],
            "builtins": [
                "cnc_survey.templatetags.house",
                "cnc_survey.templatetags.charts",
                "usecases.templatetags.ratings",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue instead of failing: take the write lock at BEGIN and wait for it.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # Without a pool every request opens a connection: 128 saves/s instead of 545.
    # A wrong host must fail in seconds, not hang.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 4, "timeout": 10}
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://?max_entries=10000")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Its package keeps the files outside a `static` folder, where no finder would look.
STATICFILES_DIRS = [("bootstrap", get_bootstrap_dir())]
STORAGES = {
    # What jobs make for one person: no address leads to it, a page checks who asks.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": env.path("FILES_ROOT", default=str(BASE_DIR / "var" / "files")),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Compressing Bootstrap's source maps takes most of a minute and nobody downloads them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "gz", "br", "woff2"]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses whoever is locked out before a password is looked at
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=not DEBUG)
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=10) * 3600

ACCOUNT_ADAPTER = "cnc_survey.accounts.adapter.StaffAccountAdapter"
ACCOUNT_FORMS = {
    "login": "cnc_survey.accounts.forms.StaffLoginForm",
    "confirm_login_code": "cnc_survey.accounts.forms.StaffCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are entered by an administrator
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_REQUIRED = {"password"}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds: mail may take a few minutes
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/5m/key"}  # of second factors; axes stops passwords before
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
MFA_ADAPTER = "cnc_survey.accounts.adapter.StaffMFAAdapter"
MFA_FORMS = {"authenticate": "cnc_survey.accounts.forms.StaffSecondFactorForm"}
MFA_TOTP_ISSUER = "L’IA à l’écran et en jeu"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # an office behind one address must not lock itself out
AXES_FAILURE_LIMIT = FAILURES
AXES_COOLOFF_TIME = DURATION
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "cnc_survey.accounts.lockout.name_tried"
AXES_CLIENT_IP_CALLABLE = "cnc_survey.rate_limit.network_address"
AXES_LOCKOUT_CALLABLE = "cnc_survey.accounts.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # the audit log keeps sign-ins
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Everybody behind a proxy that is not counted has its address: a person's limit would close the survey to the others.
STARTS_PER_HOUR = env.int("STARTS_PER_HOUR", default=2000 if BEHIND_PROXY and not TRUSTED_PROXIES else 20)

# EMAIL_BACKEND, EMAIL_HOST…: Django reads each by its name.
globals().update(env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25"))
EMAIL_TIMEOUT = 10  # seconds, for each exchange with the mail server
MAILS_PER_MINUTE = env.int("MAILS_PER_MINUTE", default=120)
BEFORE_SENDING = ["interviews.fieldwork.waves.launch_due_waves"]  # called at each round of the postman
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"observatoire@{ALLOWED_HOSTS[0].lstrip('.')}")

# Contacts are encrypted at rest under the first; the others still decrypt what rotate_personal_data_key has not redone.
PERSONAL_DATA_KEYS = env.list("PERSONAL_DATA_KEY", default=[])
try:
    for key in PERSONAL_DATA_KEYS:
        Fernet(key)
except ValueError:
    raise ImproperlyConfigured(
        "PERSONAL_DATA_KEY contient une clé qui n’en est pas une. Une clé se tire par : python -c "
        "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    ) from None
DATA_PROTECTION_CONTACT = env.str("DATA_PROTECTION_CONTACT", default=DEFAULT_FROM_EMAIL)

HTTPS = env.bool("HTTPS", default=not DEBUG)
SITE_URL = env.str("SITE_URL", default=f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.')}").rstrip("/")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante/"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# A respondent's address holds the personal link: it must not travel to another site.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# The queue is the library's; what a job is, how far it is and how it ended is ours (cnc_survey.jobs).
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOB_KINDS = ["interviews.exports.campaign_exports.KINDS", "interviews.jobs.KINDS"]
EMBEDDED_WORKER = env.bool("EMBEDDED_WORKER", default=DEBUG)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub_tokens": {"()": "cnc_survey.logs.ScrubTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["scrub_tokens"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # It tells of every task, and of every time it finds none.
        "django_tasks_db": {"level": "WARNING"},
    },
}
