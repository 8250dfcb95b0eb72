"""Django settings: the parts that do not vary; what varies is in ``config.py``."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from jingtu.service.web.config import Config
from jingtu.service.web.logs import logging_config

CONFIG = Config.from_environment()
HERE = Path(__file__).resolve().parent

DEBUG = False
SECRET_KEY = CONFIG.read_secret_key()
ALLOWED_HOSTS = [host.strip() for host in CONFIG.allowed_hosts.split(",") if host.strip()]
ROOT_URLCONF = "jingtu.service.web.urls"
WSGI_APPLICATION = "jingtu.service.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "jingtu.platform.regions",
    "jingtu.platform.organisations",
    "jingtu.platform.people",
    "jingtu.platform.ledger",
    "jingtu.platform.evidence",
    "jingtu.platform.registers",
    "jingtu.platform.evidence.laboratory",
    "jingtu.platform.duties",
    "jingtu.platform.indicators",
    "jingtu.platform.draws",
    "jingtu.platform.filings",
    "jingtu.platform.scorecards",
    "jingtu.platform.jobs",
    "jingtu.platform.rulebooks",
    "jingtu.programme.plans",
    "jingtu.programme.sites",
    "jingtu.programme.sources.metals",
    "jingtu.programme.sources.cadmium",
    "jingtu.programme.sources.key_units",
    "jingtu.programme.sources.waste",
    "jingtu.programme.cropland",
    "jingtu.programme.groundwater",
    "jingtu.programme.funds",
    "jingtu.programme.supervision",
    "jingtu.service.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jingtu.service.web.middleware.ContextMiddleware",
    "jingtu.service.web.accounts.middleware.AccountLimitsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jingtu.service.web.shell.shell",
            ],
        },
    },
]

DATABASES = {"default": CONFIG.database()}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "phone", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "jingtu.platform.people.validators.MixedSignsValidator"},
    {"NAME": "jingtu.platform.people.validators.ChangedPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "jingtu.service.web.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords are counted by axes in the database; this counts wrong codes of the second factor.
    "login_failed": f"{CONFIG.lockout_failures}/{CONFIG.lockout_minutes * 60}s/key",
    "login": "120/m/ip",  # an office behind one address logs in at nine o'clock
}
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.proxy_count
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "净土"

AXES_FAILURE_LIMIT = CONFIG.lockout_failures
AXES_COOLOFF_TIME = CONFIG.lockout_minutes / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_IPWARE_PROXY_COUNT = CONFIG.proxy_count or None
AXES_LOCKOUT_CALLABLE = "jingtu.service.web.accounts.lockout.locked"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = CONFIG.session_hours * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
CSRF_COOKIE_HTTPONLY = False  # htmx reads the token from the page, never from the cookie
SECURE_SSL_REDIRECT = CONFIG.https
SECURE_HSTS_SECONDS = 31_536_000 if CONFIG.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = CONFIG.https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.proxy_count else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF, "blob:"],
    },
}

UPLOAD_BYTES = CONFIG.upload_mib * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # forms; files stream to disk under UPLOAD_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
MEDIA_ROOT = CONFIG.data_path / "evidence"

STATIC_URL = "static/"
STATICFILES_DIRS: list[Path] = [HERE / "static"]
STATIC_ROOT = CONFIG.data_path / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
FORMAT_MODULE_PATH = "jingtu.service.web.formats"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = logging_config(as_json=CONFIG.log_json)

SILENCED_SYSTEM_CHECKS: list[str] = (
    []
    if CONFIG.https
    # Without JINGTU_HTTPS the installation serves one machine or a closed office network over http.
    else ["security.W004", "security.W008", "security.W012", "security.W016"]
)
