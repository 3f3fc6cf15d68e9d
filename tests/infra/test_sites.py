"""Moving, merging and splitting sites."""

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from infra.models import Installation, Mast, Permit, Site, SiteMerge, User
from infra.selectors.history import site_history
from infra.selectors.ledger import verify
from infra.services.sites import site_merge, site_move, site_split
from tests.factories import (
    AuthorityFactory,
    MastFactory,
    PermitFactory,
    SiteFactory,
    StationFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return UserFactory(username="officer", is_superuser=True)


def furnished(name: str, lon: float) -> Site:
    """A site with a mast, a station and its certificate."""
    authority = AuthorityFactory()
    site = SiteFactory(authority=authority, name=name, position=Point(lon, 20.5, srid=4326))
    mast = MastFactory(site=site, authority=authority)
    station = StationFactory(installation__site=site, installation__mast=mast, installation__position=site.position)
    PermitFactory(installation=station.installation)
    return site


def test_everything_on_a_site_moves_with_it_and_its_unit_follows(officer: User) -> None:
    square = MultiPolygon(Polygon.from_bbox((106.4, 20.4, 106.6, 20.6)), srid=4326)
    there = UnitFactory(code="12817", boundary=square)
    site = furnished("Trà Lý 1", 106.1)
    site_move(actor=officer, site=site, to=Point(106.5, 20.5, srid=4326), reason="Measured with GNSS", accuracy_m=3)
    row = Installation.objects.get(site=site)
    assert (row.position.x, row.unit) == (106.5, there)
    assert Site.objects.get(pk=site.pk).unit == there
    assert list(verify()) == []


def test_merged_sites_keep_what_stood_on_both_and_the_old_code_leads_to_the_new(officer: User) -> None:
    keep, double = furnished("Trà Lý 1", 106.1), furnished("TRALY_01", 106.1001)
    site_merge(actor=officer, keep=keep, absorb=double, reason="Same mast, entered twice")
    assert Installation.objects.filter(site=keep).count() == Mast.objects.filter(site=keep).count() == 2
    assert {row.position.x for row in Installation.objects.filter(site=keep)} == {106.1}
    assert Site.objects.get(code=double.code).merged_into == keep
    assert list(Site.objects.standing()) == [keep]
    assert list(verify()) == []


def test_a_wrong_merge_is_split_again(officer: User) -> None:
    keep, double = furnished("Trà Lý 1", 106.1), furnished("TRALY_01", 106.1001)
    standing = set(Installation.objects.filter(site=double).values_list("pk", flat=True))
    merge = site_merge(actor=officer, keep=keep, absorb=double, reason="Same mast, entered twice")
    site_split(actor=officer, merge=merge, reason="Two masts after all")
    assert set(Installation.objects.filter(site=double).values_list("pk", flat=True)) == standing
    assert Installation.objects.get(site=double).position.x == 106.1001
    assert Site.objects.standing().count() == 2
    with pytest.raises(ValueError, match="split before"):
        site_split(actor=officer, merge=SiteMerge.objects.get(pk=merge.pk), reason="Again")
    assert list(verify()) == []


def test_a_merged_site_neither_moves_nor_merges_again(officer: User) -> None:
    keep, double = furnished("Trà Lý 1", 106.1), furnished("TRALY_01", 106.1001)
    site_merge(actor=officer, keep=keep, absorb=double, reason="Same mast, entered twice")
    with pytest.raises(ValueError, match="was merged"):
        site_move(actor=officer, site=double, to=Point(106.2, 20.5, srid=4326), reason="Measured")
    with pytest.raises(ValueError, match="merged before"):
        site_merge(actor=officer, keep=double, absorb=keep, reason="The other way round")
    with pytest.raises(ValueError, match="Two different sites"):
        site_merge(actor=officer, keep=keep, absorb=keep, reason="With itself")


def test_the_history_of_a_site_names_masts_stations_and_permits(officer: User) -> None:
    site = furnished("Trà Lý 1", 106.1)
    site_move(actor=officer, site=site, to=Point(106.2, 20.5, srid=4326), reason="Measured with GNSS")
    entries = site_history(site, officer)
    assert entries[0].reason == "Measured with GNSS"
    nouns = {entry.subject.split()[0] for entry in entries}
    assert len(nouns) >= 4
    assert Permit.objects.count() == 1


def test_the_history_of_a_site_takes_the_same_queries_however_much_stands_there(
    officer: User, django_assert_max_num_queries: object
) -> None:
    site = furnished("Trà Lý 1", 106.1)
    for _ in range(4):
        station = StationFactory(installation__site=site, installation__position=site.position)
        PermitFactory(installation=station.installation)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        site_history(site, officer)
