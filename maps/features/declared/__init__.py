"""The collections, declared once: what each tells, from which tables, to whom."""

from maps.features.collection import Collection
from maps.features.declared.events import EVENTS
from maps.features.declared.installations import INSTALLATIONS
from maps.features.declared.places import PLACES
from maps.queries.reader import Reader

COLLECTIONS: tuple[Collection, ...] = (*PLACES[:1], *INSTALLATIONS, *PLACES[1:], *EVENTS)
BY_NAME: dict[str, Collection] = {collection.name: collection for collection in COLLECTIONS}
#: layer of the map → the collection of the same things
BY_LAYER: dict[str, Collection] = {collection.layer: collection for collection in COLLECTIONS if collection.layer}


def collections_for(reader: Reader) -> list[Collection]:
    """Return the collections that *reader* may open."""
    return [collection for collection in COLLECTIONS if collection.open_to(reader)]
