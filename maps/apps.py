from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class MapsConfig(AppConfig):
    name = "maps"
    verbose_name = _("Maps")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let what this process remembers go when an act is written or somebody signs out."""
        from infra.models import ApiToken, Membership, User  # noqa: PLC0415 -- models are not there before
        from infra.pages import panels  # noqa: PLC0415
        from infra.selectors.acts import name_acts  # noqa: PLC0415
        from infra.services import ledger, lists  # noqa: PLC0415
        from inspections.selectors.picking import add_picker  # noqa: PLC0415
        from maps.acts import LISTS, TITLES  # noqa: PLC0415
        from maps.pages.antennas import installation_actions  # noqa: PLC0415
        from maps.pages.exposure import exposure_panels  # noqa: PLC0415
        from maps.pages.site_acts import site_actions  # noqa: PLC0415
        from maps.queries.stamp import look_again  # noqa: PLC0415
        from maps.selectors.picking import picked_on_map  # noqa: PLC0415
        from maps.visitors import VISITORS  # noqa: PLC0415

        name_acts(TITLES)
        panels.add_actions("site", site_actions)
        panels.add_actions("installation", installation_actions)
        panels.add_panels("site", exposure_panels)
        add_picker("map", picked_on_map)
        for kept in LISTS:
            lists.add_list(kept)
        ledger.witness(look_again)
        ledger.witness(VISITORS.forget)
        user_logged_out.connect(VISITORS.forget, dispatch_uid="maps.visitors")
        for model in (ApiToken, Membership, User):
            post_save.connect(VISITORS.forget, sender=model, dispatch_uid=f"maps.visitors.{model.__name__}")
            post_delete.connect(VISITORS.forget, sender=model, dispatch_uid=f"maps.visitors.{model.__name__}")
