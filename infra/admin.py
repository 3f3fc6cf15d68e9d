"""Django's admin: the register's tables and its ledger, to be read only.

Whatever changes the register goes through the services, which write versions and a change record. An admin form would
not, so none is offered: no adding, changing or deleting of any noun, whoever asks. People, their roles and their second
factors are not there at all: the pages under /administration/ write their acts into the ledger.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 -- registers groups before they are taken out
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django_otp.plugins.otp_totp import admin as otp_admin  # noqa: F401 -- registers devices before
from django_otp.plugins.otp_totp.models import TOTPDevice

from infra.access import PATHS, Permission, can
from infra.models import NOUNS, ChangeRecord, LedgerHead, Submission
from infra.models.lookups import Limit, Lookup


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows rows to administrators of an authority, scoped like every other page; changes nothing."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return can(request.user, Permission.ADMINISTER)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        if self.model._meta.label_lower in PATHS:
            rows = rows.visible_to(request.user)  # type: ignore[attr-defined]
        return rows


admin.site.unregister([Group, TOTPDevice])
SHOWN: tuple[type[models.Model], ...] = (*NOUNS, ChangeRecord, LedgerHead, Submission, Limit, *Lookup.__subclasses__())
for noun in SHOWN:
    if noun._meta.app_label == "infra":
        admin.site.register(noun, ReadOnlyAdmin)
