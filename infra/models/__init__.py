"""The registry's nouns."""

from infra.models.accounts import ApiToken, User
from infra.models.installations import Installation, InstallationKind, InstallationVersion
from infra.models.jobs import Job, JobKind, JobState
from infra.models.ledger import ChangeRecord, LedgerHead
from infra.models.lookups import (
    Band,
    InstallationStatus,
    Limit,
    Lookup,
    MastClass,
    NodeKind,
    PermitKind,
    PostalKind,
    RouteKind,
    StructureType,
    Technology,
    UnitType,
)
from infra.models.networks import CableRoute, CableRouteVersion, Link, LinkVersion, NetworkNode, NetworkNodeVersion
from infra.models.organizations import (
    Authority,
    Membership,
    Organization,
    OrganizationKind,
    OrganizationVersion,
    RegistrySeries,
)
from infra.models.permits import Attachment, Permit, PermitState, PermitVersion
from infra.models.postal import InternetPoint, InternetPointVersion, PostalPoint, PostalPointVersion
from infra.models.reports import PublicReport, ReportKind, ReportStatus
from infra.models.second_factor import RecoveryCode, SecondFactor
from infra.models.sites import Base, Mast, MastVersion, PositionMethod, Site, SiteMerge, SiteVersion, UnitMethod
from infra.models.stations import BaseStation, BaseStationVersion, Cell, CellVersion, Verification
from infra.models.submissions import (
    RowAction,
    RowDecision,
    Submission,
    SubmissionKind,
    SubmissionMode,
    SubmissionRow,
    SubmissionStatus,
)
from infra.models.units import (
    AdministrativeUnit,
    AdministrativeUnitVersion,
    BoundaryKind,
    UnitLevel,
    UnitSuccession,
)
from infra.models.versions import NOUNS, Version

__all__ = [
    "NOUNS",
    "AdministrativeUnit",
    "AdministrativeUnitVersion",
    "ApiToken",
    "Attachment",
    "Authority",
    "Band",
    "Base",
    "BaseStation",
    "BaseStationVersion",
    "BoundaryKind",
    "CableRoute",
    "CableRouteVersion",
    "Cell",
    "CellVersion",
    "ChangeRecord",
    "Installation",
    "InstallationKind",
    "InstallationStatus",
    "InstallationVersion",
    "InternetPoint",
    "InternetPointVersion",
    "Job",
    "JobKind",
    "JobState",
    "LedgerHead",
    "Limit",
    "Link",
    "LinkVersion",
    "Lookup",
    "Mast",
    "MastClass",
    "MastVersion",
    "Membership",
    "NetworkNode",
    "NetworkNodeVersion",
    "NodeKind",
    "Organization",
    "OrganizationKind",
    "OrganizationVersion",
    "Permit",
    "PermitKind",
    "PermitState",
    "PermitVersion",
    "PositionMethod",
    "PostalKind",
    "PostalPoint",
    "PostalPointVersion",
    "PublicReport",
    "RecoveryCode",
    "RegistrySeries",
    "ReportKind",
    "ReportStatus",
    "RouteKind",
    "RowAction",
    "RowDecision",
    "SecondFactor",
    "Site",
    "SiteMerge",
    "SiteVersion",
    "StructureType",
    "Submission",
    "SubmissionKind",
    "SubmissionMode",
    "SubmissionRow",
    "SubmissionStatus",
    "Technology",
    "UnitLevel",
    "UnitMethod",
    "UnitSuccession",
    "UnitType",
    "User",
    "Verification",
    "Version",
]
