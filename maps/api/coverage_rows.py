"""How coverage looks in the API: schemas, and the rows of maps, figures, white spots, masts."""

from typing import Any

import shapely
from rest_framework import serializers

from maps.coverage.exports import figures
from maps.coverage.points import PointLevel
from maps.coverage.signals import SIGNALS
from maps.models import CoverageIndicator, CoverageMap, CoverageRun, WhiteSpot
from maps.selectors.coverage import SharedMast

Row = dict[str, Any]


class MapSchema(serializers.Serializer[Any]):
    """A coverage map: whose, by which model, from which threshold and margin, of which day, from which inputs."""

    id = serializers.IntegerField()
    organization = serializers.CharField(allow_null=True, help_text="Code; null: at least `at_least` organizations.")
    name = serializers.CharField()
    at_least = serializers.IntegerField()
    technology = serializers.CharField()
    signal = serializers.CharField(help_text="What is compared with the threshold: RxLev, RSCP, RSRP, SS-RSRP.")
    model = serializers.CharField()
    models_used = serializers.DictField(child=serializers.FloatField(), help_text="Model → share of cells.")
    threshold_dbm = serializers.FloatField()
    margin_db = serializers.FloatField()
    sigma_db = serializers.FloatField()
    edge_percent = serializers.FloatField()
    needed_dbm = serializers.FloatField(help_text="Threshold and margin: the level that counts as covered.")
    levels_dbm = serializers.ListField(child=serializers.FloatField(), help_text="Classes above it, strongest first.")
    margins = serializers.DictField(help_text="Clutter or building entry loss, where they were asked for.")
    resolution_m = serializers.IntegerField()
    receiver_height_m = serializers.FloatField()
    radius_m = serializers.IntegerField()
    date = serializers.DateField(help_text="The register as of.")
    computed_at = serializers.DateTimeField()
    inputs = serializers.CharField(help_text="Digest of all that decided the map: equal maps have equal ones.")
    cells = serializers.IntegerField()
    cells_assumed = serializers.IntegerField()
    cells_left_out = serializers.IntegerField()
    assumed = serializers.DictField(child=serializers.IntegerField(), help_text="Assumed value → number of cells.")
    area_m2 = serializers.FloatField()
    covered_m2 = serializers.FloatField()
    population = serializers.FloatField()
    population_covered = serializers.FloatField()
    bounds = serializers.ListField(child=serializers.FloatField(), help_text="West, south, east, north.")
    tiles = serializers.CharField(help_text="Address of its tiles.")
    is_current = serializers.BooleanField()
    is_public = serializers.BooleanField()


def map_row(one: CoverageMap) -> Row:
    """Return a map as :class:`MapSchema` has it."""
    names = (
        "id at_least model models_used threshold_dbm sigma_db edge_percent levels_dbm margins resolution_m "
        "receiver_height_m radius_m inputs cells cells_assumed cells_left_out assumed area_m2 covered_m2 population "
        "population_covered bounds is_current is_public"
    )
    return {
        **{name: getattr(one, name) for name in names.split()},
        "organization": one.organization.code if one.organization else None,
        "name": one.who,
        "technology": one.technology_id,
        "signal": SIGNALS.get(one.technology_id, ""),
        "margin_db": round(one.margin_db, 4),
        "needed_dbm": round(one.needed_dbm, 4),
        "date": one.data_on,
        "computed_at": one.computed_at,
        "tiles": f"/tiles/coverage/{one.pk}/{{z}}/{{x}}/{{y}}.png",
    }


class IndicatorSchema(serializers.Serializer[Any]):
    """What a map says about one commune; null where no such layer is loaded."""

    unit = serializers.CharField()
    unit_name = serializers.CharField()
    area_km2 = serializers.FloatField()
    covered_km2 = serializers.FloatField()
    area_percent = serializers.FloatField(allow_null=True)
    population = serializers.IntegerField()
    population_covered = serializers.IntegerField()
    population_percent = serializers.FloatField(allow_null=True)
    roads_km = serializers.FloatField(allow_null=True)
    roads_percent = serializers.FloatField(allow_null=True)
    villages = serializers.IntegerField(allow_null=True)
    villages_covered = serializers.IntegerField(allow_null=True)
    cells = serializers.IntegerField(help_text="Cells that are the best server somewhere in the commune.")
    cells_assumed_percent = serializers.FloatField(allow_null=True)


def indicator_row(row: CoverageIndicator) -> Row:
    return {"unit": row.unit.code, "unit_name": row.unit.full_name, **figures(row)}


class MastSchema(serializers.Serializer[Any]):
    """A mast near a gap that antennas could share."""

    mast = serializers.CharField()
    site = serializers.CharField()
    name = serializers.CharField()
    owner = serializers.CharField()
    operators = serializers.ListField(child=serializers.CharField())
    metres = serializers.FloatField()
    top_m = serializers.FloatField(help_text="Top of the mast above the ground.")
    free_places = serializers.IntegerField(allow_null=True, help_text="Null: nobody reported the capacity.")
    lon = serializers.FloatField()
    lat = serializers.FloatField()


def mast_row(one: SharedMast) -> Row:
    return {
        "mast": one.mast.code,
        "site": one.mast.site.code,
        "name": one.mast.site.name,
        "owner": one.mast.owner.display_name,
        "operators": list(one.operators),
        "metres": round(one.metres),
        "top_m": one.top_m,
        "free_places": one.free,
        "lon": round(one.mast.site.position.x, 6),
        "lat": round(one.mast.site.position.y, 6),
    }


class WhiteSpotSchema(serializers.Serializer[Any]):
    """A gap with the people in it and the masts that could close it."""

    rank = serializers.IntegerField()
    unit = serializers.CharField()
    unit_name = serializers.CharField()
    people = serializers.IntegerField()
    area_km2 = serializers.FloatField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    masts = MastSchema(many=True)
    geometry = serializers.DictField(required=False, help_text="GeoJSON, with `shapes=1`.")


def spot_row(spot: WhiteSpot, masts: list[SharedMast], *, shape: bool) -> Row:
    row: Row = {
        "rank": spot.rank,
        "unit": spot.unit.code if spot.unit else "",
        "unit_name": spot.unit.full_name if spot.unit else "",
        "people": round(spot.people),
        "area_km2": round(spot.area_m2 / 1e6, 3),
        "lon": round(spot.position.x, 6),
        "lat": round(spot.position.y, 6),
        "masts": [mast_row(one) for one in masts],
    }
    if shape:
        row["geometry"] = geometry_of(shapely.from_wkb(bytes(spot.shape.wkb)))
    return row


def geometry_of(shape: shapely.Geometry) -> Row:
    """Return a shape as GeoJSON with five decimals of a degree: a metre."""
    mapping: Row = shapely.geometry.mapping(shapely.set_precision(shape, 1e-5, mode="pointwise"))
    return mapping


class LevelSchema(serializers.Serializer[Any]):
    """The predicted level of one network at a place."""

    map = serializers.IntegerField()
    organization = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    at_least = serializers.IntegerField()
    technology = serializers.CharField()
    level_dbm = serializers.FloatField(allow_null=True, help_text="Null: nothing above the floor of the map.")
    covered = serializers.BooleanField()
    grade = serializers.IntegerField(help_text="0 not covered, 1 sufficient … 4 very strong.")
    needed_dbm = serializers.FloatField()
    cell = serializers.IntegerField(allow_null=True, help_text="Serving cell; null: assumed or of several networks.")
    model = serializers.CharField()
    date = serializers.DateField()


class PointSchema(serializers.Serializer[Any]):
    """What all current maps that the person may see predict at a place."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    unit = serializers.CharField(allow_null=True)
    inside = serializers.BooleanField(help_text="Whether the place lies in the territory of any of the maps.")
    predicted = LevelSchema(many=True)


def level_row(level: PointLevel) -> Row:
    one = level.map
    return {
        "map": one.pk,
        "organization": one.organization.code if one.organization else None,
        "name": one.who,
        "at_least": one.at_least,
        "technology": one.technology_id,
        "level_dbm": level.level_dbm,
        "covered": level.is_covered,
        "grade": level.grade,
        "needed_dbm": round(one.needed_dbm, 2),
        "cell": level.cell if level.cell is not None and level.cell > 0 else None,
        "model": one.model,
        "date": one.data_on,
    }


class RunSchema(serializers.Serializer[Any]):
    """A computation: how far, how long, why it failed."""

    id = serializers.IntegerField()
    state = serializers.CharField()
    asked = serializers.DictField()
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    tiles = serializers.IntegerField()
    tiles_done = serializers.IntegerField()
    seconds = serializers.DictField(child=serializers.FloatField())
    problem = serializers.CharField(allow_blank=True)
    maps = serializers.ListField(child=serializers.IntegerField())


def run_row(run: CoverageRun) -> Row:
    names = "id state asked asked_at started_at finished_at tiles tiles_done seconds problem"
    return {
        **{name: getattr(run, name) for name in names.split()},
        "maps": sorted(one.pk for one in run.maps.all()),
    }
