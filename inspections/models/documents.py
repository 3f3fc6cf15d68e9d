"""Papers of a case and the templates they are written on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import Attachment, Authority
from infra.models.versions import NounQuerySet, versioned
from inspections.models.cases import ViolationCase
from inspections.models.steps import Step


class DocumentState(models.TextChoices):
    """How far a paper is."""

    NUMBERED = "numbered", _("Numbered")
    ISSUED = "issued", _("Issued")
    VOID = "void", _("Void")


class CaseDocument(models.Model):
    """A paper with its number. ``sequence`` is ours; empty where the records office gave its own ``number``.

    ``original`` is the signed scan or the digitally signed PDF; once there it is the document, and is never made anew.
    A void paper keeps its number, so that the series has no gap that nobody can explain.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="case_documents")
    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="documents")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="documents")
    form = models.CharField(_("form"), max_length=16)
    series = models.CharField(_("series"), max_length=11, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("sequence"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=64)
    dated = models.DateField(_("dated"))
    state = models.CharField(_("state"), max_length=8, choices=DocumentState.choices, default=DocumentState.NUMBERED)
    original = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="case_documents")
    sha256 = models.CharField(_("digest"), max_length=64, blank=True)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)
    void_reason = models.CharField(_("void because"), max_length=400, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a case")
        verbose_name_plural = _("documents of cases")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["authority", "series", "year", "sequence"],
                condition=models.Q(sequence__isnull=False),
                name="document_number_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="issued") | models.Q(original__isnull=False), name="issued_has_original"
            ),
        )
        indexes = (models.Index(fields=["authority", "series", "year", "number"], name="document_by_number"),)

    def __str__(self) -> str:
        return self.number


CaseDocumentVersion = versioned(CaseDocument)


class FormTemplate(models.Model):
    """A template that an authority uploaded in place of the shipped one; the newest that was not withdrawn counts."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="form_templates")
    form = models.CharField(_("form"), max_length=16)
    file = models.ForeignKey(Attachment, models.PROTECT, related_name="form_templates")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("template of a form")
        verbose_name_plural = _("templates of forms")
        ordering = ("-id",)
