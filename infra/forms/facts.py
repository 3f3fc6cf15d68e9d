"""Forms of what an installation has of its own kind, of cells, links and new permits, made from the columns."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Person
from infra.forms.columns import MOST, choosable, value_field
from infra.forms.corrections import PermitForm
from infra.forms.plain import ReasonForm, css_class
from infra.models import Cell, Installation, InstallationKind, Link, Organization, PermitKind
from infra.selectors.collections import DETAILS
from infra.services.facts import CELL_FIELDS, FACTS, LINK_FIELDS
from infra.submissions.columns import TABLES, Column

#: kind of installation -> the kind of file whose columns say which numbers can be
_FILES = {kind: f"{kind}s" for kind in InstallationKind.values if kind != InstallationKind.BASE_STATION}
_FILES[InstallationKind.BASE_STATION] = "stations"


class ColumnsForm(ReasonForm):
    """A form of columns of one model; the ranges of numbers are those of files."""

    def add_columns(self, model: type[models.Model], names: tuple[str, ...], ranges: dict[str, Column]) -> None:
        """Put the fields of the columns before the reason."""
        reason = self.fields.pop("reason")
        for name in names:
            column: Any = model._meta.get_field(name)
            known = ranges.get(name)
            bounds = (known.low, known.high) if known and known.high is not None else (0, MOST)
            field = value_field(column, *bounds)
            if choosable(column):
                field.queryset = self._choices(field.queryset, self.initial.get(name))  # type: ignore[attr-defined]
            field.widget.attrs["class"] = css_class(field.widget)
            self.fields[name] = field
        self.fields["reason"] = reason

    @staticmethod
    def _choices(rows: Any, present: Any) -> Any:
        """Return what is in force today, and what stands there now."""
        today = timezone.localdate()
        in_force = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        return rows.filter(in_force | Q(pk=present))


def _ranges(kind: str, noun: str) -> dict[str, Column]:
    prefix = f"{noun}."
    return {
        column.field.removeprefix(prefix): column for column in TABLES[kind].columns if column.field.startswith(prefix)
    }


class FactsForm(ColumnsForm):
    """The facts of an installation's kind."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_columns(DETAILS[kind], FACTS[kind], _ranges(_FILES[kind], "detail"))


class CellForm(ColumnsForm):
    """A cell. North is 0°; 360° is written as it is measured and kept as 0°."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_columns(Cell, CELL_FIELDS, _ranges("cells", "cell"))

    def clean_azimuth_deg(self) -> float | None:
        azimuth: float | None = self.cleaned_data["azimuth_deg"]
        return None if azimuth is None else azimuth % 360

    def clean_frequency_mhz(self) -> float | None:
        return self._positive("frequency_mhz")

    def clean_bandwidth_mhz(self) -> float | None:
        return self._positive("bandwidth_mhz")

    def _positive(self, name: str) -> float | None:
        value: float | None = self.cleaned_data[name]
        if value is not None and value <= 0:
            raise forms.ValidationError(_("It must be more than 0."))
        return value


class LinkForm(ColumnsForm):
    """A link of a node; *person* may choose among the routes that the register shows."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.add_columns(Link, LINK_FIELDS, {})
        route = forms.CharField(
            label=gettext_lazy("Cable route"),
            required=False,
            max_length=32,
            help_text=gettext_lazy("Registry number of the route that it follows."),
        )
        route.widget.attrs["class"] = css_class(route.widget)
        self.fields["route"] = route
        organizations: Any = self.fields["organization"]
        organizations.queryset = Organization.objects.order_by("short_name", "code")
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean_capacity_mbps(self) -> float | None:
        value: float | None = self.cleaned_data["capacity_mbps"]
        if value is not None and value <= 0:
            raise forms.ValidationError(_("It must be more than 0."))
        return value

    def clean_route(self) -> Any:
        number = self.cleaned_data["route"].strip()
        if not number:
            return None
        return self.found(number, InstallationKind.CABLE_ROUTE).cable_route

    def found(self, number: str, kind: str) -> Any:
        """Return the installation of the *kind* with that registry number, if the person may see it."""
        rows = Installation.objects.visible_to(self.person).filter(kind=kind, registry_number=number)
        installation = rows.select_related(kind).first()
        if installation is None:
            raise forms.ValidationError(_("The register shows no such number."))
        return installation


class NewLinkForm(LinkForm):
    """A link that is not registered yet: its code and the node at the other end."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=64)
    to = forms.CharField(
        label=gettext_lazy("To node"), max_length=32, help_text=gettext_lazy("Registry number of the node.")
    )

    def clean_to(self) -> Any:
        return self.found(self.cleaned_data["to"].strip(), InstallationKind.NETWORK_NODE)


class NewPermitForm(PermitForm):
    """A permit that is not registered yet."""

    kind = forms.ModelChoiceField(PermitKind.objects.none(), label=gettext_lazy("Kind"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["renewal_filed_on"]  # a new permit is not being renewed
        kinds: Any = self.fields["kind"]
        kinds.queryset = PermitKind.objects.in_force(timezone.localdate())
        self.order_fields(["kind", *(name for name in self.fields if name not in ("kind", "reason"))])

    def clean_kind(self) -> str:
        return str(self.cleaned_data["kind"].pk)
