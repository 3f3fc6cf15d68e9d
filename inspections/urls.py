"""Addresses of inspections and cases: pages and API."""

from django.urls import URLPattern, URLResolver, include, path

from inspections.api import urls as api
from inspections.pages import case_acts, cases, checklist_urls, field, field_urls, incidents, lists, outages, storms

app_name = "inspections"

urlpatterns: list[URLPattern | URLResolver] = [
    path("findings/<int:pk>/case/", case_acts.finding_case, name="finding-case"),
    path("field/", field.shell, name="field"),
    path("field/worker.js", field.worker, name="field-worker"),
    path("field/app.webmanifest", field.manifest, name="field-manifest"),
    path("field/texts/<str:language>.json", field.texts, name="field-texts"),
    path("cases/", lists.case_list, name="cases"),
    path("cases/<int:pk>/", cases.case_page, name="case"),
    path("cases/<int:pk>/steps/", case_acts.case_step, name="case-step"),
    path("cases/<int:pk>/annul/", case_acts.case_step_annul, name="case-step-annul"),
    path("cases/<int:pk>/answers/", case_acts.case_answer, name="case-answer"),
    path("cases/<int:pk>/files/<str:sha256>/", case_acts.case_file, name="case-file"),
    path("incidents/", incidents.incident_list, name="incidents"),
    path("incidents/new/", incidents.incident_new, name="incident-new"),
    path("incidents/<str:number>/", incidents.incident_page, name="incident"),
    path("incidents/<str:number>/over/", incidents.incident_over, name="incident-over"),
    path("outages/report/", outages.outages_report, name="outages-report"),
    path("outages/template.xlsx", outages.outages_template, name="outages-template"),
    path("storms/", storms.storm_list, name="storms"),
    path("storms/new/", storms.storm_new, name="storm-new"),
    path("storms/<str:number>/edit/", storms.storm_edit, name="storm-edit"),
    path("storms/<str:number>/phase/", storms.storm_phase, name="storm-phase"),
    path("", include(field_urls.urlpatterns)),
    path("", include(checklist_urls.urlpatterns)),
    path("", include(api.urlpatterns)),
]
