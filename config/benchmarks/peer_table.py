"""The rows that peers serve: the product's stations in one flat table, with what each peer needs to be at its best."""

from django.db import connection

TABLE = "peer_station"
#: properties of a tile, and of a feature
TILE_FIELDS = ("id", "code", "operator", "technologies", "status", "height_m")
FEATURE_FIELDS = ("code", "name", "operator", "technologies", "status", "commune", "height_m", "started")

_MAKE = f"""
CREATE TABLE {TABLE} AS
SELECT i.id, i.code, i.name, o.code AS operator, b.technologies, i.status_id AS status, u.full_name AS commune,
       m.height_m, i.in_service_on AS started, ST_Transform(i.position, 3857)::geometry(Point, 3857) AS geom,
       i.position AS geom_4326
  FROM infra_installation i
  JOIN infra_basestation b ON b.installation_id = i.id
  JOIN infra_organization o ON o.id = i.organization_id
  LEFT JOIN infra_administrativeunit u ON u.id = i.unit_id
  LEFT JOIN infra_mast m ON m.id = i.mast_id
 ORDER BY i.id
"""  # noqa: S608 -- our own names

TILE = f"""
SELECT ST_AsMVT(t, 'stations', 4096, 'shape') FROM (
  SELECT {", ".join(TILE_FIELDS)}, ST_AsMVTGeom(geom, ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 256, true) AS shape
    FROM {TABLE} WHERE geom && ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.0625)) t
"""  # noqa: S608 -- our own names


def make() -> None:
    """Make the table anew (PostGIS)."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(_MAKE)
        cursor.execute(f"ALTER TABLE {TABLE} ADD PRIMARY KEY (id)")
        for column in ("geom", "geom_4326"):
            cursor.execute(f"CREATE INDEX ON {TABLE} USING gist ({column})")
        cursor.execute(f"ANALYZE {TABLE}")


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
