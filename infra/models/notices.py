"""What people are told: a line behind the bell, and an e-mail where the person has an address."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet


class Notice(models.Model):
    """One thing that one person is told.

    ``code`` with its ``facts`` becomes words in the person's language when it is read (:mod:`infra.notices`); ``path``
    leads to what it is about.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    code = models.CharField(_("code"), max_length=48)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    path = models.CharField(_("page"), max_length=255, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("sent by e-mail at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["person", "-id"], name="notice_person_latest"),
            models.Index(fields=["person"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
        )

    def __str__(self) -> str:
        return f"{self.code} → {self.person_id}"
