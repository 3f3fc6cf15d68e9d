"""The embedded database's engine: ``ENGINE = "config.spatialite"``."""

from django.contrib.gis.db.backends.spatialite.base import DatabaseWrapper as SpatialiteWrapper

from config.spatialite.schema import SchemaEditor


class DatabaseWrapper(SpatialiteWrapper):
    """SpatiaLite with migrations that keep its books in order."""

    SchemaEditorClass = SchemaEditor
