"""The law as dated rows: rules with their fine frames, who may fine how much, clocks, form codes, the calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.lookups import Sourced, SourcedQuerySet


class Field(models.TextChoices):
    """Fields of State management, as the maxima of fines are divided."""

    TELECOM = "telecom", _("Telecommunications")
    INTERNET = "internet", _("Internet")
    POST = "post", _("Post")
    RADIO = "radio", _("Radio frequency")
    IT = "it", _("Information technology")
    INFOSEC = "infosec", _("Information security")
    E_TRANSACTIONS = "e_transactions", _("Electronic transactions")
    PRINTING = "printing", _("Publishing and printing")
    PRESS = "press", _("Press")


class PartyKind(models.TextChoices):
    """Who is charged; frames are written for organizations unless the rule says otherwise."""

    ORGANIZATION = "organization", _("Organization")
    PERSON = "person", _("Person")


class RuleQuerySet(ScopedQuerySet["Rule"], SourcedQuerySet):  # type: ignore[override]
    """Rules by time, open to everyone."""


class Rule(Sourced):
    """A behaviour and its fine frame, in force from–to. ``name_vi`` and ``name_en`` carry the behaviour in words.

    ``code`` is ``decree:article.clause.point`` in ASCII, ``đ`` written ``dd``. Amounts in VND for organizations, or for
    individuals where ``individual_amounts``. A rule that is not ``proposable`` is shown, never proposed. ``triggers``
    names what the register itself may find ("certificate.expired"), so that a case opens from there with one click.
    """

    code = models.CharField(_("code"), max_length=48)
    field = models.CharField(_("field"), max_length=16, choices=Field.choices)
    decree = models.CharField(_("decree"), max_length=32)
    article = models.CharField(_("article"), max_length=8, blank=True)
    clause = models.CharField(_("clause"), max_length=8, blank=True)
    point = models.CharField(_("point"), max_length=8, blank=True)
    min_vnd = models.BigIntegerField(_("least (₫)"), null=True, blank=True)
    max_vnd = models.BigIntegerField(_("most (₫)"), null=True, blank=True)
    warning = models.BooleanField(_("warning possible"), default=False)
    individual_amounts = models.BooleanField(_("amounts are for individuals"), default=False)
    proposable = models.BooleanField(_("may be proposed"), default=True)
    licence_withdrawal_months = models.JSONField(_("licence withdrawn (months)"), null=True, blank=True)
    suspension_months = models.JSONField(_("suspended (months)"), null=True, blank=True)
    extra_sanctions = models.JSONField(_("additional sanctions"), default=list, blank=True)
    remedies = models.JSONField(_("remedial measures"), default=list, blank=True)
    triggers = models.JSONField(_("proposed for"), default=list, blank=True)
    amended_by = models.CharField(_("amended by"), max_length=64, blank=True)
    source = models.CharField(_("source"), max_length=64, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    objects = RuleQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ("code", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=["code", "valid_from"], name="rule_once_per_date"),
            models.CheckConstraint(
                condition=models.Q(min_vnd__isnull=True)
                | models.Q(max_vnd__isnull=True)
                | models.Q(max_vnd__gte=models.F("min_vnd")),
                name="rule_frame_in_order",
            ),
        )

    @property
    def citation(self) -> str:
        """The place in the decree as printed in the language of the law: "Điều 54 khoản 3 điểm a"."""
        parts = [("Điều", self.article), ("khoản", self.clause), ("điểm", self.point)]
        return " ".join(f"{word} {value}" for word, value in parts if value)

    @property
    def basis(self) -> str:
        """The decree and the place in it, as papers cite them."""
        decree = self.decree.replace("ND-CP", "NĐ-CP")
        return f"{decree}, {self.citation}" if self.citation else decree

    @property
    def takes_licence(self) -> bool:
        """Whether the law provides withdrawal of a licence or suspension, which gives the right to explain."""
        return bool(self.licence_withdrawal_months or self.suspension_months)


class FineAuthority(Sourced):
    """An office that may fine: a share of the field's maximum, or an amount for organizations. ``name`` is the title.

    ``fields`` empty means every field.
    """

    code = models.CharField(_("code"), max_length=32)
    level = models.CharField(_("level"), max_length=16)
    fields = models.JSONField(_("fields"), default=list, blank=True)
    share = models.FloatField(_("share of the field maximum"), null=True, blank=True)
    max_vnd_organization = models.BigIntegerField(_("most for organizations (₫)"), null=True, blank=True)
    powers = models.JSONField(_("powers"), default=list, blank=True)

    class Meta:
        verbose_name_plural = _("fine authorities")
        ordering = ("valid_from", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__gt=0, share__lte=1), name="share_up_to_one"
            ),
        )


class FieldMaximum(Sourced):
    """The highest fine of a field for individuals; organizations by a factor, individuals under a rule by another."""

    field = models.CharField(_("field"), max_length=16, choices=Field.choices)
    max_vnd_individual = models.BigIntegerField(_("most for individuals (₫)"), null=True, blank=True)
    organization_factor = models.FloatField(_("factor for organizations"), default=2)
    individual_factor_of_rule = models.FloatField(_("individuals' part of a rule's frame"), default=0.5)

    class Meta:
        verbose_name_plural = _("field maxima")
        ordering = ("field", "valid_from")
        constraints = (models.UniqueConstraint(fields=["field", "valid_from"], name="maximum_once_per_date"),)


class Clock(Sourced):
    """A period, threshold or rate of the procedure; ``name_vi`` and ``name_en`` say it in words.

    ``amount`` counts ``unit`` (working_days, days, months, years, vnd, percent_per_day) from ``counted_from`` (a step);
    ``condition`` selects among clocks of the same ``clock``.
    """

    clock = models.CharField(_("clock"), max_length=32)
    condition = models.CharField(_("condition"), max_length=24, blank=True)
    counted_from = models.CharField(_("counted from"), max_length=24, blank=True)
    amount = models.FloatField(_("amount"))
    unit = models.CharField(_("unit"), max_length=16)
    extension = models.PositiveSmallIntegerField(_("extension at most"), null=True, blank=True)
    fields = models.JSONField(_("fields"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta:
        ordering = ("clock", "condition", "valid_from", "id")


class CircumstanceKind(models.TextChoices):
    """Which way a circumstance moves the amount."""

    MITIGATING = "mitigating", _("Mitigating")
    AGGRAVATING = "aggravating", _("Aggravating")


class Circumstance(Sourced):
    """A circumstance of the law that moves an amount inside its frame."""

    code = models.CharField(_("code"), max_length=24)
    kind = models.CharField(_("kind"), max_length=12, choices=CircumstanceKind.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("circumstance")
        verbose_name_plural = _("circumstances")
        ordering = ("kind", "order", "code")
        constraints = (models.UniqueConstraint(fields=["code", "valid_from"], name="circumstance_once_per_date"),)


class FormQuerySet(ScopedQuerySet["FormCode"], SourcedQuerySet):  # type: ignore[override]
    """Forms by time, open to everyone."""


class FormCode(Sourced):
    """A form of the procedure; ``code`` in ASCII, ``printed_code`` as printed, ``step`` the kind of step it serves.

    ``series`` names the numbers it takes (by authority and year) as printed ("QĐ-XPHC"); empty: it has no number.
    """

    code = models.CharField(_("code"), max_length=16)
    printed_code = models.CharField(_("printed code"), max_length=16)
    step = models.CharField(_("step"), max_length=24, blank=True)
    series = models.CharField(_("series of numbers"), max_length=11, blank=True)

    objects = FormQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ("code", "valid_from")
        constraints = (models.UniqueConstraint(fields=["code", "valid_from"], name="form_once_per_date"),)


class DayKind(models.TextChoices):
    """What a day of the calendar is, where it is not what its weekday says."""

    HOLIDAY = "holiday", _("Holiday")
    DAY_OFF = "day_off", _("Day off in exchange")
    WORKING_DAY = "working_day", _("Working day in exchange")


class CalendarDay(models.Model):
    """A holiday, a day off in exchange, or a working Saturday that pays for it."""

    calendar = models.CharField(_("calendar"), max_length=8)
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=12, choices=DayKind.choices)
    name_vi = models.CharField(_("Vietnamese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    instead_of = models.DateField(_("instead of"), null=True, blank=True)
    confidence = models.CharField(_("confidence"), max_length=8, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        ordering = ("calendar", "date")
        constraints = (models.UniqueConstraint(fields=["calendar", "date"], name="one_meaning_per_day"),)

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name_vi}"


class CalendarYear(models.Model):
    """A year whose official list stands in full in :class:`CalendarDay`; other years are completed by a library."""

    calendar = models.CharField(_("calendar"), max_length=8)
    year = models.PositiveSmallIntegerField(_("year"))

    class Meta:
        ordering = ("calendar", "year")
        constraints = (models.UniqueConstraint(fields=["calendar", "year"], name="one_list_per_year"),)

    def __str__(self) -> str:
        return f"{self.calendar} {self.year}"
