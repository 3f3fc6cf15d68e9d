"""What a file of each kind may hold, as one table of columns a kind."""

from infra.submissions.columns.cells import CELLS
from infra.submissions.columns.declaration import Column, ColumnTable, Type
from infra.submissions.columns.networks import CABLE_ROUTES, NETWORK_NODES
from infra.submissions.columns.permits import PERMITS
from infra.submissions.columns.postal import INTERNET_POINTS, POSTAL_POINTS
from infra.submissions.columns.stations import STATIONS

TABLES: dict[str, ColumnTable] = {
    str(table.kind): table
    for table in (STATIONS, CELLS, POSTAL_POINTS, NETWORK_NODES, INTERNET_POINTS, CABLE_ROUTES, PERMITS)
}

__all__ = ["TABLES", "Column", "ColumnTable", "Type"]
