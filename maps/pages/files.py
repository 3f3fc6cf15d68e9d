"""The files that a person had written in the background: how far they are, to fetch or to let go."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from infra.access import Permission
from infra.models import User
from infra.pages.guard import needs
from maps.layers import LAYERS
from maps.models import Export, ExportState
from maps.services.exports import KEPT_DAYS, MOST_OF_ONE, export_remove

OPEN = (ExportState.WAITING, ExportState.RUNNING)
#: endings, and what people call them
FORMS = {"xlsx": "Excel (XLSX)", "csv": "CSV", "gpkg": "GeoPackage", "geojson": "GeoJSON", "kml": "KML"} | {
    "shp.zip": "Shapefile",
    "pmtiles": "PMTiles",
}


@dataclass(frozen=True)
class File:
    """One line of the page; ``map_url`` shows on the map what is in the file."""

    export: Export
    title: str
    form: str
    is_open: bool
    url: str
    map_url: str


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_REGISTER)
def files(request: HttpRequest) -> HttpResponse:
    """Show the person's own files; a POST removes the one it names."""
    person = cast(User, request.user)
    if request.method == "POST":
        number = request.POST.get("remove", "")
        known = number.isascii() and number.isdigit() and len(number) < 19
        export = Export.objects.filter(owner=person, pk=number).first() if known else None
        if export is None:
            raise Http404
        export_remove(actor=person, export=export)
        messages.success(request, _("The file was deleted."))
        return redirect("maps:files")
    titles = {layer.name: str(layer.title) for layer in LAYERS} | {"installations": _("Registered installations")}
    rows = [_file(export, titles) for export in Export.objects.filter(owner=person)]
    context = {"files": rows, "is_open": any(row.is_open for row in rows), "days": KEPT_DAYS, "most": MOST_OF_ONE}
    part = "maps/files/list.html" if request.headers.get("HX-Request") else "maps/files/page.html"
    return render(request, part, context)


def _file(export: Export, titles: dict[str, str]) -> File:
    return File(
        export=export,
        title=titles.get(export.layer, export.layer),
        form=FORMS.get(export.format, export.format),
        is_open=export.state in OPEN,
        url=reverse("maps:export-file", args=[export.pk]) if export.state == ExportState.DONE else "",
        map_url=f"{reverse('maps:console')}?{export.query}" if export.query else reverse("maps:console"),
    )
