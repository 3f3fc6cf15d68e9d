"""The peers made with Django: drf-gis's list and django-vectortiles' tiles over the same rows.

Runs in the environment of the peers.
"""

import os
from secrets import token_hex
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.conf import settings

_address = urlsplit(os.environ["PEER_DSN"])
_options = parse_qs(_address.query)

settings.configure(
    SECRET_KEY=token_hex(),
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.gis",
        "rest_framework",
        "rest_framework_gis",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.contrib.gis.db.backends.postgis",
            "NAME": unquote(_address.path.lstrip("/")),
            "USER": unquote(_address.username or ""),
            "PASSWORD": unquote(_address.password or ""),
            "HOST": _options.get("host", [_address.hostname or ""])[0],
            "PORT": _options.get("port", [str(_address.port or "")])[0],
            "CONN_MAX_AGE": None,
        }
    },
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
    },
)
django.setup()

from django.contrib.gis.db import models  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.generics import ListAPIView  # noqa: E402
from rest_framework_gis.pagination import GeoJsonPagination  # noqa: E402
from rest_framework_gis.serializers import GeoFeatureModelSerializer  # noqa: E402
from vectortiles import VectorLayer  # noqa: E402
from vectortiles.views import MVTView  # noqa: E402

FIELDS = ("code", "name", "operator", "technologies", "status", "commune", "height_m", "started")
TILE_FIELDS = ("id", "code", "operator", "technologies", "status", "height_m")


class Station(models.Model):
    id = models.BigIntegerField(primary_key=True)
    code = models.TextField()
    name = models.TextField()
    operator = models.TextField()
    technologies = models.TextField()
    status = models.TextField()
    commune = models.TextField()
    height_m = models.FloatField()
    started = models.DateField()
    geom = models.PointField(srid=3857)
    geom_4326 = models.PointField(srid=4326)

    objects = models.Manager()

    class Meta:
        app_label = "django_peer"
        managed = False
        db_table = "peer_station"


class Serializer(GeoFeatureModelSerializer):
    class Meta:
        model = Station
        geo_field = "geom_4326"
        id_field = "id"
        fields = ("id", *FIELDS)


class _Pages(GeoJsonPagination):
    page_size = 10_000


class Stations(VectorLayer):
    model = Station
    id = "stations"
    geom_field = "geom"
    tile_fields = TILE_FIELDS
    min_zoom = 0


class Tiles(MVTView):
    layer_classes = [Stations]


ROWS = {"queryset": Station.objects.order_by("id"), "serializer_class": Serializer}  # type: ignore[misc]

urlpatterns = [
    path("page/", ListAPIView.as_view(pagination_class=_Pages, **ROWS)),
    path("whole/", ListAPIView.as_view(pagination_class=None, **ROWS)),
    path("tiles/<int:z>/<int:x>/<int:y>", Tiles.as_view()),
]
application = get_wsgi_application()
