"""Addresses of the pages of field work: inspections, findings, priorities, campaigns."""

from django.urls import URLPattern, path

from inspections.pages import (
    campaign,
    campaigns,
    field_statistics,
    findings,
    inspections,
    lists,
    new_inspection,
    phones,
    reports,
    targets,
)

urlpatterns: list[URLPattern] = [
    path("inspections/", lists.inspection_list, name="inspections"),
    path("inspections/statistics/", field_statistics.statistics_page, name="field-statistics"),
    path("inspections/new/", new_inspection.new_inspection, name="inspection-new"),
    path("inspections/<uuid:uuid>/", inspections.inspection_page, name="inspection"),
    path("inspections/<uuid:uuid>/photos/<str:sha256>/", inspections.inspection_photo, name="inspection-photo"),
    path("inspections/<uuid:uuid>/record.<slug:form>", reports.inspection_record, name="inspection-record"),
    path("inspections/<uuid:uuid>/review/", inspections.inspection_reviewed, name="inspection-reviewed"),
    path("inspections/<uuid:uuid>/proposals/<int:pk>/", inspections.correction_decided, name="correction-decided"),
    path("findings/", findings.finding_list, name="findings"),
    path("findings/<int:pk>/", findings.finding_page, name="finding"),
    path("findings/<int:pk>/answers/", findings.finding_answered, name="finding-answered"),
    path("findings/<int:pk>/decide/", findings.finding_decided, name="finding-decided"),
    path("findings/<int:pk>/files/<str:sha256>/", findings.finding_file, name="finding-file"),
    path("phones/", phones.phone_list, name="phones"),
    path("phones/sealed/", phones.sealed_taken, name="phone-sealed"),
    path("phones/<uuid:uuid>/withdrawn/", phones.phone_withdrawn, name="phone-withdrawn"),
    path("priorities/", targets.target_list, name="priorities"),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign-new"),
    path("campaigns/<int:pk>/", campaign.campaign_page, name="campaign"),
    path("campaigns/<int:pk>/summary.<slug:form>", reports.campaign_summary, name="campaign-summary"),
    path("campaigns/<int:pk>/edit/", campaigns.campaign_edit, name="campaign-edit"),
    path("campaigns/add/", campaign.targets_taken, name="campaign-add"),
    path("campaigns/<int:pk>/acts/", campaign.campaign_act, name="campaign-act"),
]
