"""What every mode with tools to select, to measure and to print brings: scripts, styles, words."""

from django.utils.translation import gettext as _

SCRIPTS = ("maps/drawing.js", "maps/tools.js", "maps/print.js")
STYLES = ("maps/print.css",)
TOOLS = "maps/console/draw.html"


def drawing_words() -> dict[str, str]:
    """Return what the tools say."""
    return {
        "lasso_on": _("Draw around what you want to select. Esc: stop."),
        "circle_on": _("Press the middle and draw outwards; Enter takes the middle of the map. Esc: stop."),
        "lasso_touch": _("Draw around what you want to select. The tool again: stop."),
        "circle_touch": _("Press the middle and draw outwards. The tool again: stop."),
        "unit_touch": _("Tap the communes to select. The tool again: done."),
        "measure_touch": _("Tap point after point; the first point closes an area. The tool again: done."),
        "unit_on": _("Click the communes to select; Enter takes the one in the middle of the map. Esc: done."),
        "no_commune": _("No commune lies there. Come nearer, or click inside the territory."),
        "measure_on": _("Click point after point; Enter takes the middle of the map; the first point closes an area."),
        "measured": _("Length: %(length)s"),
        "measured_area": _("Outline: %(length)s · area: %(area)s"),
    }
