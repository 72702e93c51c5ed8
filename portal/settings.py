"""One file, the environment, SQLite unless told. Refuses to start insecurely.

Every setting an operator may change is read from the environment (or a `.env` file) and listed in .env.example.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from portal import environment

BASE_DIR = environment.BASE_DIR
environment.load(Path(environment.text("ENV_FILE", str(BASE_DIR / ".env"))))

# Where the system writes: everything under one folder, closed to others.

VAR_DIR = environment.folder()
for name in ["", "cache", "media", "uploads", "mail", "queue", "queue/control"]:
    (VAR_DIR / name).mkdir(mode=0o700, parents=True, exist_ok=True)

# Security

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.secret_key()
SECRET_KEY_FALLBACKS = environment.items("SECRET_KEY_FALLBACKS")
FIELD_KEYS = environment.field_keys()
"""Keys for personal data, the newest first (organisations/encryption.py)."""
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
ALLOWED_HOSTS = environment.items("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")

if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY in the environment (`make run` makes one for you under var/).")
if not DEBUG:
    for key in [SECRET_KEY, *SECRET_KEY_FALLBACKS]:
        if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure"):
            raise ImproperlyConfigured("SECRET_KEY is too weak: take 50 random characters or more.")
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name the portal's hosts; '*' admits forged links.")

# Any host but this machine itself is served by HTTPS only, unless SECURE_SSL=0 says otherwise.
SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL", default=not DEBUG and not LOOPBACK.issuperset(ALLOWED_HOSTS))
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_TRUSTED_ORIGINS = environment.items("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = environment.number("TRUSTED_PROXIES", 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src-elem": [SELF],
        "style-src-attr": [UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The application

SITE_URL = environment.text("SITE_URL", f"http://127.0.0.1:{environment.number('PORT', 8000)}").rstrip("/")
SITE = {  # shown in the head and foot of every page; what is empty is left out
    "name": environment.text("SITE_NAME") or _("Party-affairs disclosure"),
    "operator": environment.text("SITE_OPERATOR"),
    "phone": environment.text("SITE_PHONE"),
    "email": environment.text("SITE_EMAIL"),
    "address": environment.text("SITE_ADDRESS"),
    "icp": environment.text("SITE_ICP"),
    "police": environment.text("SITE_POLICE_RECORD"),
    "identifier": environment.text("SITE_IDENTIFIER"),
}
INSTALLED_APPS = [
    "portal",
    "oversight",
    "feedback",
    "disclosures",
    "catalogue",
    "notices",
    "organisations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "django_prose_editor",
    "mptt",
    "simple_history",
    "csp",
    "axes",
]
MIDDLEWARE = [
    "portal.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.middleware.OwnPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SIMPLE_HISTORY_REVERT_DISABLED = True  # an old row written back would bypass the rules
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
                "portal.context.site",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# Data

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        environment.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["ENGINE"] = "organisations.sqlite3"
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
            "PRAGMA cache_size=-20000;"
        ),
    }
else:
    _database["OPTIONS"] = {
        "connect_timeout": 3,
        "options": (
            f"-c statement_timeout={environment.text('DATABASE_STATEMENT_TIMEOUT', '0')}"
            " -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
        ),
        **_database.get("OPTIONS", {}),
    }

REDIS_URL = environment.text("REDIS_URL")
REDIS_KEY_PREFIX = environment.text("REDIS_KEY_PREFIX", "portal:")
CACHES: dict[str, Any]
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "portal.caches.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": f"{REDIS_KEY_PREFIX}cache",
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    }

# Signing in

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGOUT_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Files

STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "webp", "woff", "woff2", "gz", "br", "zip"]
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_HANDLERS = [
    "portal.uploads.RefuseLargeUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# Files of postings: one file, all files of one posting, dots of a picture, room that must stay free on the disk.
ATTACHMENT_BYTES = environment.number("ATTACHMENT_MEGABYTES", 20) * 2**20
ATTACHMENTS_BYTES = environment.number("ATTACHMENTS_MEGABYTES", 100) * 2**20
ATTACHMENTS_MOST = 30
UPLOAD_BYTES = ATTACHMENTS_BYTES + 5 * 2**20  # all files of one posting in one request, and its text
ATTACHMENT_PIXELS = 50_000_000
ATTACHMENT_FREE_SPACE = environment.number("FREE_SPACE_MEGABYTES", 500) * 2**20
# Background work asked for by people: how much of it at once, and how long its files are kept.
ERRANDS_AT_ONCE = environment.number("ERRANDS_AT_ONCE", 1)
ERRAND_FILES_DAYS = environment.number("ERRAND_FILES_DAYS", 7)
# How long after a notice was closed, or its posting withdrawn, what people wrote in their objections is kept.
OBJECTION_DATA_DAYS = environment.number("OBJECTION_DATA_DAYS", 365)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

# Letters

EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "notices.mail.FileBackend"
EMAIL_PORT = environment.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = environment.flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "portal@localhost")
NOTICES = {  # names and meanings: notices/policy.py
    "office_opens": environment.clock("OFFICE_OPENS", "09:00"),
    "office_closes": environment.clock("OFFICE_CLOSES", "17:30"),
    "webhook_url": environment.text("WEBHOOK_URL"),
    "webhook_token": environment.text("WEBHOOK_TOKEN"),
}
REMINDERS_FROM = environment.clock("REMINDERS_FROM", "08:00")
REMINDERS_LISTED = environment.number("REMINDERS_LISTED", 20)

# Background work: Redis where there is one, files under var/ where there is none. The database holds the
# truth either way: a lost message costs a minute, a message delivered twice changes nothing.

CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 840
CELERY_TASK_SOFT_TIME_LIMIT = 780
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "run-due-every-minute": {"task": "portal.tasks.run_due", "schedule": 60.0, "options": {"expires": 55}},
    "errands-while-people-wait": {"task": "portal.tasks.run_errands", "schedule": 4.0, "options": {"expires": 4}},
}
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "global_keyprefix": f"{REDIS_KEY_PREFIX}broker:",
        "visibility_timeout": 900,  # above the longest task: a killed worker's task comes back after it
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
    }
else:
    CELERY_BROKER_URL = "filesystem://localhost//"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "queue" / "control"),
    }

# Logs go to stderr, for the supervisor or the container to keep.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"mask": {"()": "portal.logging.MaskPersonalData"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["mask"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": environment.text("LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "level": "INFO"},
        "axes": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},  # it tells of every page, and of every rule it has no use for
        "fontTools": {"level": "ERROR"},
    },
}
