"""A page of 100 stations through the whole product, against what Django REST framework makes of the same rows."""

import json
from collections.abc import Iterator
from typing import Any

from django.test import Client, RequestFactory
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.serializers import ModelSerializer

from config.benchmarks.measuring import Line, paired
from infra.models import BaseStation, Installation, Site, User
from inspections.services.safety import safety_refresh

PAGE, PAGES = 100, 40
URL = f"/api/v1/stations/?limit={PAGE}"


class _SiteRow(ModelSerializer[Site]):
    class Meta:
        model = Site
        fields = ("code", "name", "address", "submitted_text", "accuracy_m")


class _InstallationRow(ModelSerializer[Installation]):
    site = _SiteRow()

    class Meta:
        model = Installation
        exclude = ("search_text", "position")


class _StationRow(ModelSerializer[BaseStation]):
    installation = _InstallationRow()

    class Meta:
        model = BaseStation
        fields = "__all__"


class _ByKey(CursorPagination):
    ordering = "pk"
    page_size = PAGE


class _Stations(ListAPIView[BaseStation]):
    """The page that a serializer of models and nested models gives."""

    queryset = BaseStation.objects.select_related("installation__site")
    serializer_class = _StationRow
    pagination_class = _ByKey
    filter_backends = ()
    authentication_classes = ()
    permission_classes = ()


def measure(manager: User) -> Iterator[Line]:
    """Walk the pages of the collection as a signed-in manager: server time of each, without the network."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(manager)
    urls = _walk(client)
    # As the worker does every night: a page decides only what is not kept.
    safety_refresh(row["id"] for url in urls for row in _page(client, url)["results"])
    view, factory = _Stations.as_view(), RequestFactory(SERVER_NAME="localhost")
    cursors: Iterator[str] = iter(())

    def ours(url: str) -> int:
        return len(_page(client, url)["results"])

    def serializers(_url: str) -> int:
        nonlocal cursors
        link = next(cursors, "/stations/")
        answer: Any = view(factory.get(link))
        answer.render()
        cursors = iter([answer.data["next"]] if answer.data["next"] else [])
        return len(answer.data["results"])

    yield paired("api.stations.page100", ours, "DRF model serializers", serializers, urls, budget_s=30)


def _page(client: Client, url: str) -> dict[str, Any]:
    answer = client.get(url, headers={"accept": "application/json"})
    if answer.status_code != 200:
        raise AssertionError(f"{url} answered {answer.status_code}: {answer.content[:200]!r}")
    page: dict[str, Any] = json.loads(answer.content)
    return page


def _walk(client: Client) -> list[str]:
    """Return the addresses of the first :data:`PAGES` pages."""
    urls = [URL]
    while len(urls) < PAGES and (following := _page(client, urls[-1]).get("next")):
        urls.append(following)
    return urls
