"""All problems of all rows."""

from collections.abc import Callable

from infra.models import SubmissionKind
from infra.submissions.checks.certificates import check_certificates
from infra.submissions.checks.identifiers import check_duplicates, check_registry_numbers
from infra.submissions.checks.neighbours import check_nearby
from infra.submissions.checks.places import check_units, read_names
from infra.submissions.checks.stations import check_stations
from infra.submissions.checks.values import check_order, clean
from infra.submissions.columns.places import LINE
from infra.submissions.coordinates.ladder import locate
from infra.submissions.coordinates.lines import locate_lines
from infra.submissions.draft import Draft

#: kinds whose rows stand on sites of their own, where nearness is telling
_WITH_SITES = frozenset({SubmissionKind.STATIONS})


def check(draft: Draft, located: Callable[[], None] = lambda: None) -> None:
    """Clean the rows, find their places and report every problem that the file itself and the territory show.

    *located* is called as soon as the points are known.
    """
    table = draft.around.table
    clean(draft)
    check_order(draft, "certificate_issued_on", "certificate_expires_on")
    check_order(draft, "issued_on", "expires_on")
    check_certificates(draft)
    check_duplicates(draft, *(("station_code",) if draft.has("station_code") else ()), table.identifier)
    check_registry_numbers(draft)
    if draft.has("station_code"):
        check_stations(draft)
    if table.positions:
        read_names(draft)
        if table.positions == LINE:
            locate_lines(draft)
        else:
            locate(draft)
            located()
        check_units(draft)
        if table.kind in _WITH_SITES:
            check_nearby(draft)
