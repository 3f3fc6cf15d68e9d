"""A country for measurements: deterministic, and as sound a register as one that people filled."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from config.demo.bulk import write_country
from infra.models import (
    BaseStation,
    ChangeRecord,
    Installation,
    Mast,
    Organization,
    Site,
)
from infra.services.ledger import refresh_search
from infra.spatial.box import EVERYTHING, site_ids
from infra.spatial.places import Box
from infra.spatial.units import units_at

STATIONS = 120


@pytest.fixture
def country(db: None) -> None:
    call_command("load_reference", verbosity=0)
    write_country(stations=STATIONS, seed=4, provinces=("33",))


def rows() -> list[object]:
    installations = Installation.objects.order_by("id").select_related("mast")
    return [
        (
            row.registry_number,
            row.code,
            row.name,
            row.position.coords,
            row.in_service_on,
            row.mast.code,
            row.mast.height_m,
            row.base_station.technologies,
        )
        for row in installations.select_related("base_station")
    ]


def test_a_country_is_a_sound_register(country: None) -> None:
    call_command("verify_ledger", verbosity=0)
    assert Installation.objects.count() == BaseStation.objects.count() == STATIONS
    assert Site.objects.count() == Mast.objects.count() == round(STATIONS / (7 / 3))
    loaded = ChangeRecord.objects.filter(kind="demo.loaded")
    operators = Installation.objects.values("organization").distinct().count()
    assert loaded.filter(organization__isnull=True).count() == 1
    assert loaded.filter(organization__isnull=False).count() >= operators


def test_search_texts_are_those_the_services_would_write(country: None) -> None:
    for noun in [*Site.objects.select_related("unit")[:30], *Installation.objects.select_related("site", "unit")[:60]]:
        written = noun.search_text
        refresh_search(noun)
        assert noun.search_text == written


def test_sites_stand_in_the_unit_that_holds_their_position(country: None) -> None:
    sites = list(Site.objects.order_by("id"))
    found = units_at([site.position.coords for site in sites]).tolist()
    assert found == [site.unit_id for site in sites]
    assert all(row.position == row.site.position and row.unit_id == row.site.unit_id for row in _installations())


def _installations() -> list[Installation]:
    return list(Installation.objects.select_related("site"))


def _lead_nowhere(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(unit_id=987_654_321)
    connection.check_constraints()


def test_indexes_keys_and_triggers_stand_again(country: None) -> None:
    """What the load took off is back: the index finds, keys and guards refuse, numbers go on."""
    site = Site.objects.order_by("id").first()
    assert site is not None
    lon, lat = site.position.coords
    assert site.pk in site_ids(Box(lon, lat, lon, lat), EVERYTHING)
    Site.objects.filter(pk=site.pk).update(position=f"SRID=4326;POINT({lon + 0.25} {lat})")
    assert site.pk in site_ids(Box(lon + 0.25, lat, lon + 0.25, lat), EVERYTHING)
    with pytest.raises(IntegrityError), transaction.atomic():
        _lead_nowhere(site)
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=site.pk).update(position="SRID=4326;POINT(200 10)")
    mast = Mast.objects.order_by("-id")[0]
    mast.pk, mast.code = None, "HYN-M-999999"
    mast.save()
    assert mast.pk == Mast.objects.order_by("-id")[0].pk


def test_the_same_seed_gives_the_same_country(country: None) -> None:
    first = rows()
    for model in (BaseStation, Installation, Mast, Site):
        for table in (model.version_model, model):
            table.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM infra_registryseries")
    write_country(stations=STATIONS, seed=4, provinces=("33",))
    assert rows() == first


def test_a_filled_register_is_left_alone(country: None) -> None:
    with pytest.raises(ValueError, match="empty register"):
        write_country(stations=10)
    assert Organization.objects.filter(code="VIETTEL").exists()
