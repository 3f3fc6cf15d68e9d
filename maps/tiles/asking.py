"""What a request asks of a layer: for whom, with which filters, in which state of the register."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from maps.layers import BY_NAME, Layer
from maps.queries.filters import Filters, WrongParameterError, refuse_unknown
from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp
from maps.tiles.declared import Tiles

#: the form of the tiles; raise it when properties change, so that no browser keeps the old form
FORM = 1


@dataclass(frozen=True)
class Asked:
    """Who asks for which layer, with which filters, on which day."""

    layer: Layer
    tiles: Tiles
    reader: Reader
    filters: Filters
    today: date

    @property
    def key(self) -> tuple[object, ...]:
        """What makes the same answer: layer, what the reader may see, filters, the register's state, the day."""
        return (FORM, self.layer.name, self.reader.key, self.filters.key, register_stamp(), self.today)


def asked_of(
    request: HttpRequest, name: str, known: tuple[str, ...] = (), visitor: Reader | None = None
) -> Asked | None:
    """Return what is asked, None for a layer that does not exist for whoever asks.

    *known* are parameters beside the filters; *visitor* is who asks, found out from the request without it. Raises
    WrongParameterError for what makes no sense.
    """
    refuse_unknown(request.GET, ("published", *known))
    published = request.GET.get("published", "")
    if published not in ("", "0", "1"):
        raise WrongParameterError("published", _("Write 1 or 0."))
    reader = Reader.of_public() if published == "1" else visitor or Reader.of(request.user)
    layer = BY_NAME.get(name)
    if layer is None or layer.tiles is None or not layer.open_to(reader):
        return None
    return Asked(layer, layer.tiles, reader, Filters.parse(request.GET), timezone.localdate())
