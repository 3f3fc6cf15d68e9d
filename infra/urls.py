"""Addresses of the registry: pages here, the API in its own module."""

from django.urls import URLPattern, URLResolver, include, path

from infra.pages import account, alerts, installations, preferences, registers, submission_acts, submissions

app_name = "infra"

urlpatterns: list[URLPattern | URLResolver] = [
    path("preferences/", preferences.preferences, name="preferences"),
    path("language/", preferences.language, name="language"),
    path("account/", account.account, name="account"),
    path("account/password/", account.NewPassword.as_view(), name="password"),
    path("account/tokens/", account.token_make, name="token-create"),
    path("account/tokens/withdraw/", account.token_withdraw, name="token-revoke"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("sites/", registers.sites, name="sites"),
    path("installations/", registers.installations, name="installations"),
    path("installations/<str:registry_number>/", installations.installation_sheet, name="installation"),
    path("postal-points/", registers.postal_points, name="postal-points"),
    path("permits/", registers.permits, name="permits"),
    path("submissions/", submissions.submissions, name="submissions"),
    path("submissions/new/", submissions.submission_new, name="submission-new"),
    path("submissions/columns/<str:kind>/", submissions.submission_columns, name="submission-guide"),
    path("submissions/<int:number>/", submissions.submission, name="submission"),
    path("submissions/<int:number>/<str:name>/", submission_acts.submission_act, name="submission-act"),
    path("", include("infra.api.urls")),
]
