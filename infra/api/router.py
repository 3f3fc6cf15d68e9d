"""The router of the API. Every app hangs its own under the same prefix; one OpenAPI document covers them all.

# <app>/api/urls.py
router = Router()
router.register("inspections", InspectionViewSet, basename="inspections")
urlpatterns = [path(PREFIX, include(router.urls))]
"""

from rest_framework.routers import SimpleRouter

PREFIX = "api/v1/"


class Router(SimpleRouter):
    """Collections end with a slash; a name has the form ``<app>:<collection>-list``."""
