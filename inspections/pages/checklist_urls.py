"""Addresses of the pages of checklists."""

from django.urls import URLPattern, path

from inspections.pages import checklist_drafts as drafts
from inspections.pages import checklists

urlpatterns: list[URLPattern] = [
    path("checklists/", checklists.checklist_list, name="checklists"),
    path("checklists/new/", checklists.checklist_new, name="checklist-new"),
    path("checklists/import/", checklists.checklist_import, name="checklist-import"),
    path("checklists/<int:pk>/", checklists.checklist_page, name="checklist"),
    path("checklists/<int:pk>/xlsform.xlsx", checklists.checklist_file, name="checklist-file"),
    path("checklists/<int:pk>/next/", checklists.checklist_next, name="checklist-next"),
    path("checklists/<int:pk>/end/", drafts.checklist_ended, name="checklist-end"),
    path("checklists/<int:pk>/head/", drafts.checklist_head, name="checklist-head"),
    path("checklists/<int:pk>/groups/new/", drafts.checklist_group, name="checklist-group-new"),
    path("checklists/<int:pk>/groups/<int:group>/", drafts.checklist_group, name="checklist-group"),
    path("checklists/<int:pk>/items/new/", drafts.checklist_item, name="checklist-item-new"),
    path("checklists/<int:pk>/items/<int:item>/", drafts.checklist_item, name="checklist-item"),
    path("checklists/<int:pk>/acts/<slug:act>/", drafts.checklist_act, name="checklist-act"),
]
