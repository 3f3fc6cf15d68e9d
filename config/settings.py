"""Settings of Sổ Trạm. They come from the environment only (``config.env``); docs/settings.md lists them."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env, native

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where things are -------------------------------------------------------------------------------------------------

DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
# Attachments and photos. Never served by path: every download goes through a view that asks who is allowed.
ATTACHMENTS_DIR = DATA_DIR / "files"
MEDIA_ROOT = ATTACHMENTS_DIR
NODE_MODULES = BASE_DIR / "node_modules"

# Coverage: where tiles lie, whose workers compute them (none: threads of this machine), the middle of the grid.
COVERAGE_STORE = env.store("COVERAGE_STORE", DATA_DIR / "coverage")
DASK_SCHEDULER = env.scheduler("DASK_SCHEDULER")
COVERAGE_GRID = env.place("COVERAGE_GRID", (106.0, 16.0))
native.publish_kernel_cache(DATA_DIR)

# --- Safety -----------------------------------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
HTTPS = env.flag("HTTPS")
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "secret.key")
# Signs the head of each authority's chain of change records; never the same key as the sessions'.
LEDGER_KEY = env.secret("LEDGER_KEY", DATA_DIR / "ledger.key")
# What phones seal their outbox for; without it a sealed file made before cannot be opened.
FIELD_KEY = env.secret("FIELD_KEY", DATA_DIR / "field.key")
ALLOWED_HOSTS = env.host_names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
# How many reverse proxies of ours stand in front; their X-Forwarded-* headers are believed, nobody else's.
PROXIES = env.integer("PROXIES", 0, least=0, most=5)

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "infra.pages.errors.form_expired"

# Background tiles of the deployment (https://host/{z}/{x}/{y}.png, or a PMTiles file that we serve); without it the
# maps draw our own units.
BASEMAP_URL, BASEMAP_FILE = env.background("BASEMAP_URL", served_at="/tiles/background/{z}/{x}/{y}")
BASEMAP_ATTRIBUTION = env.text("BASEMAP_ATTRIBUTION")
# Names that the deployment wants on its maps whatever the register holds.
MAP_LABELS_FILE = env.file("MAP_LABELS", "fixtures/maps/labels.json", BASE_DIR)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *env.tile_origins(BASEMAP_URL)],
        "font-src": [SELF],
        "connect-src": [SELF, *(env.tile_origins(BASEMAP_URL) if BASEMAP_URL.endswith(".pmtiles") else [])],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# A submission of 50,000 stations is about 15 MB; larger request bodies than this are refused before they are read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_PERMISSIONS = 0o640
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_MB", 100, least=1, most=2_000) * 1024 * 1024

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Ours come first: their templates and commands win over the libraries'.
    "config",
    "maps",
    "inspections",
    "infra",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.gis",
    "rest_framework",
    "rest_framework_gis",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before sessions and languages: a tile that is known needs neither.
    "maps.quick.QuickTiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "infra.pages.gate.Gate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "inspections.middleware.RevokedPhones",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "infra.pages.frame.frame",
            ],
        },
    }
]

# --- Database and space -----------------------------------------------------------------------------------------------

# No ATOMIC_REQUESTS: on SQLite even a read-only transaction would wait for the writer.
DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SPATIALITE_LIBRARY_PATH = env.text("SPATIALITE_LIBRARY_PATH", "mod_spatialite")
if (_gdal := native.gdal_library()) is not None:
    GDAL_LIBRARY_PATH = str(_gdal)
if (_geos := native.geos_library()) is not None:
    GEOS_LIBRARY_PATH = str(_geos)

# Unit codes that the first authority answers for; read once when the reference data is loaded, then it is data.
TERRITORY = env.unit_codes("TERRITORY", "33")
DEMO = env.flag("DEMO", default=True)

# Tiles that each web process keeps made; 0 makes each one anew.
TILE_CACHE_BYTES = env.integer("TILE_CACHE_MB", 96, least=0, most=4_096) * 1024 * 1024

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5_000}}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "infra.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "infra.signing_in.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Together: knowing a name does not let a stranger lock its owner out, nor one colleague a whole office.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_IPWARE_PROXY_COUNT = PROXIES
AXES_IPWARE_META_PRECEDENCE_ORDER = ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if PROXIES else ["REMOTE_ADDR"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_CALLABLE = "infra.pages.entrance.locked_out"

OTP_TOTP_ISSUER = "Sổ Trạm"

# Our token model stands in for knox's own; its migrations would still make the table that nobody uses.
MIGRATION_MODULES = {"knox": None}
KNOX_TOKEN_MODEL = "infra.ApiToken"  # noqa: S105 (a model, no password)
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=90),
    "TOKEN_LIMIT_PER_USER": 20,
    "AUTO_REFRESH": False,
    "TOKEN_PREFIX": "sotram_",
}

# --- E-mail -----------------------------------------------------------------------------------------------------------

# Without EMAIL_URL nothing is sent; everything that would be mailed stands in the program as well.
globals().update(env.mail("EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM") or "sotram@localhost"
PUBLIC_URL = env.web_address("PUBLIC_URL")

# --- API --------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "infra.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["infra.api.bodies.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "infra.api.paging.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "infra.api.problems.handler",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "infra.api.negotiation.Negotiation",
    # Without it the throttles would believe any X-Forwarded-For.
    "NUM_PROXIES": PROXIES,
    "PAGE_SIZE": 100,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sổ Trạm",
    "DESCRIPTION": "The register of telecom, postal and network infrastructure of a territory.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "InstallationKindEnum": "infra.models.InstallationKind",
        "SubmissionKindEnum": "infra.models.SubmissionKind",
        "OrganizationKindEnum": "infra.models.OrganizationKind",
        "UnitLevelEnum": "infra.models.UnitLevel",
        "PriorityLevelEnum": "inspections.selectors.priority_decision.LEVELS",
        "ItemKindEnum": "inspections.models.ItemKind",
        "StepKindEnum": "inspections.models.StepKind",
        "AnswerKindEnum": "inspections.models.AnswerKind",
        "AnswerStateEnum": "inspections.models.AnswerState",
        "DocumentStateEnum": "inspections.models.DocumentState",
        "OriginEnum": "inspections.models.Origin",
        "IncidentKindEnum": "inspections.models.IncidentKind",
        "IncidentCauseEnum": "inspections.models.IncidentCause",
        "IncidentSourceEnum": "inspections.models.IncidentSource",
        "DamageEnum": "inspections.models.Damage",
        "StormPhaseEnum": "inspections.models.StormPhase",
        "OutageStateEnum": "inspections.outages.rows.STATES",
        "ChecklistStatusEnum": "inspections.models.TemplateStatus",
        "InspectionStatusEnum": "inspections.models.InspectionStatus",
        "CampaignStatusEnum": "inspections.models.CampaignStatus",
        "CaseStateEnum": "inspections.models.CaseState",
        "FindingStateEnum": "inspections.models.FindingState",
        "PermitStateEnum": "infra.models.PermitState",
        "FindingSeverityEnum": "inspections.models.Severity",
        "InspectionResultEnum": "inspections.models.Result",
        "RatingResultEnum": "inspections.models.RatingResult",
        "CorrectionKindEnum": "inspections.models.CorrectionKind",
        "CorrectionStateEnum": "inspections.models.CorrectionState",
        "CopyKindEnum": "inspections.models.CopyKind",
        "ReviewEnum": "inspections.models.Review",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "infra.api.schema.describe_common",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "filter": True, "persistAuthorization": False, "validatorUrl": None},
}

# --- Words and time ---------------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.choice("DEFAULT_LANGUAGE", "vi", ("vi", "en"))
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "infra.formats"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

# --- Front end --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "config.front_end.ListedFilesFinder",
    "config.front_end.AppFilesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.front_end.NamedByContent"},
}
WHITENOISE_USE_FINDERS = DEBUG
ICONS_DIR = NODE_MODULES / "@tabler" / "icons" / "icons"

# --- Log --------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "axes": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},  # a failed task is logged with its traceback
        "django_tasks_db": {"level": "ERROR"},  # its warnings are advice for a terminal of its own
        **{app: {"level": LOG_LEVEL} for app in ("config", "infra", "inspections", "maps")},
    },
}
