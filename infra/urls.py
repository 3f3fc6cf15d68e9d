"""Addresses of the registry: pages here, the API in its own module."""

from django.urls import URLPattern, URLResolver, include, path

from infra.pages import (
    account,
    alerts,
    installations,
    preferences,
    registers,
    second_factor,
    submission_acts,
    submissions,
)
from infra.pages.administration import people

app_name = "infra"

urlpatterns: list[URLPattern | URLResolver] = [
    path("preferences/", preferences.preferences, name="preferences"),
    path("language/", preferences.language, name="language"),
    path("account/", account.account, name="account"),
    path("account/password/", account.NewPassword.as_view(), name="password"),
    path("account/tokens/", account.token_make, name="token-create"),
    path("account/tokens/withdraw/", account.token_withdraw, name="token-revoke"),
    path("account/second-factor/", second_factor.second_factor, name="second-factor"),
    path("account/second-factor/new/", second_factor.second_factor_new, name="second-factor-new"),
    path("account/second-factor/scan/", second_factor.second_factor_scan, name="second-factor-scan"),
    path("account/second-factor/codes/", second_factor.recovery_codes, name="recovery-codes"),
    path("account/second-factor/off/", second_factor.second_factor_off, name="second-factor-off"),
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
    path("administration/people/", people.people, name="people"),
    path("administration/people/new/", people.person_new, name="person-new"),
    path("administration/people/<int:number>/", people.person, name="person"),
    path("administration/people/<int:number>/correct/", people.person_correct, name="person-correct"),
    path("administration/people/<int:number>/roles/new/", people.role_new, name="role-new"),
    path("administration/people/<int:number>/roles/<int:membership>/end/", people.role_end, name="role-end"),
    path("administration/people/<int:number>/<slug:name>/", people.person_act, name="person-act"),
    path("", include("infra.api.urls")),
]
