import django.contrib.gis.db.models.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import infra.migrating


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inspections", "0001_initial"),
    ]

    operations = [
        infra.migrating.CreateModels(
            models=[
                migrations.CreateModel(
                    name="CoverageRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coverage_runs",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "In the queue"),
                                    ("running", "Running"),
                                    ("ready", "Ready"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("asked", models.JSONField(default=dict, verbose_name="what was asked for")),
                        ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                        ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        ("tiles", models.PositiveIntegerField(default=0, verbose_name="tiles")),
                        ("tiles_done", models.PositiveIntegerField(default=0, verbose_name="tiles done")),
                        (
                            "tiles_kept",
                            models.PositiveIntegerField(default=0, verbose_name="tiles that were there already"),
                        ),
                        ("cells", models.PositiveIntegerField(default=0, verbose_name="cells")),
                        ("seconds", models.JSONField(default=dict, verbose_name="seconds by step")),
                        ("problem", models.TextField(blank=True, verbose_name="why it failed")),
                    ],
                    options={
                        "verbose_name": "coverage run",
                        "verbose_name_plural": "coverage runs",
                        "ordering": ("-id",),
                    },
                ),
                migrations.CreateModel(
                    name="CoverageMap",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="maps",
                                to="maps.coveragerun",
                                verbose_name="run",
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coverage_maps",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="coverage_maps",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "at_least",
                            models.PositiveSmallIntegerField(default=1, verbose_name="organizations at least"),
                        ),
                        (
                            "technology",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.technology",
                                verbose_name="technology",
                            ),
                        ),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="area",
                            ),
                        ),
                        ("model", models.CharField(max_length=24, verbose_name="model")),
                        ("models_used", models.JSONField(default=dict, verbose_name="models by share of cells")),
                        ("resolution_m", models.PositiveSmallIntegerField(verbose_name="resolution (m)")),
                        ("radius_m", models.PositiveIntegerField(verbose_name="farthest reach of a cell (m)")),
                        ("receiver_height_m", models.FloatField(verbose_name="height of the receiver (m)")),
                        ("threshold_dbm", models.FloatField(verbose_name="threshold (dBm)")),
                        ("edge_percent", models.FloatField(verbose_name="probability at the edge (%)")),
                        ("sigma_db", models.FloatField(verbose_name="spread of the levels (dB)")),
                        ("margin_db", models.FloatField(verbose_name="margin (dB)")),
                        ("levels_dbm", models.JSONField(default=list, verbose_name="levels (dBm)")),
                        ("margins", models.JSONField(default=dict, verbose_name="further margins")),
                        ("cells", models.PositiveIntegerField(default=0, verbose_name="cells")),
                        (
                            "cells_assumed",
                            models.PositiveIntegerField(default=0, verbose_name="cells with assumed parameters"),
                        ),
                        ("cells_left_out", models.PositiveIntegerField(default=0, verbose_name="cells left out")),
                        ("assumed", models.JSONField(default=dict, verbose_name="assumed parameters by count")),
                        ("inputs", models.CharField(max_length=64, verbose_name="digest of the inputs")),
                        ("manifest", models.CharField(max_length=96, verbose_name="list of tiles")),
                        ("tiles", models.PositiveIntegerField(default=0, verbose_name="tiles")),
                        ("bounds", models.JSONField(default=list, verbose_name="west, south, east, north")),
                        ("data_on", models.DateField(verbose_name="register as of")),
                        ("computed_at", models.DateTimeField(auto_now_add=True, verbose_name="computed")),
                        ("area_m2", models.FloatField(default=0, verbose_name="area (m²)")),
                        ("covered_m2", models.FloatField(default=0, verbose_name="area covered (m²)")),
                        ("population", models.FloatField(default=0, verbose_name="population")),
                        ("population_covered", models.FloatField(default=0, verbose_name="population covered")),
                        ("is_current", models.BooleanField(default=True, verbose_name="current")),
                        ("is_public", models.BooleanField(default=False, verbose_name="published")),
                    ],
                    options={
                        "verbose_name": "coverage map",
                        "verbose_name_plural": "coverage maps",
                        "ordering": ("id",),
                        "indexes": [
                            models.Index(
                                fields=["authority", "technology", "organization", "at_least"], name="coverage_map_of"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("at_least__gte", 1), ("at_least__lte", 9)),
                                name="coverage_map_at_least",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Omission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="omissions",
                                to="maps.coveragerun",
                                verbose_name="run",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        ("technology", models.CharField(blank=True, max_length=8, verbose_name="technology")),
                        ("station_id", models.BigIntegerField(blank=True, null=True, verbose_name="station")),
                        ("cell_code", models.CharField(blank=True, max_length=64, verbose_name="cell")),
                        ("reason", models.CharField(max_length=32, verbose_name="reason")),
                        ("value", models.CharField(blank=True, max_length=64, verbose_name="value")),
                    ],
                    options={
                        "verbose_name": "cell left out",
                        "verbose_name_plural": "cells left out",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="CoverageIndicator",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "map",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="indicators",
                                to="maps.coveragemap",
                                verbose_name="map",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="unit",
                            ),
                        ),
                        ("area_m2", models.FloatField(verbose_name="area (m²)")),
                        ("covered_m2", models.FloatField(verbose_name="area covered (m²)")),
                        ("levels_m2", models.JSONField(default=list, verbose_name="area by level (m²)")),
                        ("population", models.FloatField(verbose_name="population")),
                        ("population_covered", models.FloatField(verbose_name="population covered")),
                        ("roads_m", models.FloatField(blank=True, null=True, verbose_name="roads (m)")),
                        ("roads_covered_m", models.FloatField(blank=True, null=True, verbose_name="roads covered (m)")),
                        ("villages", models.PositiveIntegerField(blank=True, null=True, verbose_name="villages")),
                        (
                            "villages_covered",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="villages covered"),
                        ),
                        ("cells", models.PositiveIntegerField(default=0, verbose_name="serving cells")),
                        (
                            "cells_assumed",
                            models.PositiveIntegerField(
                                default=0, verbose_name="serving cells with assumed parameters"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "coverage indicator",
                        "verbose_name_plural": "coverage indicators",
                        "ordering": ("id",),
                        "constraints": [
                            models.UniqueConstraint(fields=("map", "unit"), name="indicator_once_per_unit")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WhiteSpot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "map",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="white_spots",
                                to="maps.coveragemap",
                                verbose_name="map",
                            ),
                        ),
                        ("rank", models.PositiveIntegerField(verbose_name="rank")),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="unit",
                            ),
                        ),
                        ("people", models.FloatField(verbose_name="people")),
                        ("area_m2", models.FloatField(verbose_name="area (m²)")),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(
                                spatial_index=False, srid=4326, verbose_name="position"
                            ),
                        ),
                        (
                            "shape",
                            django.contrib.gis.db.models.fields.MultiPolygonField(
                                spatial_index=False, srid=4326, verbose_name="shape"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "white spot",
                        "verbose_name_plural": "white spots",
                        "ordering": ("map", "rank"),
                        "constraints": [models.UniqueConstraint(fields=("map", "rank"), name="white_spot_rank_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Export",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="exports",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="owner",
                            ),
                        ),
                        ("layer", models.CharField(max_length=32, verbose_name="layer")),
                        ("format", models.CharField(max_length=12, verbose_name="format")),
                        ("query", models.TextField(blank=True, verbose_name="filters")),
                        ("language", models.CharField(default="vi", max_length=8, verbose_name="language")),
                        ("scope", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Being written"),
                                    ("done", "Ready"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="state",
                            ),
                        ),
                        ("total", models.PositiveIntegerField(blank=True, null=True, verbose_name="rows")),
                        ("done", models.PositiveIntegerField(default=0, verbose_name="written")),
                        ("size", models.PositiveBigIntegerField(default=0, verbose_name="size (bytes)")),
                        ("error", models.CharField(blank=True, max_length=400, verbose_name="what went wrong")),
                        ("created_at", models.DateTimeField(verbose_name="asked for")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                        ("expires_at", models.DateTimeField(verbose_name="kept until")),
                    ],
                    options={
                        "verbose_name": "export",
                        "verbose_name_plural": "exports",
                        "ordering": ("-id",),
                        "indexes": [models.Index(fields=["owner", "-id"], name="export_of_owner")],
                    },
                ),
                migrations.CreateModel(
                    name="ExposureLimit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        ("standard", models.CharField(max_length=32, verbose_name="standard")),
                        ("low_mhz", models.FloatField(verbose_name="from (MHz)")),
                        ("high_mhz", models.FloatField(verbose_name="to (MHz)")),
                        ("power_factor", models.FloatField(verbose_name="power density: factor")),
                        ("power_exponent", models.FloatField(default=0, verbose_name="power density: exponent")),
                        ("field_factor", models.FloatField(verbose_name="field strength: factor")),
                        ("field_exponent", models.FloatField(default=0, verbose_name="field strength: exponent")),
                    ],
                    options={
                        "verbose_name": "limit of exposure",
                        "verbose_name_plural": "limits of exposure",
                        "ordering": ("standard", "low_mhz", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("standard", "low_mhz", "valid_from"), name="exposure_limit_once_per_date"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("high_mhz__gt", models.F("low_mhz"))),
                                name="exposure_limit_band_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("field_factor__gt", 0), ("power_factor__gt", 0)),
                                name="exposure_limit_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StationExposure",
                    fields=[
                        (
                            "installation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="exposure",
                                serialize=False,
                                to="infra.installation",
                                verbose_name="installation",
                            ),
                        ),
                        ("standard", models.CharField(max_length=32, verbose_name="standard")),
                        ("distance_m", models.FloatField(verbose_name="compliance distance (m)")),
                        ("distance_below_m", models.FloatField(verbose_name="compliance distance below (m)")),
                        ("eirp_w", models.FloatField(verbose_name="EIRP (W)")),
                        ("quotient_m2", models.FloatField(verbose_name="quotient (m²)")),
                        ("height_m", models.FloatField(verbose_name="lowest antenna centre (m)")),
                        ("cells", models.PositiveSmallIntegerField(verbose_name="cells")),
                        ("is_assumed", models.BooleanField(default=False, verbose_name="with assumed parameters")),
                        ("computed_at", models.DateTimeField(verbose_name="computed")),
                    ],
                    options={
                        "verbose_name": "exposure of a station",
                        "verbose_name_plural": "exposure of stations",
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="KeptFigure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "organization",
                            models.CharField(blank=True, max_length=32, verbose_name="code of the organization"),
                        ),
                        ("unit", models.CharField(blank=True, max_length=10, verbose_name="code of the unit")),
                        ("day", models.DateField(verbose_name="day")),
                        ("name", models.CharField(max_length=40, verbose_name="figure")),
                        ("numerator", models.BigIntegerField(verbose_name="numerator")),
                        ("denominator", models.BigIntegerField(verbose_name="denominator")),
                    ],
                    options={
                        "verbose_name": "kept figure",
                        "verbose_name_plural": "kept figures",
                        "ordering": ("day", "name"),
                        "indexes": [models.Index(fields=["authority", "name", "day"], name="figure_over_time")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("authority", "organization", "unit", "day", "name"), name="figure_once_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroundFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("villages", "Villages"),
                                    ("schools", "Schools"),
                                    ("hospitals", "Hospitals"),
                                    ("roads", "Roads"),
                                    ("buildings", "Buildings"),
                                    ("population", "Population grid"),
                                ],
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        ("name", models.CharField(max_length=160, verbose_name="file")),
                        ("sha256", models.CharField(max_length=64, verbose_name="digest")),
                        ("source", models.CharField(blank=True, max_length=255, verbose_name="source")),
                        ("data_on", models.DateField(blank=True, null=True, verbose_name="data of")),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                        ("kept", models.PositiveIntegerField(default=0, verbose_name="kept")),
                        ("problems", models.JSONField(default=list, verbose_name="problems")),
                        ("store_key", models.CharField(blank=True, max_length=96, verbose_name="key in the store")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("imported_at", models.DateTimeField(auto_now_add=True, verbose_name="imported")),
                        ("is_current", models.BooleanField(default=True, verbose_name="current")),
                    ],
                    options={
                        "verbose_name": "file about the ground",
                        "verbose_name_plural": "files about the ground",
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("is_current", True)),
                                fields=("authority", "kind"),
                                name="ground_file_one_current",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Place",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="places",
                                to="maps.groundfile",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("village", "Village"), ("school", "School"), ("hospital", "Hospital")],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=32, verbose_name="code")),
                        ("name", models.CharField(max_length=160, verbose_name="name")),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="position"),
                        ),
                        ("population", models.PositiveIntegerField(blank=True, null=True, verbose_name="population")),
                    ],
                    options={
                        "verbose_name": "place",
                        "verbose_name_plural": "places",
                        "ordering": ("id",),
                        "indexes": [models.Index(fields=["file", "kind"], name="place_kind")],
                    },
                ),
                migrations.CreateModel(
                    name="Road",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="roads",
                                to="maps.groundfile",
                                verbose_name="file",
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                        ("road_class", models.CharField(blank=True, max_length=32, verbose_name="class")),
                        (
                            "line",
                            django.contrib.gis.db.models.fields.MultiLineStringField(srid=4326, verbose_name="line"),
                        ),
                    ],
                    options={
                        "verbose_name": "road",
                        "verbose_name_plural": "roads",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="Building",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="buildings",
                                to="maps.groundfile",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "outline",
                            django.contrib.gis.db.models.fields.PolygonField(srid=4326, verbose_name="outline"),
                        ),
                        ("height_m", models.FloatField(blank=True, null=True, verbose_name="height (m)")),
                        ("has_people", models.BooleanField(default=True, verbose_name="people live or work here")),
                    ],
                    options={
                        "verbose_name": "building",
                        "verbose_name_plural": "buildings",
                        "ordering": ("id",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("height_m__isnull", True), ("height_m__gte", 0), _connector="OR"),
                                name="building_height_positive",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeasurementFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="measured by",
                            ),
                        ),
                        (
                            "format",
                            models.CharField(
                                choices=[
                                    ("drive_test", "Drive test (CSV)"),
                                    ("speed_test", "Speed tests of the public (i-Speed)"),
                                    ("opencellid", "OpenCelliD"),
                                ],
                                max_length=12,
                                verbose_name="format",
                            ),
                        ),
                        ("name", models.CharField(max_length=160, verbose_name="file")),
                        ("sha256", models.CharField(max_length=64, verbose_name="digest")),
                        ("source", models.CharField(max_length=255, verbose_name="source")),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                        ("kept", models.PositiveIntegerField(default=0, verbose_name="kept")),
                        ("problems", models.JSONField(default=list, verbose_name="problems")),
                        ("first_on", models.DateField(blank=True, null=True, verbose_name="measured from")),
                        ("last_on", models.DateField(blank=True, null=True, verbose_name="measured to")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("imported_at", models.DateTimeField(auto_now_add=True, verbose_name="imported")),
                    ],
                    options={
                        "verbose_name": "file of measurements",
                        "verbose_name_plural": "files of measurements",
                        "ordering": ("-id",),
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "sha256"), name="measurement_file_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Measurement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="measurements",
                                to="maps.measurementfile",
                                verbose_name="file",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "technology",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.technology",
                                verbose_name="technology",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.administrativeunit",
                                verbose_name="unit",
                            ),
                        ),
                        (
                            "position",
                            django.contrib.gis.db.models.fields.PointField(srid=4326, verbose_name="position"),
                        ),
                        ("measured_at", models.DateTimeField(blank=True, null=True, verbose_name="measured")),
                        ("level_dbm", models.FloatField(blank=True, null=True, verbose_name="level (dBm)")),
                        ("download_mbps", models.FloatField(blank=True, null=True, verbose_name="download (Mbit/s)")),
                        ("upload_mbps", models.FloatField(blank=True, null=True, verbose_name="upload (Mbit/s)")),
                        ("latency_ms", models.FloatField(blank=True, null=True, verbose_name="latency (ms)")),
                        ("cell_ref", models.CharField(blank=True, max_length=64, verbose_name="cell as reported")),
                        ("samples", models.PositiveIntegerField(default=1, verbose_name="samples")),
                    ],
                    options={
                        "verbose_name": "measurement",
                        "verbose_name_plural": "measurements",
                        "ordering": ("id",),
                        "indexes": [models.Index(fields=["organization", "technology"], name="measurement_of")],
                    },
                ),
                migrations.CreateModel(
                    name="RadioParameter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_vi", models.CharField(max_length=255, verbose_name="Vietnamese name")),
                        ("name_en", models.CharField(blank=True, max_length=255, verbose_name="English name")),
                        ("valid_from", models.DateField(verbose_name="valid from")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                        ("legal_basis", models.CharField(blank=True, max_length=255, verbose_name="legal basis")),
                        ("confidence", models.CharField(blank=True, max_length=8, verbose_name="confidence")),
                        ("verified", models.BooleanField(default=False, verbose_name="verified")),
                        ("code", models.CharField(max_length=48, verbose_name="code")),
                        ("technology", models.CharField(blank=True, max_length=8, verbose_name="technology")),
                        ("low_mhz", models.FloatField(default=0, verbose_name="from (MHz)")),
                        ("high_mhz", models.FloatField(default=1000000, verbose_name="to (MHz)")),
                        ("value", models.FloatField(verbose_name="value")),
                        ("unit", models.CharField(blank=True, max_length=16, verbose_name="unit")),
                    ],
                    options={
                        "verbose_name": "radio parameter",
                        "verbose_name_plural": "radio parameters",
                        "ordering": ("code", "technology", "low_mhz", "valid_from"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "technology", "low_mhz", "valid_from"),
                                name="radio_parameter_once_per_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("high_mhz__gt", models.F("low_mhz"))),
                                name="radio_parameter_band_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AntennaPattern",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "authority",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.authority",
                                verbose_name="authority",
                            ),
                        ),
                        ("name", models.CharField(max_length=80, verbose_name="name")),
                        ("frequency_mhz", models.FloatField(blank=True, null=True, verbose_name="frequency (MHz)")),
                        ("gain_dbi", models.FloatField(verbose_name="gain (dBi)")),
                        ("electrical_tilt_deg", models.FloatField(default=0, verbose_name="electrical tilt (°)")),
                        ("horizontal_db", models.JSONField(verbose_name="horizontal cut")),
                        ("vertical_db", models.JSONField(verbose_name="vertical cut")),
                        ("sha256", models.CharField(max_length=64, verbose_name="digest of the file")),
                        ("imported_at", models.DateTimeField(auto_now_add=True, verbose_name="imported")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "antenna pattern",
                        "verbose_name_plural": "antenna patterns",
                        "ordering": ("name", "id"),
                        "constraints": [
                            models.UniqueConstraint(fields=("authority", "sha256"), name="antenna_pattern_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AntennaUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "pattern",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="uses",
                                to="maps.antennapattern",
                                verbose_name="pattern",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.organization",
                                verbose_name="organization",
                            ),
                        ),
                        (
                            "technology",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.technology",
                                verbose_name="technology",
                            ),
                        ),
                        (
                            "band",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="infra.band",
                                verbose_name="band",
                            ),
                        ),
                        ("cell_code", models.CharField(blank=True, max_length=64, verbose_name="cell")),
                    ],
                    options={
                        "verbose_name": "use of an antenna pattern",
                        "verbose_name_plural": "uses of antenna patterns",
                        "ordering": ("id",),
                    },
                ),
                migrations.CreateModel(
                    name="UnitEnvironment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "unit",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="radio_environment",
                                to="infra.administrativeunit",
                                verbose_name="administrative unit",
                            ),
                        ),
                        (
                            "environment",
                            models.CharField(
                                choices=[("urban", "Urban"), ("suburban", "Suburban"), ("open", "Open ground")],
                                max_length=8,
                                verbose_name="surroundings",
                            ),
                        ),
                        ("large_city", models.BooleanField(default=False, verbose_name="middle of a large city")),
                        ("reason", models.CharField(max_length=255, verbose_name="reason")),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by",
                            ),
                        ),
                        ("set_at", models.DateTimeField(auto_now=True, verbose_name="set")),
                    ],
                    options={
                        "verbose_name": "surroundings of a unit",
                        "verbose_name_plural": "surroundings of units",
                        "ordering": ("unit",),
                    },
                ),
            ],
        ),
    ]
