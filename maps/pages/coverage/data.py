"""Computations and data of coverage: maps with what they cover, runs, files from outside, surroundings of communes."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from infra.access import Permission
from infra.models import Authority, User
from infra.pages.guard import needs
from infra.selectors.authorities import authority_acted_for
from maps.coverage.exports import percent
from maps.coverage.importing import Brought, import_ground, import_measurements, import_pattern
from maps.coverage.requests import Request as Asked
from maps.coverage.tables import TableError
from maps.coverage_forms import PATTERN, EnvironmentForm, FileForm, RunForm
from maps.models import (
    AntennaPattern,
    CoverageMap,
    CoverageRun,
    GroundFile,
    MeasurementFile,
    UnitEnvironment,
)
from maps.selectors.coverage import whole_maps
from maps.services.coverage import map_publish, run_open
from maps.services.surveys import environment_set
from maps.tasks import compute_later

RUNS, FILES = 8, 20


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_REGISTER)
def coverage_data(request: HttpRequest) -> HttpResponse:
    """Show everything; a POST names in ``act`` what is to be done."""
    bound: dict[str, Any] = {}
    if request.method == "POST":
        done = ACTS.get(request.POST.get("act", ""))
        if done is None:
            raise Http404
        bound = done(request)
        if not bound:
            return redirect("maps:coverage-data")
    context = {
        "run_form": RunForm(),
        "file_form": FileForm(),
        "environment_form": EnvironmentForm(),
        **bound,
        "maps": [(one, _covered(one)) for one in whole_maps(request.user)],
        "runs": CoverageRun.objects.visible_to(request.user).select_related("actor")[:RUNS],
        "ground": GroundFile.objects.visible_to(request.user).filter(is_current=True).order_by("kind"),
        "measured": MeasurementFile.objects.visible_to(request.user)[:FILES],
        "patterns": AntennaPattern.objects.visible_to(request.user).order_by("-pk")[:FILES],
        "surroundings": UnitEnvironment.objects.visible_to(request.user).select_related("unit")[:FILES],
    }
    return render(request, "maps/coverage_data/page.html", context, status=422 if bound else 200)


def _covered(one: CoverageMap) -> float | None:
    return percent(one.population_covered, one.population)


def authority_of(request: HttpRequest) -> Authority:
    """Return the authority that the person works for: the first whose register may be changed."""
    found = authority_acted_for(request.user, Permission.EDIT_REGISTER)
    assert found is not None, "whoever may change a register has one"
    return found


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


# --- Acts: each returns the form to be shown again, nothing when it is done -------------------------------------------


def _run(request: HttpRequest) -> dict[str, Any]:
    form = RunForm(request.POST)
    if not form.is_valid():
        return {"run_form": form}
    values = form.cleaned_data
    asked = Asked(
        technologies=(values["technology"],) if values["technology"] else (),
        organization=values["organization"].pk if values["organization"] else None,
        resolution_m=int(values["resolution_m"]),
    )
    compute_later(run_open(actor=_actor(request), authority=authority_of(request), asked=asked.as_json()))
    messages.success(request, _("The computation is waiting for its turn; this page shows how far it is."))
    return {}


def _publish(request: HttpRequest) -> dict[str, Any]:
    key = request.POST.get("map", "")
    known = CoverageMap.objects.editable_by(request.user).select_related("authority", "organization")
    one = known.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 18 else None
    if one is None:
        raise Http404
    public = request.POST.get("public") == "1"
    map_publish(actor=_actor(request), coverage=one, public=public, reason="")
    messages.success(request, _("Everybody sees the map now.") if public else _("The map is no longer public."))
    return {}


def _import(request: HttpRequest) -> dict[str, Any]:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return {"file_form": form}
    with tempfile.TemporaryDirectory() as folder:
        try:
            said = _brought(request, form, _stored(form.cleaned_data["file"], Path(folder)))
        except TableError as error:
            form.add_error("file", str(error))
            return {"file_form": form}
    messages.success(request, said)
    return {}


def _stored(upload: UploadedFile, folder: Path) -> Path:
    """Write an upload under a name of our own that keeps the ending only."""
    ending = "".join(letter for letter in Path(upload.name or "").suffix.lower() if letter.isalnum() or letter == ".")
    path = folder / f"file{ending[:8]}"
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


def _brought(request: HttpRequest, form: forms.Form, path: Path) -> str:
    values = form.cleaned_data
    brought = Brought(
        path=path,
        name=values["file"].name,
        authority=authority_of(request),
        actor=_actor(request),
        source=values["source"],
        data_on=values["data_on"],
    )
    family, _colon, kind = values["kind"].partition(":")
    if family == PATTERN:
        use = {"organization": values["organization"], "cell_code": values["cell_code"].strip()}
        pattern = import_pattern(brought, use)
        return _("The pattern %(name)s is used from the next computation on.") % {"name": pattern.name}
    file = import_ground(brought, kind) if family == "ground" else import_measurements(brought, kind)
    if file.kept < file.rows and kind != "population":
        left = {"kept": file.kept, "rows": file.rows}
        return _("%(kept)s of %(rows)s rows kept; the list below says why the others were left out.") % left
    return _("%(kept)s rows kept.") % {"kept": file.kept}


def _environment(request: HttpRequest) -> dict[str, Any]:
    form = EnvironmentForm(request.POST)
    if not form.is_valid():
        return {"environment_form": form}
    values, authority = form.cleaned_data, authority_of(request)
    unit = values["unit"]
    if not authority.territory.filter(pk__in=[unit.pk, unit.parent_id or unit.pk]).exists():
        form.add_error("unit", _("This commune is another authority's."))
        return {"environment_form": form}
    environment_set(actor=_actor(request), authority=authority, **values)
    messages.success(request, _("The surroundings count from the next computation on."))
    return {}


ACTS = {"run": _run, "publish": _publish, "import": _import, "environment": _environment}
