"""Files that somebody had made of a layer: asked for, written in the background, kept for some days."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet


class ExportState(models.TextChoices):
    """What became of an export."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being written")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


class Export(models.Model):
    """One file: a layer under filters, as its owner saw it when it was asked for.

    ``query`` holds the parameters of the map; ``scope`` what the owner could see, so that the file is handed out only
    as long as that stays the same. ``done`` of ``total`` are rows (tiles in an archive); a total may be unknown.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports", verbose_name=_("owner"))
    layer = models.CharField(_("layer"), max_length=32)
    format = models.CharField(_("format"), max_length=12)
    query = models.TextField(_("filters"), blank=True)
    language = models.CharField(_("language"), max_length=8, default="vi")
    scope = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    total = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    done = models.PositiveIntegerField(_("written"), default=0)
    size = models.PositiveBigIntegerField(_("size (bytes)"), default=0)
    error = models.CharField(_("what went wrong"), max_length=400, blank=True)
    created_at = models.DateTimeField(_("asked for"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ("-id",)
        indexes = (models.Index(fields=["owner", "-id"], name="export_of_owner"),)

    def __str__(self) -> str:
        return f"{self.layer}.{self.format}"

    @property
    def file_name(self) -> str:
        """What the file is called when it leaves."""
        return f"{self.layer}-{self.created_at:%Y%m%d}.{self.format}"

    @property
    def percent(self) -> int | None:
        """How much is written, None where the total is unknown."""
        if self.state == ExportState.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else None
