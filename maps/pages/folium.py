"""The only module that knows folium: it builds a map's markup and its start.

folium names the container, writes the options and starts Leaflet. What it would bring along is left out: assets of
four content networks, styles and scripts inside the page. Features never pass through it (10,000 markers weigh 4.6 MB);
they come from our endpoints and are drawn by ``static/maps``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import folium
from branca.element import CssLink, JavascriptLink, MacroElement
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from folium.template import Template

from infra.basemap import archive_address

LEAFLET_JS = "vendor/leaflet/leaflet.js"
LEAFLET_CSS = "vendor/leaflet/leaflet.css"
#: drawing of layers on canvas, needed by every map of ours, in this order
DRAWING_JS = (
    "vendor/pbf/pbf.js",
    "maps/mvt.js",
    "maps/tiles.js",
    "maps/symbols.js",
    "maps/canvas.js",
    "maps/boxes.js",
    "maps/board.js",
    "maps/ground.js",
    "maps/tile-layer.js",
    "maps/heat.js",
    "maps/live.js",
)
#: what reads a background by ranges of one file, loaded only where a deployment has one
ARCHIVE_JS = ("vendor/pmtiles/pmtiles.js", "vendor/protomaps/protomaps-leaflet.js", "maps/archive.js")
DRAWING_CSS = ("maps/map.css",)

#: of a background of images, so that what lies on it stands out
OPACITY = 0.75

#: west, south, east, north in degrees
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class MapMarkup:
    """A map as three pieces of a page: links for the head, the container, the scripts (each with the nonce)."""

    head: SafeString
    body: SafeString
    scripts: SafeString


class RegisterMap(folium.Map):
    """Leaflet from our own files, without background tiles and without folium's other libraries."""

    def __init__(self, name: str, bounds: Bounds, scripts: Sequence[str], styles: Sequence[str]) -> None:
        west, south, east, north = bounds
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            zoom_start=10,
            zoom_control=False,
            min_zoom=4,
            max_zoom=19,
            attribution_control=False,
            zoom_snap=0.5,
            wheel_px_per_zoom_level=90,
        )
        self._id = name
        files = (LEAFLET_JS, *DRAWING_JS, *scripts)
        self.default_js = [(file, static(file)) for file in files]
        self.default_css = [(file, static(file)) for file in (LEAFLET_CSS, *DRAWING_CSS, *styles)]

    def render(self, **kwargs: Any) -> str:
        """Render, then drop what folium puts in the head by itself: style blocks and a script without a nonce."""
        super().render(**kwargs)
        figure: Any = self.get_root()
        figure.header._children.pop(self.get_name(), None)  # noqa: SLF001
        return ""


class Start(MacroElement):
    """Hands the map over to our script, with its settings as JSON in which no markup survives."""

    _template = Template(
        "{% macro script(this, kwargs) %}Sotram.{{ this.function }}({{ this._parent.get_name() }}, "
        "{{ this.settings|tojson }});{% endmacro %}"
    )

    def __init__(self, function: str, settings: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "Start"
        self.function = function
        self.settings = settings


def map_markup(
    *,
    name: str,
    bounds: Bounds,
    start: str,
    settings_of_map: Mapping[str, Any],
    nonce: str,
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
) -> MapMarkup:
    """Build a map over *bounds* whose start calls ``Sotram.<start>(map, settings)``.

    *name* becomes the container's id (``map_<name>``); *scripts* and *styles* are static files loaded after ours.
    """
    archive = archive_address(reverse("maps:background-archive"))
    page = RegisterMap(name, bounds, (*(ARCHIVE_JS if archive else ()), *scripts), styles)
    background = None if archive else _background()
    if background is not None:
        background.add_to(page)
    if archive:
        Start("addArchive", {"url": archive, "opacity": OPACITY}).add_to(page)
    Start(start, {"bounds": list(bounds), **settings_of_map}).add_to(page)
    figure: Any = page.get_root()
    figure.render()
    links = list(figure.header._children.values())  # noqa: SLF001
    head = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', [(link.url,) for link in links if isinstance(link, CssLink)]
    )
    files = format_html_join(
        "\n",
        '<script nonce="{}" src="{}"></script>',
        [(nonce, link.url) for link in links if isinstance(link, JavascriptLink)],
    )
    # folium's templates and Start escape every value for a script element
    inline = format_html('<script nonce="{}">{}</script>', nonce, mark_safe(figure.script.render()))
    return MapMarkup(head=head, body=mark_safe(figure.html.render()), scripts=files + inline)


def _background() -> folium.TileLayer | None:
    """Return the deployment's own background tiles, if it names any (none by default: closed networks are normal)."""
    address = settings.BASEMAP_URL
    if not address:
        return None
    return folium.TileLayer(
        tiles=address, attr=escape(settings.BASEMAP_ATTRIBUTION) or " ", name="background", max_zoom=19, opacity=OPACITY
    )
