"""Addresses of the maps, the home page, the site sheets and the dashboard."""

from django.urls import path, register_converter

from maps.api import ogc
from maps.api.background import background, background_archive
from maps.api.counts import counts, here, units
from maps.api.coverage import FileView, IndicatorsView, MapsView, MapView, WhiteSpotsView
from maps.api.coverage_questions import CompareView, PointView
from maps.api.coverage_runs import RunsView, RunView
from maps.api.coverage_tiles import coverage_tile
from maps.api.coverage_trials import WhatIfView
from maps.api.dashboard import DashboardView
from maps.api.exports import ExportFileView, ExportFormat, ExportsView, ExportView, export_now
from maps.api.exposure import ExposureView
from maps.api.layers import layer_features, shades, summary
from maps.api.measurement_files import MeasurementFilesView, MeasurementFileView
from maps.api.measurements import MeasurementsView, ValidationView
from maps.api.moves import moves
from maps.api.network import NetworkView
from maps.api.search import suggestions
from maps.api.tiles import tile, tile_json
from maps.pages.antennas import antennas
from maps.pages.console import console
from maps.pages.coverage.data import coverage_data
from maps.pages.coverage.measured import agreement_sheet, complaint_points, measured_points
from maps.pages.coverage.selected import selected_file, selected_sheet
from maps.pages.coverage.sheets import about_panel, comparison_sheet, gaps_sheet, place_sheet
from maps.pages.dashboard import dashboard
from maps.pages.exposure import sensitive_list
from maps.pages.files import files
from maps.pages.home import home
from maps.pages.lists import station_list
from maps.pages.network import network, network_map
from maps.pages.panels import site_panel, thing_panel
from maps.pages.periodic import periodic
from maps.pages.report import report, report_here, ticket, ticket_search
from maps.pages.reports import report_act, report_case, report_list
from maps.pages.site import site_page
from maps.pages.site_acts import merge, move, site_corrections, split
from maps.pages.storm_map import storm_map
from maps.pages.storms import storm_desk

register_converter(ExportFormat, "exportformat")

app_name = "maps"
urlpatterns = [
    path("", home, name="home"),
    path("sites/<str:code>/", site_page, name="site"),
    path("sites/<str:code>/corrections/", site_corrections, name="site-corrections"),
    path("sites/<str:code>/move/", move, name="site-move"),
    path("sites/<str:code>/merge/", merge, name="site-merge"),
    path("sites/<str:code>/merges/<int:number>/undo/", split, name="site-split"),
    path("sites/<str:code>/report/", report, name="report"),
    path("report/", report_here, name="report-here"),
    path("report/status/", ticket_search, name="ticket-search"),
    path("report/<str:ticket>/", ticket, name="ticket"),
    path("reports/", report_list, name="reports"),
    path("reports/<int:pk>/", report_case, name="report-case"),
    path("reports/<int:pk>/act/", report_act, name="report-act"),
    path("dashboard/", dashboard, name="dashboard"),
    path("dashboard/report/", periodic, name="periodic"),
    path("api/v1/dashboard/", DashboardView.as_view(), name="dashboard-api"),
    path("api/v1/coverage/", PointView.as_view(), name="coverage-point"),
    path("api/v1/coverage/maps/", MapsView.as_view(), name="coverage-maps"),
    path("api/v1/coverage/maps/<str:key>/", MapView.as_view(), name="coverage-map"),
    path("api/v1/coverage/maps/<str:key>/indicators/", IndicatorsView.as_view(), name="coverage-indicators"),
    path("api/v1/coverage/maps/<str:key>/white-spots/", WhiteSpotsView.as_view(), name="coverage-white-spots"),
    path("api/v1/coverage/maps/<str:key>/files/<str:name>", FileView.as_view(), name="coverage-file"),
    path("api/v1/coverage/maps/<str:key>/validation/", ValidationView.as_view(), name="coverage-validation"),
    path("api/v1/measurements/files/", MeasurementFilesView.as_view(), name="measurement-files"),
    path("api/v1/measurements/files/<int:pk>/", MeasurementFileView.as_view(), name="measurement-file"),
    path("api/v1/measurements/", MeasurementsView.as_view(), name="measurements"),
    path("api/v1/coverage/what-if/", WhatIfView.as_view(), name="coverage-what-if"),
    path("api/v1/coverage/compare/", CompareView.as_view(), name="coverage-compare"),
    path("api/v1/coverage/runs/", RunsView.as_view(), name="coverage-runs"),
    path("api/v1/coverage/runs/<int:pk>/", RunView.as_view(), name="coverage-run"),
    path("api/v1/exposure/", ExposureView.as_view(), name="exposure-point"),
    path("exposure/sensitive/", sensitive_list, name="exposure-sensitive"),
    path("tiles/coverage/<str:key>/<str:z>/<str:x>/<str:y>.png", coverage_tile, name="coverage-tile"),
    path("network/", network, name="network"),
    path("network/map.json", network_map, name="network-map"),
    path("api/v1/network/", NetworkView.as_view(), name="network-api"),
    path("storms/<str:number>/desk/", storm_desk, name="storm"),
    path("storms/<str:number>/map.json", storm_map, name="storm-map"),
    path("map/", console, name="console"),
    path("map/coverage/about/", about_panel, name="coverage-about"),
    path("map/coverage/gaps/", gaps_sheet, name="coverage-gaps"),
    path("map/coverage/comparison/", comparison_sheet, name="coverage-comparison"),
    path("map/coverage/measured.json", measured_points, name="coverage-measured"),
    path("map/coverage/complaints.json", complaint_points, name="coverage-complaints"),
    path("map/coverage/agreement/", agreement_sheet, name="coverage-agreement"),
    path("map/coverage/selected/", selected_sheet, name="coverage-selected"),
    path("map/coverage/selected.csv", selected_file, name="coverage-selected-file"),
    path("coverage/antennas/<str:number>/", antennas, name="antennas"),
    path("coverage/data/", coverage_data, name="coverage-data"),
    path("map/coverage/place/", place_sheet, name="coverage-place"),
    path("map/list/", station_list, name="list"),
    path("map/layers/<slug:layer>.json", layer_features, name="layer"),
    path("map/communes/<slug:indicator>.json", shades, name="shades"),
    path("map/summary.json", summary, name="summary"),
    path("map/moves.json", moves, name="moves"),
    path("tiles/<str:layer>/counts.json", counts, name="tile-counts"),
    path("tiles/<str:layer>/units.json", units, name="tile-units"),
    path("ogc/", ogc.landing, name="ogc"),
    path("ogc/api", ogc.description, name="ogc-api"),
    path("ogc/conformance", ogc.conformance, name="ogc-conformance"),
    path("ogc/collections", ogc.collections, name="ogc-collections"),
    path("ogc/collections/<str:name>", ogc.collection, name="ogc-collection"),
    path("ogc/collections/<str:name>/schema", ogc.schema, name="ogc-schema"),
    path("ogc/collections/<str:name>/items", ogc.items, name="ogc-items"),
    path("ogc/collections/<str:name>/items/<str:key>", ogc.item, name="ogc-item"),
    path("map/export/<slug:layer>.<exportformat:extension>", export_now, name="export"),
    path("files/", files, name="files"),
    path("api/v1/exports/", ExportsView.as_view(), name="exports"),
    path("api/v1/exports/<int:key>/", ExportView.as_view(), name="export-one"),
    path("api/v1/exports/<int:key>/file/", ExportFileView.as_view(), name="export-file"),
    path("map/here.json", here, name="here"),
    path("tiles/background/<int:z>/<int:x>/<int:y>", background, name="background"),
    path("tiles/background.pmtiles", background_archive, name="background-archive"),
    path("tiles/<str:layer>.json", tile_json, name="tile-json"),
    path("tiles/<str:layer>/<str:z>/<str:x>/<str:y>.mvt", tile, name="tile"),
    path("map/search.json", suggestions, name="search"),
    path("map/site/<str:code>/sheet/", site_panel, name="site-panel"),
    path("map/thing/<str:number>/sheet/", thing_panel, name="thing-panel"),
]
