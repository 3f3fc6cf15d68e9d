"""Who answers what. Each app brings its own addresses; the top only says where they hang."""

from importlib.util import find_spec

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from config import health
from infra.pages import entrance, errors

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("sign-in/", entrance.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", entrance.sign_in_code, name="sign-in-code"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("i18n/", include("django.conf.urls.i18n")),
    # The admin's own form would ask for no second factor.
    path("admin/login/", entrance.from_admin),
    path("admin/", admin.site.urls),
]
urlpatterns += [
    path("", include(f"{app}.urls")) for app in ("maps", "inspections", "infra") if find_spec(f"{app}.urls") is not None
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.failed
