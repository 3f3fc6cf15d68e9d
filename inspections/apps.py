from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("Inspections")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from infra import access, notices  # noqa: PLC0415
        from infra.selectors.acts import name_acts  # noqa: PLC0415
        from inspections import following, telling  # noqa: PLC0415 -- models exist only now
        from inspections.acts import TITLES  # noqa: PLC0415
        from inspections.models import Field  # noqa: PLC0415
        from inspections.notices import NOTICES  # noqa: PLC0415
        from inspections.pages import sheets  # noqa: PLC0415

        name_acts(TITLES)
        notices.NOTICES.update(NOTICES)
        access.FIELDS.update(Field.choices)
        following.register()
        telling.register()
        sheets.register()
