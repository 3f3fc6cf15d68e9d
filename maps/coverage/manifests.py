"""The list of a map's tiles: which tile lies under which digest, with the grid they are on."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from maps.coverage.grid import Grid, Tile, tile_id, tile_of
from maps.coverage.store import Store


@dataclass(frozen=True)
class Manifest:
    """Tiles by digest; a tile that is not named has no level anywhere.

    ``ground`` is the prefix of the files that say whose commune each pixel is, and how many people live there.
    """

    grid: Grid
    tiles: Mapping[Tile, str]
    ground: str = ""

    def encoded(self) -> bytes:
        """Return the same bytes for the same tiles."""
        named = {str(tile_id(tile)): self.tiles[tile] for tile in sorted(self.tiles, key=tile_id)}
        said = {"grid": self.grid.as_json(), "ground": self.ground, "tiles": named}
        text = json.dumps(said, separators=(",", ":"))
        return gzip.compress(text.encode(), 6, mtime=0)

    @classmethod
    def decoded(cls, data: bytes) -> Self:
        read = json.loads(gzip.decompress(data))
        resolution, lon, lat = read["grid"]
        tiles = {tile_of(int(number)): digest for number, digest in read["tiles"].items()}
        return cls(Grid(resolution, (lon, lat)), tiles, read["ground"])

    def keep(self, store: Store) -> str:
        """Write the list to *store* and return its key, which follows from its content."""
        data = self.encoded()
        key = f"manifests/{hashlib.sha256(data).hexdigest()}.json.gz"
        if not store.has(key):
            store.write(key, data)
        return key


@lru_cache(maxsize=128)
def read_manifest(address: str, key: str) -> Manifest:
    """Return the list under *key* of the store at *address*; the key names its content, so it is kept."""
    return Manifest.decoded(Store(address).read(key))
