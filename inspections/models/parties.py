"""Persons who are charged. An organization that is charged is the register's own noun."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.models import Authority
from infra.models.versions import NounQuerySet, versioned


class PersonParty(models.Model):
    """A person who is charged, shared by that person's cases.

    Everything that names the person stays outside the digests and can be erased. ``merged_into`` leads from a row that
    was entered twice to the one that is kept.
    """

    personal_fields = (
        "name",
        "id_number",
        "id_issued",
        "birth_year",
        "occupation",
        "nationality",
        "address",
        "phone",
        "email",
    )

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="person_parties")
    name = models.CharField(_("name"), max_length=160, blank=True)
    id_number = models.CharField(_("identity number"), max_length=32, blank=True)
    id_issued = models.CharField(_("identity paper issued on, by"), max_length=160, blank=True)
    birth_year = models.CharField(_("year of birth"), max_length=4, blank=True)
    occupation = models.CharField(_("occupation"), max_length=120, blank=True)
    nationality = models.CharField(_("nationality"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    email = models.CharField(_("e-mail"), max_length=120, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    erased_on = models.DateField(_("erased on"), null=True, blank=True)
    search_text = models.CharField(max_length=400, blank=True, default="", editable=False)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("person charged")
        verbose_name_plural = _("persons charged")
        ordering = ("-id",)
        indexes = (models.Index(fields=["authority", "id_number"], name="person_by_identity"),)

    def __str__(self) -> str:
        if self.erased_on:
            return str(_("(erased)"))
        return self.name

    def search_source(self) -> tuple[str, ...]:
        return (self.name, self.id_number, self.birth_year, self.phone)


PersonPartyVersion = versioned(PersonParty)
