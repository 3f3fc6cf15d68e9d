"""Long work that a person asked for on a page: it goes on in the background and keeps what it found."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.organizations import Authority
from infra.models.permits import Attachment


class JobKind(models.TextChoices):
    """What is done."""

    LEDGER_VERIFICATION = "ledger_verification", _("Verification of the ledger")
    UNITS_TRIAL = "units_trial", _("Trial of a file of units")
    UNITS_IMPORT = "units_import", _("Import of units")
    SUBMISSION_SHEET = "submission_sheet", _("Sheet of a submission")
    SUBMISSION_WORK = "submission_work", _("Work on a submission")


class WorkStep(models.TextChoices):
    """What is being done with a submission, in this order."""

    READING = "reading", _("The file is being read.")
    CHECKING = "checking", _("The rows are being checked.")
    COMPARING = "comparing", _("The rows are being compared with the register.")
    PREPARING = "preparing", _("The rows are being made ready.")
    WRITING = "writing", _("The rows are being written.")
    HISTORY = "history", _("The rows' history is being written.")


class JobState(models.TextChoices):
    """How far it is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """One piece of work. ``parameters`` say what was asked, ``report`` what was found, ``failure`` why it failed.

    While it runs, ``report`` may hold ``done`` of ``total``.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="jobs", verbose_name=_("authority"))
    kind = models.CharField(_("kind"), max_length=24, choices=JobKind.choices)
    state = models.CharField(_("state"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    file = models.ForeignKey(
        Attachment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    failure = models.TextField(_("reason of failure"), blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        ordering = ("-id",)
        indexes = (models.Index(fields=["authority", "kind", "-id"], name="job_of_kind"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to end."""
        return self.state in (JobState.WAITING, JobState.RUNNING)
