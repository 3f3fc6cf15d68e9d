"""Addresses of inspections and cases: pages and API."""

from django.urls import URLPattern, URLResolver, include, path

from inspections.api import urls as api

app_name = "inspections"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(api.urlpatterns)),
]
