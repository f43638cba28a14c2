"""Settings of Trefoil, all from the environment; docs/deploying.md lists the variables.

Without any variable this is production, which refuses to start without its secrets. `DEBUG=1` makes it a development
set-up on SQLite, and so do bin/run and the tests.
"""

import tomllib
from contextlib import suppress
from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config.providers import providers_of
from config.variables import env

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
# It holds people's words, so nobody else on this machine may read it.
try:
    VAR_DIR.mkdir(exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"The folder {VAR_DIR} cannot be made: {error.strerror}.") from error
with suppress(PermissionError):
    VAR_DIR.chmod(0o700)
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def required_in_production(name: str, fallback: str) -> str:
    """Return the variable, or the fallback while developing; production says which one is missing."""
    if value := env.text(name):
        return value
    if DEBUG:
        return fallback
    raise ImproperlyConfigured(
        f"{name} is not set. Production needs it; see docs/deploying.md. To develop, set DEBUG=1, or use make run."
    )


DEBUG = env.flag("DEBUG")
# The demo has one-click sign-in: never use it with real people.
DEMO = env.flag("DEMO")

_EXAMPLE_KEYS = ("only-for-", "django-insecure-", "change", "example", "secret")
SECRET_KEY = required_in_production("SECRET_KEY", "only-for-development-" + "x" * 40)
# Former keys: what was signed or encrypted by them is still read.
SECRET_KEY_FALLBACKS = env.texts("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = [
    host.strip() for host in required_in_production("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
]
if not DEBUG:
    # As strict as Django's own check W009, which only warns.
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith(_EXAMPLE_KEYS):
        raise ImproperlyConfigured(
            "SECRET_KEY is too weak, or an example. Make one with:"
            ' python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
        )
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS may not be *: name the hosts under which people reach Trefoil."
        )
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "demo",
    "worker",
    "backup",
    "sheets",
    "telling",
    "trends",
    "tracker",
    "questions",
    "groups",
    "courses",
    # Before people, whose admin leaves them out.
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "people",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "simple_history",
]

MIDDLEWARE = [
    "config.middleware.answer_health",
    "config.middleware.log_request",
    "django.middleware.security.SecurityMiddleware",
    # Before what concerns pages alone: a first page has twenty files, and headers are not compressed.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.keep_nothing",
    "config.middleware.allow_no_devices",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    # Pages shrink to a fifth. Against BREACH it varies their length; tokens in them are masked anew each time.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lib.junk.RefuseJunk",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.SignInMiddleware",
    "groups.second_factor.SecondFactorMiddleware",
    "groups.times.show_times_of_reader",
    "telling.looks.mark_mails_read",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "crispy_forms.templatetags.crispy_forms_filters",
                "groups.cohort_nav",
                "lib.fields",
                "lib.form_key",
                "lib.log_lines",
                "lib.marks",
                "lib.relative_days",
                "people.outbox",
                "telling.mail_tags",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "people.demo.demo",
                "config.navigation.navigation",
            ],
        },
    },
]
FORM_RENDERER = "lib.fields.FieldsOfPages"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# The server itself, where DATABASE_URL names PgBouncer: backups are made and restored there.
DATABASE_DIRECT = env.database("DATABASE_DIRECT_URL") if env.text("DATABASE_DIRECT_URL") else None
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'trefoil.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers wait instead of failing with "database is locked"; the pragmas run once per connection.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # synchronous=FULL: what was acknowledged survives a power cut. Each change waits for the disk, about 5 ms.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728;"
        " PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    # Pages open also after the server closed a kept connection.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Behind PgBouncer, which may give each transaction another connection, a server's cursor is gone before it is read.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = bool(DATABASE_DIRECT)

# The folder of nightly backups, None without; and the list of who was anonymised since (people.erased).
BACKUP_DIR = Path(env.text("BACKUP_DIR")) if env.text("BACKUP_DIR") else None
ERASED_LIST = (BACKUP_DIR or VAR_DIR) / "erased.jsonl"
# Whether bin/serve may migrate a database that is older than the code, after a backup.
MIGRATE = env.flag("MIGRATE")

# All processes share it; the first migration of people creates its table. allauth counts changes of addresses there.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_cache",
        # Django keeps 300 and then drops a third, live ones too: limits would be forgotten.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Whether mails go anywhere: to people, or to files for who develops. Otherwise pages say that there are none.
SENDS_MAIL = DEBUG or bool(env.text("EMAIL_URL"))
LOGIN_URL = "account_request_login_code" if SENDS_MAIL else "account_login"
LOGIN_REDIRECT_URL = "tracker:home"
LOGOUT_REDIRECT_URL = LOGIN_URL

ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.forms.sign_in.SignInForm",
    "confirm_login_code": "people.forms.sign_in.ConfirmSignInCodeForm",
    "request_login_code": "people.forms.sign_in.SignInCodeForm",
    "reset_password": "people.forms.sign_in.PasswordResetForm",
    "reset_password_from_key": "people.forms.sign_in.PasswordResetKeyForm",
    "change_password": "people.forms.sign_in.PasswordChangeForm",
    "set_password": "people.forms.sign_in.PasswordSetForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
# People are invited or imported.
ACCOUNT_SIGNUP_ENABLED = False
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# The first sign-in uses a link or code from an e-mail, which verifies the address. A new address must be confirmed.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# No code by e-mail: who sits at an open browser has the mailbox, too, and would be rid of a second factor.
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_PREVENT_ENUMERATION = True
# Made as for known ones, so that it takes as long, and not sent (people.adapter).
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
# What concerns signing in is counted by `people.sign_in_policy`.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    ("login", "login_failed", "request_login_code", "reset_password", "reset_password_from_key")
)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
# Only mails that `people.adapter` lets through: what is told of addresses and passwords has mails of its own.
ACCOUNT_EMAIL_NOTIFICATIONS = True

SOCIALACCOUNT_PROVIDERS = providers_of(env, env.texts("SIGN_IN_WITH"), needs_tls=not DEBUG)
# Codes by e-mail and passwords sign nobody in. `manage.py sign_in_link` lets a site admin in all the same.
ONLY_PROVIDERS = env.flag("ONLY_PROVIDERS")
if ONLY_PROVIDERS and not SOCIALACCOUNT_PROVIDERS:
    raise ImproperlyConfigured("ONLY_PROVIDERS needs a provider: set SIGN_IN_WITH; see docs/deploying.md.")
SOCIALACCOUNT_ADAPTER = "people.providers.ProviderAdapter"
# An address that its provider has verified signs its person in, and ties the account of the provider to theirs.
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
# Whether course admins and site admins get anywhere, the Django admin included, only with a second factor.
SECOND_FACTOR = env.flag("SECOND_FACTOR") and not DEMO
MFA_ADAPTER = "people.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "people.forms.sign_in.SecondFactorForm",
    "reauthenticate": "people.forms.sign_in.SecondFactorAgainForm",
    "activate_totp": "people.forms.sign_in.SecondFactorSetUpForm",
}
MFA_TOTP_ISSUER = "Trefoil"
# The code before and the one after count too: clocks differ, and typing takes time.
MFA_TOTP_TOLERANCE = 1
# The first proof of a mailbox removes a second factor of before (people.actions.holders).
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_REAUTHENTICATION_REQUIRED = False  # people.views.addresses.lately asks.
# The number of proxies that add to X-Forwarded-For: sign-in limits are counted by client address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# gunicorn.conf.py takes it. Read here, too, since bin/serve asks the settings before it starts anything.
WEB_CONCURRENCY = env.number("WEB_CONCURRENCY", 2, least=1)

# Sent with `Authorization: Bearer`, it makes /readyz say what is not ready. Without a token, nobody is told.
READY_TOKEN = env.text("READY_TOKEN")
# Days until an invitation expires.
INVITATION_DAYS = 14

# The address of Trefoil, for links in e-mails that are not sent during a request.
SITE_URL = env.origin(
    "SITE_URL", "http://127.0.0.1:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0].lstrip('.*')}"
)

# Hosts of private networks that addresses entered on pages may lead to, such as the company's own chat.
OUTGOING_HOSTS = [host.lower() for host in env.texts("OUTGOING_HOSTS")]

# A file of all certificate authorities to trust when a provider is asked, in the place of those of the machine.
REQUESTS_CA_BUNDLE = env.text("REQUESTS_CA_BUNDLE")

# Whether the background process looks once a week where the addresses of materials lead.
LINK_CHECKS = env.flag("LINK_CHECKS", default=True)

if SENDS_MAIL:
    required_in_production("DEFAULT_FROM_EMAIL", "in files")
DEFAULT_FROM_EMAIL = env.address("DEFAULT_FROM_EMAIL", "Trefoil <trefoil@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The address for replies to mails that name no person; without it, the sender.
REPLY_TO = env.address("REPLY_TO")
if env.text("EMAIL_URL"):
    _smtp = env.mail_server("EMAIL_URL") | {"timeout": 10}
    MAILERS = {"default": {"BACKEND": "config.mail.PatientSmtpBackend", "OPTIONS": _smtp}}
elif DEBUG:
    MAILERS = {
        "default": {
            # Nobody but the owner of VAR_DIR reads them.
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(VAR_DIR / "mail")},
        }
    }

else:
    MAILERS = {"default": {"BACKEND": "config.mail.NoMailBackend"}}

LANGUAGE_CODE = "en-gb"
# Nothing is translated, and looking each word of a page up took 2 to 3% of its time.
USE_I18N = False
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.packs.PackFinder",
]
STATICFILES_DIRS = [BASE_DIR / "static", ("docs/img", BASE_DIR / "docs/img")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000  # bytes; a check-in of a group is under 50 kB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 400

if not DEBUG and env.flag("HTTPS", default=True):
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # The prefix makes browsers refuse such a cookie from another host of the domain, or without TLS.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
# HSTS for subdomains and preloading are the decision of the domain's owner.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "lib.log_lines.LogLine", ".": {"is_json": env.flag("LOG_JSON")}},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # By way of the root: errors of requests with their traceback, which Django itself would only mail.
        "django": {"handlers": [], "level": "INFO" if DEBUG else "WARNING"},
        # `config.middleware` writes a line a request, in development too.
        "django.server": {"handlers": [], "propagate": False},
        "gunicorn.error": {"level": "INFO"},
        # 404 and a form that was filled in wrongly are no errors of Trefoil.
        "django.request": {"level": "ERROR"},
        # Refusals, who signed in and did what, and what the worker does.
        "trefoil": {"level": "INFO"},
    },
}
