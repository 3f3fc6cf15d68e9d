"""Figures, money, dates, tags and plots as people read them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from infra import formats
from infra.models import Limit, Permit, PermitState
from infra.pages.plots import Ring, Sector, plot_of, sector_path
from infra.selectors.permits import Standing, due_window, standing_of

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "digits", "vietnamese", "english"),
    [
        (1234.5, None, "1.234,5", "1,234.5"),
        (1234.5, 2, "1.234,50", "1,234.50"),
        (0, None, "0", "0"),
        (1_000_000, None, "1.000.000", "1,000,000"),
        (-85.25, 1, "−85,2", "−85.2"),
        (-0.01, 1, "0,0", "0.0"),
        (14.0, None, "14", "14"),
    ],
)
def test_numbers(value: float, digits: int | None, vietnamese: str, english: str) -> None:
    with override("vi"):
        assert formats.number(value, digits) == vietnamese
    with override("en"):
        assert formats.number(value, digits) == english


def test_money_and_quantities_keep_their_unit_on_the_line() -> None:
    with override("vi"):
        assert formats.vnd(22_000_000) == f"22.000.000{NBSP}₫"
        assert formats.quantity(8.9, "m") == f"8,9{NBSP}m"
    with override("en"):
        assert formats.vnd(22_000_000) == f"22,000,000{NBSP}₫"


def test_dates() -> None:
    moment = datetime(2026, 5, 4, 23, 40, tzinfo=UTC)
    with override("vi"):
        assert formats.day(date(2026, 5, 5)) == "05/05/2026"
        assert formats.moment(moment) == "05/05/2026 06:40"
        assert formats.day(moment) == "05/05/2026"
    with override("en"):
        assert formats.day(date(2026, 5, 5)) == "5 May 2026"


def test_coordinates_are_read_out_latitude_first() -> None:
    with override("vi"):
        assert formats.coordinates(106.356882, 20.447118) == f"20,44712{NBSP}B; 106,35688{NBSP}Đ"
    with override("en"):
        assert formats.coordinates(-0.5, -33.9) == f"33.90000{NBSP}S, 0.50000{NBSP}W"


def draw(source: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get(f"/x/{query}")
    return Template("{% load sotram %}" + source).render(Context({"request": request, **context}))


def test_icons_are_drawn_silent_or_labelled() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "map-2" %}')
    labelled = draw('{% icon "map-2" label %}', label='Bản đồ "chính"')
    assert 'role="img" aria-label="Bản đồ &quot;chính&quot;"' in labelled


@pytest.mark.parametrize("state", ["compliant", "due", "overdue", "unsafe", "unknown"])
def test_a_state_is_symbol_and_word(state: str) -> None:
    drawn = draw("{% state_tag state %}", state=state)
    assert f"st-tag--{state}" in drawn
    assert f"st-symbol--{state}" in drawn
    assert draw("{% state_tag state %}", state={"state": state}) == drawn


@pytest.mark.parametrize("state", [None, "", "broken", {}, {"state": "<b>"}])
def test_what_is_no_state_is_not_known(state: Any) -> None:
    assert "st-tag--unknown" in draw("{% state_tag state %}", state=state)


def test_the_words_of_a_state_are_escaped() -> None:
    assert "&lt;b&gt;" in draw('{% state_tag "due" words %}', words="<b>")


def test_addresses_keep_the_query_and_start_over_when_a_filter_changes() -> None:
    assert draw('{% url_with unit="33" %}', "?q=a&after=9") == "?q=a&amp;unit=33"
    assert draw("{% url_with after=12 %}", "?q=a&before=9") == "?q=a&amp;before=9&amp;after=12"
    assert draw("{% url_with q=None %}", "?q=a") == "?"
    assert draw('{% url_without "q" %}', "?q=a&kind=x") == "?kind=x"


def test_empty_values_are_a_dash() -> None:
    assert draw("{{ v|number }} {{ v|day }} {{ v|vnd }} {{ v|moment }} {{ v|position }}", v=None) == "– – – – –"


# --- Permits ----------------------------------------------------------------------------------------------------------

TODAY = date(2026, 5, 5)
WINDOW = timedelta(days=120)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"expires_on": date(2028, 6, 11), "renewal_due_on": date(2028, 4, 12)}, "compliant"),
        ({"expires_on": date(2026, 8, 24), "renewal_due_on": date(2026, 6, 25)}, "due"),
        ({"expires_on": date(2026, 6, 20), "renewal_due_on": date(2026, 4, 21)}, "overdue"),
        (
            {
                "expires_on": date(2026, 6, 20),
                "renewal_due_on": date(2026, 4, 21),
                "renewal_filed_on": date(2026, 4, 20),
            },
            "compliant",
        ),
        ({"expires_on": date(2026, 3, 14)}, "overdue"),
        ({"expires_on": TODAY}, "due"),
        ({"expires_on": None}, "compliant"),
        ({"expires_on": date(2030, 1, 1), "state": PermitState.LAPSED}, "unsafe"),
        ({"expires_on": date(2030, 1, 1), "state": PermitState.REVOKED}, "overdue"),
        ({"expires_on": date(2020, 1, 1), "state": PermitState.REPLACED}, "unknown"),
    ],
)
def test_how_a_permit_stands(fields: dict[str, Any], state: str) -> None:
    assert standing_of(Permit(**fields), WINDOW, TODAY).state == state


def test_a_permit_says_how_long_it_has_expired() -> None:
    with override("en"):
        permit = Permit(expires_on=date(2026, 3, 14))
        assert standing_of(permit, WINDOW, TODAY) == Standing("overdue", "expired 52 days ago")


def test_the_window_of_due_soon_is_data(db: None) -> None:
    assert due_window(TODAY) == WINDOW
    Limit.objects.create(code="due_window", value=90, unit="day", name_vi="x", valid_from=date(2026, 1, 1))
    assert due_window(TODAY) == timedelta(days=90)


# --- The sector plot --------------------------------------------------------------------------------------------------


def test_a_sector_to_the_east_lies_to_the_right() -> None:
    numbers = sector_path(Sector(90, 60, True, ""), 20, 40).replace("M", "").split()
    assert float(numbers[0]) > 100


def test_a_sector_without_azimuth_is_a_whole_ring() -> None:
    assert sector_path(Sector(None, None, True, ""), 20, 40).count("Z") == 2


def test_the_plot_counts_sectors_and_silent_ones() -> None:
    plot = plot_of([Ring("4G", [Sector(0, 65, True, ""), Sector(120, 65, False, "")]), Ring("5G", [])])
    assert (plot.sectors, plot.silent, len(plot.legend)) == (2, 1, 2)
