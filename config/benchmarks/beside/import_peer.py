"""django-import-export taking a plain CSV of stations in: a dry run that shows the differences, then the import.

Runs in the environment of the peers: ``import_peer.py FILE``. ``PEER_DATABASE`` holds Django's settings of the
database as JSON; ``PEER_TUNED=1`` sets everything its documentation names for large files. Prints JSON: the seconds of
both halves, and the rows.
"""

import json
import os
import sys
import time
from pathlib import Path
from secrets import token_hex

import django
import pyogrio
import shapely
from django.conf import settings

TUNED = {
    "use_bulk": True,
    "batch_size": 5000,
    "skip_diff": True,
    "skip_html_diff": True,
    "skip_instance_loader_check": True,
    "force_init_instance": True,
}


def _bundled(module: str, pattern: str) -> str:
    package = Path(module).parent
    return str(next(iter(package.with_name(f"{package.name}.libs").glob(pattern))))


settings.configure(
    SECRET_KEY=token_hex(),
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.gis", "import_export"],
    DATABASES={"default": json.loads(os.environ["PEER_DATABASE"])},
    SPATIALITE_LIBRARY_PATH="mod_spatialite",
    GDAL_LIBRARY_PATH=_bundled(pyogrio.__file__, "libgdal*"),
    GEOS_LIBRARY_PATH=_bundled(shapely.__file__, "libgeos_c*"),
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

import tablib  # noqa: E402
from django.contrib.gis.db import models  # noqa: E402
from django.contrib.gis.geos import Point  # noqa: E402
from django.db import connection  # noqa: E402
from import_export import fields, resources  # noqa: E402


class Incoming(models.Model):
    id = models.IntegerField(primary_key=True)
    code = models.TextField(unique=True)
    name = models.TextField()
    operator = models.TextField()
    commune = models.TextField()
    technologies = models.TextField()
    height_m = models.FloatField()
    in_service_on = models.DateField()
    status = models.TextField()
    position = models.PointField(srid=4326)

    objects = models.Manager()

    class Meta:
        app_label = "import_export"  # an app has to own it
        db_table = "peer_incoming"


class StationResource(resources.ModelResource):
    longitude, latitude = fields.Field(column_name="longitude"), fields.Field(column_name="latitude")

    def before_save_instance(self, instance: Incoming, row: dict[str, str], **_kwargs: object) -> None:
        instance.position = Point(float(row["longitude"]), float(row["latitude"]), srid=4326)

    class Meta:
        model, import_id_fields, exclude = Incoming, ("id",), ("position",)


def main(path: Path) -> None:
    if os.environ.get("PEER_TUNED") == "1":
        for name, value in TUNED.items():
            setattr(StationResource._meta, name, value)
    connection.prepare_database()
    with connection.schema_editor() as editor:
        editor.create_model(Incoming)
    try:
        sys.stdout.write(json.dumps(_take_in(path)) + "\n")
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Incoming)


def _take_in(path: Path) -> dict[str, float]:
    start = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        data = tablib.Dataset().load(file, format="csv")
    resource = StationResource()
    dry = resource.import_data(data, dry_run=True)
    if dry.has_errors() or dry.has_validation_errors():
        raise RuntimeError(str(dry.row_errors()[:1] or dry.base_errors or dry.invalid_rows[:1])[:300])
    checked = time.perf_counter()
    resource.import_data(data, dry_run=False, raise_errors=True)
    return {
        "check": checked - start,
        "accept": time.perf_counter() - checked,
        "rows": Incoming._default_manager.count(),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
