"""What the database refuses by itself, whoever writes."""

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.db import DatabaseError, connection, transaction

from infra.models import AdministrativeUnit, Cell, Mast, Permit, Site, guards
from tests.factories import (
    CellFactory,
    InstallationFactory,
    MastFactory,
    PermitFactory,
    SiteFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def refused(write: object) -> bool:
    try:
        with transaction.atomic():
            write()  # type: ignore[operator]
    except DatabaseError:
        return True
    return False


def test_every_geometry_column_has_its_guard() -> None:
    assert len(guards.geometry_columns()) >= 10
    assert guards.missing() == []


@pytest.mark.parametrize(("lon", "lat"), [(181, 20), (-180.1, 20), (106, 90.5), (20.4, 106.3)])
def test_a_position_off_the_earth_is_refused(lon: float, lat: float) -> None:
    site = SiteFactory()
    assert refused(lambda: Site.objects.filter(pk=site.pk).update(position=Point(lon, lat, srid=4326)))


def test_a_geometry_in_another_srid_is_refused() -> None:
    site = SiteFactory()
    make = (
        "ST_SetSRID(ST_MakePoint(106, 20), 3857)" if connection.vendor == "postgresql" else "MakePoint(106, 20, 3857)"
    )

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE infra_site SET position = {make} WHERE id = %s", [site.pk])

    assert refused(write)


def test_negative_heights_are_refused() -> None:
    mast, cell = MastFactory(), CellFactory()
    assert refused(lambda: Mast.objects.filter(pk=mast.pk).update(height_m=-3))
    assert refused(lambda: Mast.objects.filter(pk=mast.pk).update(building_height_m=-0.5))
    assert refused(lambda: Cell.objects.filter(pk=cell.pk).update(height_agl_m=-1))
    assert refused(lambda: Cell.objects.filter(pk=cell.pk).update(azimuth_deg=360))


def test_two_open_validity_periods_of_one_unit_are_refused() -> None:
    unit = UnitFactory(code="12454", valid_from=date(2025, 7, 1))
    copy = AdministrativeUnit.objects.get(pk=unit.pk)
    copy.pk, copy.valid_from = None, date(2026, 1, 1)
    assert refused(copy.save)


def test_a_registry_number_is_given_once() -> None:
    first, second = InstallationFactory(), InstallationFactory()
    second.registry_number = first.registry_number
    assert refused(second.save)


def test_an_operators_code_is_used_once() -> None:
    first = InstallationFactory(code="VTL-1")
    second = InstallationFactory(code="VTL-2", organization=first.organization)
    second.code = first.code
    assert refused(second.save)


def test_a_permit_that_expires_before_it_is_issued_is_refused() -> None:
    permit = PermitFactory(issued_on=date(2025, 1, 1), expires_on=date(2030, 1, 1))
    assert refused(lambda: Permit.objects.filter(pk=permit.pk).update(expires_on=date(2024, 12, 31)))
