"""Files that operators submit, and their rows."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.fields import JSONTextField
from infra.models.organizations import Authority, Organization
from infra.models.permits import Attachment


class SubmissionKind(models.TextChoices):
    """What a file holds, a row each."""

    STATIONS = "stations", _("Base stations")
    CELLS = "cells", _("Cells")
    POSTAL_POINTS = "postal_points", _("Postal points")
    NETWORK_NODES = "network_nodes", _("Network nodes")
    INTERNET_POINTS = "internet_points", _("Internet points")
    CABLE_ROUTES = "cable_routes", _("Cable routes")
    PERMITS = "permits", _("Permits")


class SubmissionMode(models.TextChoices):
    """Whether what the file does not name stays."""

    APPEND = "append", _("Add and update")
    REPLACE = "replace", _("Replace the whole list")


class SubmissionPurpose(models.TextChoices):
    """Why rows are handed in."""

    REPORT = "report", _("Report")
    CORRECTION = "correction", _("Correction proposed in the field")
    RENEWAL = "renewal", _("Renewal of certificates")
    HISTORY = "history", _("First load with dates of the past")


class SubmissionStatus(models.TextChoices):
    """States of a submission; moves are in :mod:`infra.rules`."""

    RECEIVED = "received", _("Received")
    CHECKING = "checking", _("Being checked")
    INVALID = "invalid", _("Has errors")
    READY = "ready", _("Ready to send")
    SENT = "sent", _("Sent")
    APPLYING = "applying", _("Being registered")
    ACCEPTED = "accepted", _("Accepted")
    PARTLY_ACCEPTED = "partly_accepted", _("Partly accepted")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FAILED = "failed", _("Failed")


#: states in which the rows that nobody decided otherwise about are in the register
REGISTERED = frozenset({SubmissionStatus.ACCEPTED, SubmissionStatus.PARTLY_ACCEPTED})


class Submission(models.Model):
    """One file of an operator on its way into the register.

    ``reading`` keeps what was recognised (sheet, header row, columns, CRS and why); ``counts`` is as in the API.
    ``receipt`` is the number the operator gets when it sends; ``reference`` names what a correction comes from (an
    inspection); ``history_from`` is the day from which rows of a first load hold that bring no date of their own.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="submissions", verbose_name=_("authority"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="submissions", verbose_name=_("organization")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=SubmissionKind.choices)
    mode = models.CharField(_("mode"), max_length=8, choices=SubmissionMode.choices, default=SubmissionMode.APPEND)
    purpose = models.CharField(
        _("purpose"), max_length=12, choices=SubmissionPurpose.choices, default=SubmissionPurpose.REPORT
    )
    reference = models.CharField(_("reference"), max_length=64, blank=True)
    receipt = models.CharField(_("receipt"), max_length=32, blank=True)
    history_from = models.DateField(_("holds since"), null=True, blank=True)
    crs = models.CharField(_("CRS"), max_length=16, default="auto")
    sheet = models.CharField(_("sheet"), max_length=128, blank=True)
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="submissions", verbose_name=_("file"))
    status = models.CharField(
        _("status"), max_length=16, choices=SubmissionStatus.choices, default=SubmissionStatus.RECEIVED
    )
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    idempotency_key = models.CharField(_("key against repetition"), max_length=128, blank=True, default="")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"), auto_now_add=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.TextField(_("reason"), blank=True)
    reading = models.JSONField(_("how it was read"), default=dict, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    file_problems = models.JSONField(_("problems of the file"), default=list, blank=True)
    failure = models.TextField(_("what broke off"), blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="submission_once_per_key",
            ),
            models.UniqueConstraint(fields=["receipt"], condition=~models.Q(receipt=""), name="receipt_once"),
        )
        indexes = (models.Index(fields=["status", "sent_at"], name="submission_waiting"),)

    def __str__(self) -> str:
        return f"{self.file.name} ({self.organization})"


class RowAction(models.TextChoices):
    """What accepting a row would do to the register."""

    ADD = "add", _("Add")
    UPDATE = "update", _("Update")
    REMOVE = "remove", _("Remove")
    UNCHANGED = "unchanged", _("Unchanged")


class RowDecision(models.TextChoices):
    """What became of a row."""

    OPEN = "open", _("Open")
    DROPPED = "dropped", _("Left out by the operator")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Rejected")


class SubmissionRow(models.Model):
    """A row as the person sees it in the spreadsheet: ``row`` is that number; a removal has none.

    ``raw`` holds the cells as read, ``fixes`` the texts that replace some of them (suggestions taken over),
    ``values`` the cleaned values, ``problems`` objects as in the API's contract, ``changes`` field ->
    [before, after] against the register, ``installation`` what it was matched with. ``decision`` is what was decided
    about this row by itself; one that stays open shares what becomes of its submission (``outcome``).
    """

    submission = models.ForeignKey(
        Submission, models.CASCADE, db_index=False, related_name="rows", verbose_name=_("submission")
    )  # the constraint below has an index that begins with it
    row = models.PositiveIntegerField(_("row"), null=True, blank=True)
    action = models.CharField(_("change"), max_length=10, choices=RowAction.choices, blank=True)
    raw = JSONTextField(_("as in the file"), default=dict)
    fixes = models.JSONField(_("fixes"), default=dict, blank=True)
    values = JSONTextField(_("values"), default=dict)
    problems = JSONTextField(_("problems"), default=list, blank=True)
    changes = JSONTextField(_("changes against the register"), default=dict, blank=True)
    has_error = models.BooleanField(_("has an error"), default=False)
    has_warning = models.BooleanField(_("has a warning"), default=False)
    confirmation = models.TextField(_("explanation of the operator"), blank=True)
    position = models.PointField(_("position"), srid=4326, null=True, blank=True, spatial_index=False)
    moved_m = models.FloatField(_("moved by (m)"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=RowDecision.choices, default=RowDecision.OPEN)
    decision_reason = models.TextField(_("reason"), blank=True)
    installation = models.ForeignKey(
        "infra.Installation",
        models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("installation"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a submission")
        verbose_name_plural = _("rows of submissions")
        ordering = ("row",)
        constraints = (models.UniqueConstraint(fields=["submission", "row"], name="row_once_per_submission"),)

    def __str__(self) -> str:
        return f"{self.submission_id}:{self.row}"

    @property
    def outcome(self) -> str:
        """What became of the row: registered with its submission, unless it was decided otherwise."""
        is_registered = self.submission.status in REGISTERED and self.decision == RowDecision.OPEN
        return RowDecision.ACCEPTED if is_registered else self.decision


class RegisteredRow(models.Model):
    """What an accepted row stands for in the register: the installation it added, changed or speaks about.

    Kept apart from the row, which is written once: 100,000 wide rows need not be written again to be accepted.
    """

    submission = models.ForeignKey(
        Submission, models.CASCADE, db_index=False, related_name="registered_rows", verbose_name=_("submission")
    )
    row = models.PositiveIntegerField(_("row"))
    installation = models.ForeignKey(
        "infra.Installation",
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("installation"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("registered row of a submission")
        verbose_name_plural = _("registered rows of submissions")
        constraints = (models.UniqueConstraint(fields=["submission", "row"], name="row_registered_once"),)

    def __str__(self) -> str:
        return f"{self.submission_id}:{self.row}"


class KeptLook(models.Model):
    """A part of what a check found, for registering it: columns of Arrow, read by :mod:`infra.submissions.settled`.

    ``seen`` is the newest act when the look began: whatever came later may have made it old.
    """

    submission = models.ForeignKey(
        Submission, models.CASCADE, db_index=False, related_name="looks", verbose_name=_("submission")
    )
    part = models.PositiveSmallIntegerField(_("part"))
    seen = models.BigIntegerField(_("newest act"))
    day = models.DateField(_("day"))
    data = models.BinaryField(_("columns"))

    class Meta:
        verbose_name = _("kept look at a file")
        verbose_name_plural = _("kept looks at files")
        constraints = (models.UniqueConstraint(fields=["submission", "part"], name="look_part_once"),)

    def __str__(self) -> str:
        return f"{self.submission_id}:{self.part}"


class RememberedHeader(models.Model):
    """A header of an organization's own, and the column that a person said it means; "" where it means nothing."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name=_("organization"))
    kind = models.CharField(_("kind"), max_length=16, choices=SubmissionKind.choices)
    header = models.CharField(_("header"), max_length=255)
    column = models.CharField(_("column"), max_length=32, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("said by"))
    said_at = models.DateTimeField(_("said at"), auto_now=True)

    class Meta:
        verbose_name = _("remembered header")
        verbose_name_plural = _("remembered headers")
        constraints = (
            models.UniqueConstraint(fields=["organization", "kind", "header"], name="header_remembered_once"),
        )
