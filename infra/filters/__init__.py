"""What a collection or list can be filtered by, read from the query string and refused in words.

The API answers 400 for what a filter refuses and names the parameter; a page shows the filter's form with the same
words. A filter costs at most one query of its own: a code is looked up once.
"""

from infra.filters.conditions import Criteria
from infra.filters.installations import (
    CableRouteFilter,
    CellFilter,
    ChangeFilter,
    InstallationFilter,
    InternetPointFilter,
    NetworkNodeFilter,
    PermitFilter,
    PostalPointFilter,
    StationFilter,
)
from infra.filters.places import MastFilter, OrganizationFilter, SiteFilter, UnitFilter

__all__ = [
    "CableRouteFilter",
    "CellFilter",
    "ChangeFilter",
    "Criteria",
    "InstallationFilter",
    "InternetPointFilter",
    "MastFilter",
    "NetworkNodeFilter",
    "OrganizationFilter",
    "PermitFilter",
    "PostalPointFilter",
    "SiteFilter",
    "StationFilter",
    "UnitFilter",
]
