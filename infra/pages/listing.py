"""A list of the register as a page: filters in the address, a count, pages, and the same rows as a file.

Other apps show their lists with it too: they declare a :class:`Listing` and call :func:`show`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from infra import formats
from infra.pages import exports
from infra.pages.columns import Cell, Column, act_cell, cells_of
from infra.pages.keyset import BadPlaceError, Order, Page, count_of, keys_of_few, page_of
from infra.pages.panels import RowActs, row_acts_of

PAGE_SIZE = 50
#: rows read at a time while a file is written
EXPORT_BATCH = 1_000
EXPORT_FORMATS = ("csv", "xlsx", "geojson")
BY_KEY = Order()


@dataclass(frozen=True)
class Listing:
    """What a list shows. ``counted`` makes the words of the count from a number ("1.284 stations"), ``sorted`` says the
    order in words, ``map_filters`` names the filters that the map understands as well.

    ``drawn`` adds to the rows what is drawn of them and what orders them. Only a page and a file need it: filters and
    counts of a list that has it read the bare rows, and few rows are picked by key before they are put in order.
    """

    title: str | Promise
    stem: str
    columns: Sequence[Column]
    filters: type[django_filters.FilterSet]
    counted: Callable[[int], str]
    empty: str | Promise
    search_hint: str | Promise
    order: Order = BY_KEY
    geometry: exports.Geometry | None = None
    template: str = "infra/listing.html"
    sorted: str | Promise = ""
    map_filters: tuple[str, ...] = ()
    drawn: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None

    def formats(self) -> list[str]:
        return [name for name in EXPORT_FORMATS if name != "geojson" or self.geometry]


@dataclass(frozen=True)
class Chip:
    """One filter as it stands: its field, and the words for what is chosen."""

    field: Any
    chosen: str

    @property
    def name(self) -> str:
        return str(self.field.html_name)


def chips_of(filters: Any) -> list[Chip]:
    """Return the chips of *filters*; a value that is no choice still shows, so that it can be taken away."""
    chips = []
    for field in filters.choice_fields():
        value = filters.data.get(field.html_name, "")
        words = {str(code): str(name) for code, name in field.field.choices}
        chips.append(Chip(field, words.get(value, value) if value else ""))
    return chips


def show(request: HttpRequest, listing: Listing, rows: QuerySet[Any], **context: Any) -> HttpResponseBase:
    """Answer with the page, or with the file that ``?export=`` asks for."""
    filters = listing.filters(request.GET, queryset=rows, request=request)
    valid = filters.is_valid()
    wanted = request.GET.get("export", "")
    if valid and wanted in listing.formats():
        return export(listing, filters, filters.qs, wanted)
    problems = [] if valid else [_problem(filters, name) for name in filters.form.errors]
    if wanted and wanted not in listing.formats():
        problems.append(_("“export” cannot be “%(value)s”.") % {"value": wanted})
    page, count, more = Page([], None, None), 0, False
    if valid:
        found, known = rows_found(listing, filters, rows)
        count, more = count_of(filters.qs) if known is None else (known, False)
        try:
            page = page_of(found, listing.order, PAGE_SIZE, request.GET.get("after", ""), request.GET.get("before", ""))
        except BadPlaceError as error:
            problems.append(_("“%(value)s” is no place in this list.") % {"value": error})
    acts = row_acts_of(listing.stem, request, page.rows)
    shown = [replace(column, title=str(column.title)) for column in listing.columns if column.screen]
    total = listing.counted(count)
    return render(
        request,
        listing.template,
        {
            "listing": listing,
            "filters": filters,
            "chips": chips_of(filters),
            "problems": problems,
            "rows": [_cells(row, shown, acts) for row in page.rows],
            "titles": [*shown, *([acts] if acts else [])],
            "page": page,
            "total": _("more than %(count)s") % {"count": total} if more else total,
            "too_many_for_xlsx": count > exports.XLSX_ROWS,
            "map_url": _map_url(request, listing),
            "filtered": _filtered(filters),
            **context,
        },
        status=400 if problems else 200,
    )


def _filtered(filters: Any) -> bool:
    return any(filters.data.get(name) for name in filters.filters)


def rows_found(listing: Listing, filters: Any, rows: QuerySet[Any]) -> tuple[QuerySet[Any], int | None]:
    """Return what *filters* leave of *rows*, to page through, and how many there are where that is known already."""
    if listing.drawn is None:
        return filters.qs, None
    if _filtered(filters) and (keys := keys_of_few(filters.qs)) is not None:
        return listing.drawn(rows.filter(**{f"{listing.order.tie}__in": keys})), len(keys)
    return listing.drawn(filters.in_order(filters.qs)), None


def _cells(row: Any, columns: Sequence[Column], acts: RowActs | None) -> list[Cell]:
    cells = cells_of(row, columns)
    return cells if acts is None else [*cells, act_cell(str(acts.title), acts.by_row.get(row.pk))]


def _map_url(request: HttpRequest, listing: Listing) -> str | None:
    """Return the map with the filters it shares with the list, where the maps are installed."""
    if not listing.map_filters:
        return None
    try:
        console = reverse("maps:console")
    except NoReverseMatch:
        return None
    shared = {name: value for name in listing.map_filters if (value := request.GET.get(name))}
    return f"{console}?{urlencode(shared)}" if shared else console


def _problem(filters: Any, name: str) -> str:
    label = filters.filters[name].label if name in filters.filters else name
    return _("The filter “%(label)s” (%(name)s) cannot be “%(value)s”.") % {
        "label": label,
        "name": name,
        "value": filters.data.get(name, ""),
    }


def export(listing: Listing, filters: Any, rows: QuerySet[Any], wanted: str) -> HttpResponseBase:
    """Answer with all *rows* as a file, in the order of the page."""
    found = (listing.drawn(rows) if listing.drawn else rows).order_by(*listing.order.names())
    if wanted == "xlsx":
        found = found[: exports.XLSX_ROWS + 1]
        if found.count() > exports.XLSX_ROWS:
            return _too_many()
        return exports.as_xlsx(found.iterator(EXPORT_BATCH), listing.columns, listing.stem, _about(listing, filters))
    if wanted == "geojson" and listing.geometry:
        return exports.as_geojson(found.iterator(EXPORT_BATCH), listing.columns, listing.stem, listing.geometry)
    return exports.as_csv(found.iterator(EXPORT_BATCH), listing.columns, listing.stem)


def _too_many() -> HttpResponse:
    sentence = _("A workbook holds at most %(n)s rows here. Narrow the filters, or take the CSV file.") % {
        "n": formats.number(exports.XLSX_ROWS)
    }
    return HttpResponse(sentence, status=409, content_type="text/plain; charset=utf-8")


def _about(listing: Listing, filters: Any) -> list[tuple[str, str]]:
    about = [(_("List"), str(listing.title)), (_("Exported at"), formats.moment(timezone.now()))]
    if filters.data.get("q"):
        about.append((_("Search"), filters.data["q"]))
    return about + [(str(chip.field.label), chip.chosen) for chip in chips_of(filters) if chip.chosen]
