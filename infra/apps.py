from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class InfraConfig(AppConfig):
    name = "infra"
    verbose_name = _("Registry")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from infra import checks  # noqa: F401, PLC0415 -- registers the checks
        from infra.models import guards  # noqa: PLC0415 -- models exist only now
        from infra.pages import panels  # noqa: PLC0415
        from infra.pages.corrections import installation_actions  # noqa: PLC0415

        panels.add_actions("installation", installation_actions)
        post_migrate.connect(guards.install, dispatch_uid="infra.guards")
