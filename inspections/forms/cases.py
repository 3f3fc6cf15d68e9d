"""The form by which a case is opened by hand, and that of a person charged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.forms.steps import choice_field, day_field, text_field
from inspections.models import Field, PersonParty

RULES_MAX, OBJECTS_MAX = 20, 50
PARTIES = (
    ("organization", _("An organization of the register")),
    ("new_organization", _("Another organization")),
    ("person", _("A person")),
)


class PersonForm(forms.Form):
    """What is known of a person charged."""

    name = text_field(_("Name"), 160)
    id_number = text_field(_("Identity number"), 32)
    id_issued = text_field(_("Issued on, by"), 160)
    birth_year = text_field(_("Year of birth"), 4)
    occupation = text_field(_("Occupation"), 120)
    nationality = text_field(_("Nationality"), 60)
    address = text_field(_("Address"), 255)
    phone = text_field(_("Telephone"), 32)
    email = text_field(_("E-mail"), 120)

    @classmethod
    def of(cls, person: PersonParty) -> "PersonForm":
        """Return the form filled with what is known."""
        return cls(initial={name: getattr(person, name) for name in cls.base_fields})


class CaseForm(forms.Form):
    """A case by hand: what, who, when, where. Amounts and clocks follow from it."""

    field = choice_field(_("Field"), Field.choices, required=True)
    rules = text_field(
        _("Rules"),
        1000,
        required=True,
        rows=2,
        help_text=_("Codes of the catalogue, a line each: 15/2020/ND-CP:54.3.a"),
    )
    detected_on = day_field(_("Detected on"))
    violation_on = day_field(
        _("The act ended on"),
        required=False,
        help_text=_("Empty while it goes on; limitation then runs from discovery."),
    )
    party = choice_field(_("Party"), PARTIES, required=True)
    organization = choice_field(_("Organization"), ())
    organization_name = text_field(_("Name of the organization"), 255)
    tax_code = text_field(_("Tax code"), 20)
    organization_address = text_field(_("Address"), 255)
    installations = text_field(
        _("Installations concerned"), 2000, rows=2, help_text=_("Registry numbers, a line each; routes have one too.")
    )
    unit = choice_field(_("Commune"), ())
    place = text_field(_("Place"), 255)
    lon = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )  # fmt: skip
    lat = forms.FloatField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )  # fmt: skip
    summary = text_field(_("What happened"), 20_000, required=True, rows=4)

    def __init__(
        self,
        *args: Any,
        organizations: list[tuple[str, str]],
        units: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("organization", organizations), ("unit", units)):
            found: Any = self.fields[name]
            found.choices = [("", "–"), *choices]

    def lines(self, name: str, most: int) -> list[str]:
        """Return the lines of a field, each once."""
        found = [line.strip() for line in str(self.cleaned_data.get(name) or "").splitlines()]
        return list(dict.fromkeys(line for line in found if line))[:most]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        party = values.get("party")
        if party == "organization" and not values.get("organization"):
            self.add_error("organization", _("Name the organization that is charged."))
        if party == "new_organization" and not (values.get("organization_name") or "").strip():
            self.add_error("organization_name", _("Name the organization that is charged."))
        if (values.get("lon") is None) != (values.get("lat") is None):
            self.add_error("lat", _("A point has both, longitude and latitude."))
        return values
