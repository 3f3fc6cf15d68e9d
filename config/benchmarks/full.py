"""The product as it would be if no tile were counted: every station in every tile, as the measured peers do."""

from dataclasses import replace

from config.wsgi import application
from maps import layers
from maps.tiles.layers import INSTALLATION_TILES

NAMES = {"code", "operator", "technologies", "status", "height_m"}

layers.BY_NAME["installations"] = replace(
    layers.BY_NAME["installations"],
    tiles=replace(
        INSTALLATION_TILES,
        single_from=0,
        most=10_000_000,
        properties=tuple(one for one in INSTALLATION_TILES.properties if one.name in NAMES),
    ),
)

__all__ = ["application"]
