"""Keyset paging: ``{next, previous, results}``, each page found by the key it starts after, never by counting rows."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from infra.api.problems import WrongParameter

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
#: a count stops here; whoever needs more has the whole list to read
COUNT_CAP = 10_000
CURSOR = re.compile(r"([ab])(\d{1,18})", re.ASCII)


class KeysetPagination(BasePagination):
    """Pages a queryset by the view's ``keyset`` ("pk" where it names none, "-id" for newest first).

    The key is a unique whole number. ``limit`` is 1–1000 (100); ``cursor`` is taken from ``next`` and ``previous``;
    ``count=1`` adds the number of rows, up to a cap.
    """

    next_link: str | None = None
    previous_link: str | None = None
    count: int | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """Return the rows of the page asked for, at most ``limit`` of them."""
        order = getattr(view, "keyset", "pk")
        key, descending = order.lstrip("-"), order.startswith("-")
        limit = _limit(request)
        direction, start = _cursor(request)
        if _wants_count(request):
            self.count = queryset.order_by().values("pk")[: COUNT_CAP + 1].count()
        backwards = direction == "b"
        if start is not None:
            side = "lt" if descending != backwards else "gt"
            queryset = queryset.filter(**{f"{key}__{side}": start})
        ordered = queryset.order_by(f"-{key}" if descending != backwards else key)
        rows = list(ordered[: limit + 1])
        more = len(rows) > limit
        rows = rows[:limit]
        if backwards:
            rows.reverse()
        self._link(
            request, rows, key, has_next=backwards or more, has_previous=more if backwards else start is not None
        )
        return rows

    def _link(self, request: Request, rows: list[Any], key: str, *, has_next: bool, has_previous: bool) -> None:
        if rows and has_next:
            self.next_link = _address(request, f"a{getattr(rows[-1], key)}")
        if rows and has_previous:
            self.previous_link = _address(request, f"b{getattr(rows[0], key)}")
        elif has_previous:  # past the end: the only way back is the first page
            self.previous_link = remove_query_param(request.build_absolute_uri(), "cursor")

    def get_paginated_response(self, data: Any) -> Response:
        page: dict[str, Any] = {"next": self.next_link, "previous": self.previous_link, "results": data}
        if self.count is not None:
            page["count"] = min(self.count, COUNT_CAP)
            page["count_capped"] = self.count > COUNT_CAP
        return Response(page)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link,
                "previous": link,
                "results": schema,
                "count": {"type": "integer", "maximum": COUNT_CAP, "description": "Only with `count=1`."},
                "count_capped": {"type": "boolean", "description": "There are more than `count`."},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:  # noqa: ARG002
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        return [
            _parameter("limit", limit, "Rows on a page."),
            _parameter("cursor", {"type": "string"}, "From `next` or `previous`."),
            _parameter("count", {"type": "integer", "enum": [0, 1]}, f"1 adds the number of rows, up to {COUNT_CAP}."),
        ]

    @staticmethod
    def parameters() -> frozenset[str]:
        """Return the names of the query parameters that paging reads."""
        return frozenset({"limit", "cursor", "count"})


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _limit(request: Request) -> int:
    value = request.query_params.get("limit")
    if value is None:
        return DEFAULT_LIMIT
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and 1 <= int(value) <= MAX_LIMIT):
        raise WrongParameter("limit", _("A whole number from 1 to %(most)s.") % {"most": MAX_LIMIT})
    return int(value)


def _cursor(request: Request) -> tuple[str, int | None]:
    value = request.query_params.get("cursor")
    if value is None:
        return "a", None
    match = CURSOR.fullmatch(value)
    if match is None:
        raise WrongParameter("cursor", _("Take the cursor from “next” or “previous”."))
    return match[1], int(match[2])


def _wants_count(request: Request) -> bool:
    value = request.query_params.get("count", "0")
    if value not in ("0", "1"):
        raise WrongParameter("count", _("0 or 1."), "invalid_choice")
    return value == "1"


def _address(request: Request, cursor: str) -> str:
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)
