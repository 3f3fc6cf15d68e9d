"""Figures of the overview: what is counted, what they were, what comes up, and the report made of them."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.utils import timezone
from docx import Document

from infra.access import Role
from maps.models import KeptFigure
from maps.queries.reader import Reader
from maps.selectors.figures import Figure, board_of
from maps.selectors.figures.figure import Asked
from maps.selectors.figures.renewals import renewals_of
from maps.selectors.figures.trends import quarter_before
from maps.selectors.periodic import QUARTER, YEAR, period_named, period_of
from maps.services.figures import figures_are_due, figures_keep
from tests import factories as make
from tests.world import SignIn, World


def by_name(person: Any, unit: str = "", organization: str = "") -> dict[str, Figure]:
    return {one.name: one for one in board_of(person, unit, organization, timezone.localdate()).figures}


def keep(world: World, name: str, day: date, numerator: int, denominator: int, **more: str) -> None:
    KeptFigure.objects.create(
        authority=world.authority, name=name, day=day, numerator=numerator, denominator=denominator, **more
    )


# --- What is counted --------------------------------------------------------------------------------------------------


def test_postal_points_are_held_against_the_law(world: World) -> None:
    found = by_name(world.manager)
    points = found["communes_with_postal_point"]
    assert (points.numerator, points.denominator) == (1, 2)
    assert all(figure.list_url or figure.map_url for figure in found.values() if figure.name != "operators_on_time")


def test_figures_of_the_network_are_of_the_whole(world: World) -> None:
    assert "communes_with_two_paths" not in by_name(world.manager, organization="VIETTEL")


# --- Trends -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 26), date(2026, 9, 30)),
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2026, 3, 31), date(2025, 12, 31)),
        (date(2026, 4, 1), date(2026, 3, 31)),
    ],
)
def test_a_trend_compares_with_the_last_quarter(day: date, before: date) -> None:
    assert quarter_before(day) == before


def test_a_trend_is_against_what_was_kept(world: World, as_person: SignIn) -> None:
    then = quarter_before(timezone.localdate())
    keep(world, "shared_sites", then, 1, 4)
    keep(world, "shared_sites", then + timedelta(days=1), 1, 1)
    keep(world, "unsafe_stations", then, 2, 4)
    found = by_name(world.manager)
    shared = found["shared_sites"]
    assert shared.compared_to == then
    assert shared.trend == round((shared.value or 0) - 25.0, 1)
    assert [value for _day, value in shared.history] == [25.0, 100.0, shared.value]
    assert found["unsafe_stations"].trend == -2
    page = as_person(world.manager).get("/dashboard/").content.decode()
    assert "2 so với" in page
    assert "st-delta--good" in page


def test_no_trend_for_whoever_sees_another_part(world: World) -> None:
    then = quarter_before(timezone.localdate())
    keep(world, "shared_sites", then, 1, 4)
    local = make.UserFactory(username="local-manager")
    keeper = world.authority.organization
    make.MembershipFactory(user=local, organization=keeper, role=Role.MANAGER, territory=[world.thai_thuy])
    assert by_name(world.manager)["shared_sites"].trend is not None
    assert all(figure.trend is None for figure in by_name(local).values())
    assert all(figure.trend is None for figure in by_name(world.manager, organization="VNPT").values())
    assert by_name(world.owner)["shared_sites"].trend is None


def test_figures_are_kept_once_a_day(world: World) -> None:
    assert figures_are_due()
    n = figures_keep()
    assert n == KeptFigure.objects.count() > 10
    assert not figures_are_due()
    assert figures_keep() == n == KeptFigure.objects.count()
    mine = KeptFigure.objects.filter(authority=world.authority, unit="")
    now = by_name(world.manager)
    for row in mine.filter(organization=""):
        assert (row.numerator, row.denominator) == (now[row.name].numerator, now[row.name].denominator), row.name
    assert set(mine.values_list("organization", flat=True)) >= {"", "VIETTEL", "VNPT"}


def test_figures_of_a_past_day_are_those_of_then(world: World) -> None:
    figures_keep(date(2026, 2, 1))
    past = KeptFigure.objects.get(authority=world.authority, name="stations_5g_of_4g", organization="", unit="")
    assert past.denominator == 0  # nothing was built yet
    assert not KeptFigure.objects.filter(name="waiting_reports").exists()


# --- What comes up ----------------------------------------------------------------------------------------------------


def test_renewals_come_up_by_month_and_organization(world: World, as_person: SignIn) -> None:
    today = timezone.localdate()
    with make.one_act(world.authority) as ledger:
        world.station.verification = "required"
        world.certificate.state = "in_force"
        world.certificate.renewal_due_on = today + timedelta(days=10)
        ledger.change_many([world.station])
        ledger.change(world.certificate)
    asked = Asked(world.manager, Reader.of(world.manager), "", "", today)
    found = renewals_of(asked)
    before = found.total
    assert [(one.code, one.n, one.earliest) for one in found.soon] == [("VIETTEL", 1, today + timedelta(days=10))]
    with make.one_act(world.authority) as ledger:
        world.certificate.renewal_filed_on = today
        ledger.change(world.certificate)
    filed = renewals_of(asked)
    assert (filed.total, sum(month.filed for month in filed.months)) == (before, 1)
    assert filed.soon == []
    others = as_person(world.manager).get("/dashboard/", {"organization": "VNPT"}).context["renewals"]
    assert others.total == before - 1


# --- The periodic report ----------------------------------------------------------------------------------------------


def test_periods_have_names_and_ends() -> None:
    third = period_of(QUARTER, date(2026, 8, 14))
    assert (third.first, third.last, third.code) == (date(2026, 7, 1), date(2026, 9, 30), "quarter-2026-07")
    assert period_of(YEAR, date(2026, 8, 14)).last == date(2026, 12, 31)
    today = date(2026, 8, 14)
    assert period_named("quarter-2026-07", today) == third
    for code in ("quarter-2026-10", "week-2026-01", "quarter-2026-99", "year-1900-01", "", "quarter"):
        assert period_named(code, today) is None, code


def test_the_report_is_read_on_the_page(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    page = client.get("/dashboard/report/", {"period": "year-2026-01"})
    assert page.status_code == 200
    content = page.context["content"]
    assert "2026" in content.subject
    operators = next(table for table in content.tables if table.title == "Nhà mạng")
    assert {row[0] for row in operators.rows} >= {"Viettel", "VNPT"}
    assert client.get("/dashboard/report/", {"form": "odt"}).status_code == 400
    assert as_person(world.owner).get("/dashboard/report/").status_code == 404
    assert as_person(None).get("/dashboard/report/").url.startswith("/sign-in/")


def test_the_report_leaves_as_files_people_open(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    on_page = client.get("/dashboard/report/").context["content"]
    titles = [table.title for table in on_page.tables]

    written = client.get("/dashboard/report/", {"form": "docx"})
    assert "report-quarter-" in written["Content-Disposition"]
    text = Document(io.BytesIO(written.content))
    assert [p.text for p in text.paragraphs if p.style.name.startswith("Heading")][-len(titles) :] == titles
    assert text.tables[0].rows[1].cells[0].text == on_page.tables[0].rows[0][0]

    book = openpyxl.load_workbook(io.BytesIO(client.get("/dashboard/report/", {"form": "xlsx"}).content))
    assert len(book.sheetnames) == len(titles) + 1

    printed = client.get("/dashboard/report/", {"form": "pdf"})
    assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_hostile_name_stays_text_in_every_file(world: World, as_person: SignIn) -> None:
    hostile = '=HYPERLINK("x") #import "y" <img onerror>'
    world.viettel.short_name = hostile
    world.viettel.save()
    client = as_person(world.manager)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/dashboard/report/", {"form": "xlsx"}).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == hostile]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    assert client.get("/dashboard/report/", {"form": "pdf"}).status_code == 200
    assert "<img onerror>" not in client.get("/dashboard/report/").content.decode()


def test_queries_of_the_report(world: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    client = as_person(world.manager)
    client.get("/dashboard/report/")
    with django_assert_max_num_queries(70):
        client.get("/dashboard/report/")
