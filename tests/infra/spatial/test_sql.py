"""Django's cursor lent to SQLAlchemy: reads only, in the open transaction, the same Python values on both databases."""

from datetime import UTC, date, datetime

import pytest
import shapely
import sqlalchemy as sa
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from infra.models import InternetPoint, Organization, SiteVersion
from infra.spatial import sql
from infra.spatial.tables import core, installation, internet_point, organization, postal_point, site, site_version
from tests.world import BUILT, World


@pytest.mark.parametrize(
    "statement",
    [
        sa.insert(site).values(code="X"),
        sa.update(site).values(code="X"),
        sa.delete(site),
        sa.text("select 1"),
        sa.select(sa.delete(site).returning(site.c.id).cte("gone")),
    ],
)
def test_nothing_but_a_select_passes(db: None, statement: object) -> None:
    with pytest.raises(TypeError):
        sql.read(statement)  # type: ignore[arg-type]


def test_rows_come_as_tuples_and_as_named_tuples(world: World) -> None:
    statement = sa.select(site.c.code, site.c.name).where(site.c.id == world.harbour.pk)
    assert sql.read(statement) == [("HYN-00001", "Cảng Diêm Điền")]
    assert sql.read_named(statement)[0].name == "Cảng Diêm Điền"


def test_the_open_transaction_is_read(world: World) -> None:
    with transaction.atomic():
        Organization.objects.create(code="NEW", kind="agency", name="Mới")
        assert sql.read(sa.select(organization.c.name).where(organization.c.code == "NEW")) == [("Mới",)]


def test_datetimes_are_aware_and_can_be_asked_for(world: World) -> None:
    statement = sa.select(site_version.c.valid_from).where(site_version.c.valid_from == BUILT)
    moments = [moment for (moment,) in sql.read(statement)]
    assert len(moments) == SiteVersion.objects.filter(valid_from=BUILT).count() > 0
    assert set(moments) == {BUILT}
    assert moments[0].tzinfo is not None
    assert sql.read(statement.where(site_version.c.valid_from < datetime(2020, 1, 1, tzinfo=UTC))) == []


def test_dates_flags_json_times_and_shapes_are_python_values(world: World) -> None:
    InternetPoint.objects.update(opens_at="08:30", sign_posted=True)
    [(day,)] = sql.read(sa.select(installation.c.in_service_on).where(installation.c.id == world.station.pk))
    assert day == date(2019, 3, 1)
    [(attended, services)] = sql.read(sa.select(postal_point.c.attended, postal_point.c.services))
    assert attended is True
    assert services == ["letters", "parcels"]
    [(opens, posted, none)] = sql.read(
        sa.select(internet_point.c.opens_at, internet_point.c.sign_posted, internet_point.c.closes_at)
    )
    assert (opens.hour, opens.minute, posted, none) == (8, 30, True, None)
    [(position,)] = sql.read(sa.select(site.c.position).where(site.c.id == world.harbour.pk))
    assert position.equals(shapely.Point(106.5685, 20.5602))


def test_a_question_asked_again_with_other_values_is_answered_anew(world: World) -> None:
    for place in (world.harbour, world.citadel, world.market):
        assert sql.read(sa.select(site.c.code).where(site.c.name == place.name)) == [(place.code,)]


def test_named_binds_are_filled_at_reading(world: World) -> None:
    statement = sa.select(site.c.id).where(site.c.code == sa.bindparam("code", type_=sa.String()))
    assert sql.read(statement, code="HYN-00002") == [(world.citadel.pk,)]
    assert sql.read(statement, code="HYN-00003") == [(world.market.pk,)]


def test_lists_of_any_length_are_taken(world: World) -> None:
    for wanted in ([world.harbour.pk], [world.harbour.pk, world.market.pk], []):
        assert {pk for (pk,) in sql.read(sa.select(site.c.id).where(site.c.id.in_(wanted)))} == set(wanted)


def test_a_percent_sign_is_a_percent_sign(world: World) -> None:
    assert sql.read(sa.select(sa.literal_column("'100%'")).where(sa.literal_column("5 % 3") == 2)) == [("100%",)]


def test_a_stream_gives_all_rows_in_lists(world: World) -> None:
    statement = sa.select(installation.c.id).order_by(installation.c.id)
    lists = list(sql.stream(statement, size=4))
    assert [len(rows) for rows in lists[:-1]] == [4] * (len(lists) - 1)
    assert [row for rows in lists for row in rows] == sql.read(statement)


def test_rows_are_passed_on_while_others_are_made(world: World) -> None:
    statement = sa.select(installation.c.id, sa.cast(installation.c.code, sa.Text())).order_by(installation.c.id)
    lists: list[list[sql.Row]] = []
    if connection.vendor != "postgresql":
        with pytest.raises(TypeError):
            sql.pass_on(statement, lists.append, size=4)
        return
    with CaptureQueriesContext(connection) as queries:
        sql.pass_on(statement, lists.append, size=4)
    assert len(queries) == 1
    assert [len(rows) for rows in lists[:-1]] == [4] * (len(lists) - 1)
    assert [(key, code.decode()) for rows in lists for key, code in rows] == sql.read(statement)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite passes no rows on")
def test_who_cannot_take_rows_leaves_the_connection_as_it_was(world: World) -> None:
    def refuse(_rows: list[sql.Row]) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        sql.pass_on(sa.select(installation.c.id), refuse, size=1)
    assert sql.read(sa.select(sa.func.count()).select_from(site))


def test_every_read_shows_in_django_as_a_query(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        sql.read(sa.select(site.c.id))
    assert len(queries) == 1


def test_a_compound_select_reads(world: World) -> None:
    both = sa.union_all(sa.select(site.c.id), sa.select(installation.c.id))
    assert len(sql.read(both)) == len(sql.read(sa.select(site.c.id))) + len(sql.read(sa.select(installation.c.id)))


def test_the_table_of_a_model_is_made_once() -> None:
    assert core(Organization) is organization
