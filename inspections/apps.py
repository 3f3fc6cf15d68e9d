from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("Inspections")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from inspections import following, telling  # noqa: PLC0415 -- models exist only now
        from inspections.pages import sheets  # noqa: PLC0415

        following.register()
        telling.register()
        sheets.register()
