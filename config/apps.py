from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("Installation")
    default_auto_field = "django.db.models.BigAutoField"


class ServedFilesConfig(StaticFilesConfig):
    """Collects what the pages can ask for: no source maps, nothing of the API libraries that we do not show."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.map",
        "rest_framework*",
        "django_htmx",
        "redoc",
        "swagger-ui-es-bundle*",
    ]
