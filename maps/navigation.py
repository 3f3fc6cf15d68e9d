"""Places of work that the maps bring to the top bar."""

from django.utils.translation import gettext_lazy as _

from infra.access import Permission
from infra.navigation import Entry

NAVIGATION = [
    Entry(_("Overview"), "maps:dashboard", "chart-bar", Permission.SEE_REPORTS, order=5, audience="authority"),
    Entry(_("Map"), "maps:console", "map-2", Permission.SEE_REGISTER, order=20),
    Entry(_("Files written for me"), "maps:files", "files", Permission.SEE_REGISTER, order=95, personal=True),
]
