"""Addresses of the maps, the home page, the site sheets and the dashboard."""

from django.urls import path

from maps.api.layers import layer_features, summary

app_name = "maps"
urlpatterns = [
    path("map/layers/<slug:layer>.json", layer_features, name="layer"),
    path("map/summary.json", summary, name="summary"),
]
