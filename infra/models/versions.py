"""How a noun of the register keeps its versions: a mirror table with the noun's own columns.

``SiteVersion = versioned(Site)`` makes a model with the same field names, so that filters and selectors written for
the noun read its past as well (``Site.objects.as_of(day)``). Versions are written by :mod:`infra.services.ledger`
only; nothing hooks into ``save()``.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Self, TypeVar

from django.contrib.gis.db.models import GeometryField
from django.db import models
from django.utils import timezone

from infra.access import ScopedQuerySet

M = TypeVar("M", bound=models.Model)

#: every model that keeps versions, in the order of declaration
NOUNS: list[type[models.Model]] = []


def end_of_day(day: date) -> datetime:
    """Return the first moment after *day* in the deployment's time zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class NounQuerySet(ScopedQuerySet[M]):
    """Rows of a noun that keeps versions."""

    def as_of(self, day: date) -> "VersionQuerySet[Any]":
        """Return the versions in force at the end of *day*; they carry the noun's field names and ``noun_id``."""
        versions: VersionQuerySet[Any] = self.model.version_model.objects.all()  # type: ignore[attr-defined]
        return versions.in_force(end_of_day(day))


class VersionQuerySet(ScopedQuerySet[M]):
    """Versions of a noun; scoped like the noun itself."""

    def in_force(self, moment: datetime) -> Self:
        """Keep the versions that were open just before *moment*."""
        return self.filter(valid_from__lt=moment).filter(
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=moment)
        )


class Version(models.Model):
    """What every version adds to the noun's columns.

    ``digest`` covers the columns, ``noun_id`` and ``valid_from``; personal columns enter it as salted digests, so
    that they can be erased (with ``salt``) without breaking the chain.
    """

    noun_id = models.BigIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    # Without constraints: the ledger verifies them, and an act of half a million versions checks nothing twice.
    act = models.ForeignKey("infra.ChangeRecord", models.PROTECT, related_name="+", db_constraint=False)
    closed_act = models.ForeignKey(
        "infra.ChangeRecord",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    digest = models.CharField(max_length=64)
    salt = models.CharField(max_length=32, blank=True, default="")
    personal_digests = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


def mirrored(name: str) -> str:
    """Return what a noun's column *name* is called in its versions: the same, except where versions have their own.

    A unit's ``valid_from`` (the day its law starts) is not its version's (the moment the register learnt of it).
    """
    return f"noun_{name}" if name in ("valid_from", "valid_to") else name


def _mirror(noun: type[models.Model], field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """Return a copy of *field* for the version table: not unique, foreign keys without constraint."""
    if isinstance(field, models.ForeignKey):
        target = field.remote_field.model
        return models.ForeignKey(
            noun if str(target) == "self" else target,
            models.DO_NOTHING,
            verbose_name=field.verbose_name,
            null=field.null,
            blank=field.blank,
            related_name="+",
            db_constraint=False,
            db_index=False,
        )
    _name, _path, args, kwargs = field.deconstruct()
    for word in ("unique", "primary_key", "auto_now", "auto_now_add", "db_index"):
        kwargs.pop(word, None)
    if isinstance(field, GeometryField):
        kwargs["spatial_index"] = False  # the open version lies where the noun does; see infra.spatial.box
    return type(field)(*args, **kwargs)


def versioned(noun: type[models.Model], *, indexed: Sequence[str] = ()) -> type[models.Model]:
    """Make and return the version model of *noun*; ``noun.version_model`` leads to it, ``noun_model`` back.

    *indexed* names the relations by which the past is asked: the permits of these installations on that day.
    """
    name = f"{noun.__name__}Version"
    meta = type(
        "Meta",
        (),
        {
            "ordering": ("noun_id", "valid_from"),
            "constraints": [
                # Open ones share the 0, closed ones have their own key: one index finds all versions of a noun as well.
                models.UniqueConstraint(
                    models.F("noun_id"),
                    models.Case(
                        models.When(valid_to__isnull=True, then=models.Value(0)),
                        default=models.F("id"),
                        output_field=models.BigIntegerField(),
                    ),
                    name=f"one_open_{name.lower()}",
                ),
                models.CheckConstraint(
                    condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                    name=f"span_{name.lower()}",
                ),
            ],
            "indexes": [
                models.Index(
                    fields=["closed_act"],
                    condition=models.Q(closed_act__isnull=False),
                    name=f"{name.lower()[:22]}_ended",
                ),
                *(models.Index(fields=[field], name=f"{name.lower()[:20]}_{field[:9]}") for field in indexed),
            ],
        },
    )
    body: dict[str, Any] = {"__module__": noun.__module__, "Meta": meta, "noun_model": noun}
    for field in noun._meta.local_concrete_fields:
        if field.primary_key and not field.remote_field:
            continue
        body[mirrored(field.name)] = _mirror(noun, field)
    body["objects"] = VersionQuerySet.as_manager()
    body["__doc__"] = f"Versions of :class:`{noun.__name__}`, written by the ledger."
    model: type[models.Model] = type(name, (Version,), body)
    noun.version_model = model  # type: ignore[attr-defined]
    NOUNS.append(noun)
    return model
