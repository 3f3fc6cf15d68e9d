"""Addresses of the registry's API, its document, and the end of unknown addresses below /api/."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from infra.api.cells import CellViewSet
from infra.api.changes import ChangeViewSet
from infra.api.documents import DocsView, SchemaView, UnknownAddressView
from infra.api.installations import (
    CableRouteViewSet,
    InstallationViewSet,
    InternetPointViewSet,
    NetworkNodeViewSet,
    PostalPointViewSet,
    StationViewSet,
)
from infra.api.organizations import OrganizationViewSet, UnitViewSet
from infra.api.permits import PermitViewSet
from infra.api.plans import ExtensionViewSet, PlanViewSet
from infra.api.router import PREFIX, Router
from infra.api.sites import MastViewSet, SiteViewSet
from infra.api.submission_exports import SubmissionExportView
from infra.api.submission_files import SubmissionFileView, SubmissionSheetsView
from infra.api.submissions import SubmissionColumnsView, SubmissionTemplateView, SubmissionViewSet
from infra.api.tokens import TokenViewSet

router = Router()
router.register("organizations", OrganizationViewSet, basename="organizations")
router.register("units", UnitViewSet, basename="units")
router.register("sites", SiteViewSet, basename="sites")
router.register("masts", MastViewSet, basename="masts")
router.register("installations", InstallationViewSet, basename="installations")
router.register("stations", StationViewSet, basename="stations")
router.register("cells", CellViewSet, basename="cells")
router.register("postal-points", PostalPointViewSet, basename="postal-points")
router.register("network-nodes", NetworkNodeViewSet, basename="network-nodes")
router.register("internet-points", InternetPointViewSet, basename="internet-points")
router.register("cable-routes", CableRouteViewSet, basename="cable-routes")
router.register("permits", PermitViewSet, basename="permits")
router.register("changes", ChangeViewSet, basename="changes")
router.register("submissions", SubmissionViewSet, basename="submissions")
router.register("plans", PlanViewSet, basename="plans")
router.register("extensions", ExtensionViewSet, basename="extensions")
router.register("tokens", TokenViewSet, basename="tokens")

urlpatterns: list[URLPattern | URLResolver] = [
    path(PREFIX, include(router.urls)),
    re_path(
        rf"^{PREFIX}submissions/(?P<pk>\d{{1,18}})/(?P<name>original|problems\.csv|problems\.xlsx|corrected\.xlsx)/?$",
        SubmissionFileView.as_view(),
        name="submission-file",
    ),
    re_path(
        rf"^{PREFIX}submissions/(?P<pk>\d{{1,18}})/sheets/$", SubmissionSheetsView.as_view(), name="submission-sheets"
    ),
    path(f"{PREFIX}submission-columns/", SubmissionColumnsView.as_view(), name="submission-columns"),
    re_path(
        rf"^{PREFIX}submission-templates/(?P<kind>[a-z_]+)\.xlsx/?$",
        SubmissionTemplateView.as_view(),
        name="submission-template",
    ),
    re_path(
        rf"^{PREFIX}submission-exports/(?P<kind>[a-z_]+)\.(?P<extension>xlsx|csv)/?$",
        SubmissionExportView.as_view(),
        name="submission-export",
    ),
    path("api/schema/", SchemaView.as_view(), name="api-schema"),
    path("api/docs/", DocsView.as_view(), name="api-docs"),
    # Last of all: apps above hang their collections under the same prefix and come first. A line break is matched too.
    re_path(r"^api/[\s\S]*$", UnknownAddressView.as_view(), name="api-unknown"),
]
