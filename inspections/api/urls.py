"""Addresses of the API of inspections and cases."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from infra.api.router import PREFIX, Router
from inspections.api.calculators import DeadlinesView, PenaltiesView
from inspections.api.campaigns import CampaignViewSet, PriorityViewSet
from inspections.api.case_papers import OriginalView, PapersView, PaperView
from inspections.api.case_statistics import CaseStatisticsView
from inspections.api.cases import CaseViewSet
from inspections.api.fieldwork import DeviceView, PackageView, RevokeView, SealedView
from inspections.api.findings import FindingViewSet
from inspections.api.incidents import IncidentViewSet
from inspections.api.inspections import InspectionViewSet
from inspections.api.law import ChecklistViewSet, RuleViewSet
from inspections.api.others import RatingViewSet
from inspections.api.outages import OutageReportViewSet, StormViewSet
from inspections.api.surroundings import SurroundingsView

router = Router()
router.register("checklists", ChecklistViewSet, basename="checklists")
router.register("inspections", InspectionViewSet, basename="inspections")
router.register("findings", FindingViewSet, basename="findings")
router.register("rules", RuleViewSet, basename="rules")
router.register("cases", CaseViewSet, basename="cases")
router.register("campaigns", CampaignViewSet, basename="campaigns")
router.register("priorities", PriorityViewSet, basename="priorities")
router.register("incidents", IncidentViewSet, basename="incidents")
router.register("outages", OutageReportViewSet, basename="outages")
router.register("storms", StormViewSet, basename="storms")
router.register("ratings", RatingViewSet, basename="ratings")

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{PREFIX}cases/statistics/", CaseStatisticsView.as_view(), name="case-statistics-api"),
    path(PREFIX, include(router.urls)),
    path(f"{PREFIX}cases/<str:key>/documents/", PapersView.as_view(), name="case-papers"),
    re_path(
        rf"^{PREFIX}cases/(?P<key>[^/]+)/documents/(?P<form>[A-Z0-9]{{2,16}})\.(?P<extension>docx|pdf)$",
        PaperView.as_view(),
        name="case-paper",
    ),
    path(f"{PREFIX}cases/<str:key>/documents/<str:form>/issued/", OriginalView.as_view(), name="case-original"),
    path(f"{PREFIX}penalties/", PenaltiesView.as_view(), name="penalties"),
    path(f"{PREFIX}deadlines/", DeadlinesView.as_view(), name="deadlines"),
    path(f"{PREFIX}fieldwork/package/", PackageView.as_view(), name="fieldwork-package"),
    path(f"{PREFIX}fieldwork/surroundings/", SurroundingsView.as_view(), name="fieldwork-surroundings"),
    path(f"{PREFIX}fieldwork/devices/<uuid:uuid>/", DeviceView.as_view(), name="fieldwork-device"),
    path(f"{PREFIX}fieldwork/devices/<uuid:uuid>/revoke/", RevokeView.as_view(), name="fieldwork-device-revoke"),
    path(f"{PREFIX}fieldwork/sealed/", SealedView.as_view(), name="fieldwork-sealed"),
]
