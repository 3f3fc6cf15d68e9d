"""The form of an authority's settings."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.plain import ReasonForm
from infra.models import AdministrativeUnit, Authority
from infra.submissions.coordinates import systems

#: lines of the letterhead: key, label
LETTERHEAD = (
    ("superior", gettext_lazy("Superior authority")),
    ("name", gettext_lazy("Name on documents")),
    ("place", gettext_lazy("Place of documents")),
)


class AuthorityForm(ReasonForm):
    """Territory, numbering, metric system, letterhead, second factor."""

    territory = forms.CharField(
        label=gettext_lazy("Territory"),
        max_length=2_000,
        help_text=gettext_lazy("Codes of units, separated by commas; the units below them belong to it."),
    )
    registry_prefix = forms.CharField(
        label=gettext_lazy("Prefix of registry numbers"),
        max_length=8,
        validators=[RegexValidator(r"^[A-Z0-9]{2,8}$", gettext_lazy("2 to 8 capital letters or digits."))],
        help_text=gettext_lazy("For new numbers; those that are given stay."),
    )
    metric_srid = forms.TypedChoiceField(
        label=gettext_lazy("Metric system"),
        coerce=int,
        choices=(),
        help_text=gettext_lazy("In which positions are printed and measured."),
    )
    superior = forms.CharField(label=LETTERHEAD[0][1], max_length=160, required=False)
    name = forms.CharField(label=LETTERHEAD[1][1], max_length=160, required=False)
    place = forms.CharField(label=LETTERHEAD[2][1], max_length=80, required=False)
    staff_second_factor = forms.BooleanField(
        label=gettext_lazy("Staff must have a second factor"),
        required=False,
        help_text=gettext_lazy("Asked for at the next sign-in of everybody who acts for the authority."),
    )

    def __init__(self, *args: Any, authority: Authority, **kwargs: Any) -> None:
        self.authority = authority
        super().__init__(*args, initial=_initial(authority), **kwargs)
        self.fields["metric_srid"].choices = _systems(authority)  # type: ignore[attr-defined]

    def clean_territory(self) -> list[AdministrativeUnit]:
        codes = list(dict.fromkeys(part.strip() for part in self.cleaned_data["territory"].split(",") if part.strip()))
        units = AdministrativeUnit.objects.in_force(timezone.localdate()).filter(code__in=codes).defer("boundary")
        # A code that several levels use names the highest.
        found: dict[str, AdministrativeUnit] = {}
        for unit in units.order_by("-parent", "code"):
            found[unit.code] = unit if unit.code not in found or unit.parent_id is None else found[unit.code]
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise forms.ValidationError(_("No unit in force has the code %(code)s.") % {"code": unknown[0]})
        return list(found.values())

    def settings(self) -> dict[str, Any]:
        """Return the values for the service."""
        values = dict(self.cleaned_data)
        letterhead = {**self.authority.letterhead, **{key: values.pop(key) for key, _label in LETTERHEAD}}
        return {**values, "letterhead": letterhead}


def _initial(authority: Authority) -> dict[str, Any]:
    codes = authority.territory.order_by("code").values_list("code", flat=True)
    return {
        "territory": ", ".join(codes),
        "registry_prefix": authority.registry_prefix,
        "metric_srid": authority.metric_srid,
        "staff_second_factor": authority.staff_second_factor,
        **{key: authority.letterhead.get(key, "") for key, _label in LETTERHEAD},
    }


def _systems(authority: Authority) -> list[tuple[int, str]]:
    """Return the metric systems near the authority's own; its own first."""
    own = systems.system(authority.metric_srid)
    middle = own.meridian or 0.0
    near = systems.candidates(authority.metric_srid, middle, 0.1, middle, 0.1)
    return [(one.srid, f"{one.name} · {one.label}") for one in near]
