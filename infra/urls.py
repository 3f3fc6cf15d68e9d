"""Addresses of the registry: pages here, the API in its own module."""

from django.urls import URLPattern, URLResolver, path

from infra.pages import account, alerts, preferences

app_name = "infra"

urlpatterns: list[URLPattern | URLResolver] = [
    path("preferences/", preferences.preferences, name="preferences"),
    path("language/", preferences.language, name="language"),
    path("account/", account.account, name="account"),
    path("account/tokens/", account.token_make, name="token-create"),
    path("account/tokens/withdraw/", account.token_withdraw, name="token-revoke"),
    path("alerts/", alerts.alerts, name="alerts"),
]
