"""Which antenna each cell of a station has: 3GPP or ITU-R F.1336 by its beam widths, or the maker's file."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from infra.access import Permission, can
from infra.forms.plain import ReasonForm
from infra.models import Cell, Installation, InstallationKind
from infra.pages.administration.acting import actor_of
from infra.pages.correcting import installation_to_correct
from infra.pages.guard import needs
from infra.pages.panels import Action
from maps.models import AntennaKind, AntennaPattern, CellAntenna
from maps.services.antennas import Antenna, antennas_choose

USUAL = "usual"


def installation_actions(request: HttpRequest, installation: Installation) -> Iterable[Action]:
    """Offer the choice on a station's sheet to whoever may change the register."""
    if installation.kind == InstallationKind.BASE_STATION and can(request.user, Permission.EDIT_REGISTER):
        url = reverse("maps:antennas", args=[installation.registry_number])
        yield Action(_("Antennas"), url, "antenna", order=70)


class AntennasForm(ReasonForm):
    """A choice for each cell, and why."""

    def __init__(self, *args: Any, cells: Sequence[Cell], patterns: Sequence[AntennaPattern], **kwargs: Any) -> None:
        self.cells, self.patterns = cells, {f"{AntennaKind.FILE}:{one.pk}": one for one in patterns}
        super().__init__(*args, **kwargs)
        kinds = [(kind.value, kind.label) for kind in (AntennaKind.SECTOR, AntennaKind.F1336)]
        files = [(key, _named(one)) for key, one in self.patterns.items()]
        choices: list[Any] = [(USUAL, gettext_lazy("as usual")), *kinds]
        if files:
            choices.append((gettext_lazy("Makers' files"), files))
        reason = self.fields.pop("reason")
        for cell in cells:
            self.fields[_name(cell)] = forms.ChoiceField(
                label=_label(cell), choices=choices, initial=USUAL, widget=forms.Select(attrs={"class": "form-select"})
            )
        self.fields["reason"] = reason

    def chosen(self) -> dict[Cell, Antenna | None]:
        """Return the choices as the service takes them."""
        return {cell: self._antenna(self.cleaned_data[_name(cell)]) for cell in self.cells}

    def _antenna(self, said: str) -> Antenna | None:
        if said == USUAL:
            return None
        pattern = self.patterns.get(said)
        return Antenna(said) if pattern is None else Antenna(AntennaKind.FILE, pattern)


def _name(cell: Cell) -> str:
    return f"cell-{cell.pk}"


def _label(cell: Cell) -> str:
    azimuth = _("all around") if cell.azimuth_deg is None else f"{cell.azimuth_deg:g}°"
    return f"{cell.code} · {cell.technology_id} · {azimuth}"


def _named(pattern: AntennaPattern) -> str:
    mhz = f", {pattern.frequency_mhz:g} MHz" if pattern.frequency_mhz else ""
    return f"{pattern.name} ({pattern.gain_dbi:g} dBi{mhz})"


def _initial(cells: Sequence[Cell]) -> dict[str, str]:
    held = CellAntenna.objects.filter(cell__in=cells)
    return {
        f"cell-{one.cell_id}": one.kind if one.pattern_id is None else f"{one.kind}:{one.pattern_id}" for one in held
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_REGISTER)
def antennas(request: HttpRequest, number: str) -> HttpResponse:
    """Show and choose the antennas of a station's cells."""
    found = installation_to_correct(request, number)
    if found.kind != InstallationKind.BASE_STATION:
        raise Http404
    cells = list(Cell.objects.editable_by(request.user).filter(station=found.pk).order_by("technology__order", "code"))
    patterns = list(AntennaPattern.objects.visible_to(request.user).filter(authority=found.authority))
    form = AntennasForm(request.POST or None, cells=cells, patterns=patterns, initial=_initial(cells))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        count = antennas_choose(actor=actor_of(request), installation=found, chosen=form.chosen(), reason=reason)
        messages.success(request, _changed(count))
        return redirect("infra:installation", registry_number=number)
    context = {
        "installation": found,
        "form": form,
        "has_cells": bool(cells),
        "has_patterns": bool(patterns),
        "back": reverse("infra:installation", args=[number]),
    }
    return render(request, "maps/antennas.html", context, status=422 if form.errors else 200)


def _changed(count: int) -> str:
    if not count:
        return _("Nothing changed.")
    said = ngettext("The antenna of %(n)s cell is chosen.", "The antennas of %(n)s cells are chosen.", count) % {
        "n": count
    }
    return f"{said} {_('They count from the next computation on.')}"
