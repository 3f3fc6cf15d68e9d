"""The common shape of the read-only collections: list, one by code or id, GeoJSON, the register of another day.

A page costs the same few queries whatever it is filtered by: one finds the keys, the others complete the rows.
"""

from collections.abc import Collection as Several
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from infra.api.geojson import GeoJSONRenderer, rounded
from infra.api.paging import KeysetPagination
from infra.api.problems import WrongParameter
from infra.api.rows import Plain, Row
from infra.filters.fields import DayField
from infra.selectors.collections import key_of, on_day

Keys = list[int]
Plains = list[Plain]
Renderers = list[BaseRenderer]
Permissions = list[BasePermission]

ALWAYS = frozenset({"format"})
KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="Code, registry number or id.")
AS_OF = OpenApiParameter("as_of", date, description="The register as it stood at the end of that day.")


def refuse_unknown(request: Request, known: Several[str]) -> None:
    """Raise WrongParameter for a query parameter that is not *known*: a typing error must not widen an answer."""
    for name in request.query_params:
        if name not in known:
            raise WrongParameter(name, _("This parameter is not known here."), "unknown")


class StrictParameters:
    """A viewset that refuses query parameters it does not know. ``known_parameters`` says which it knows."""

    def known_parameters(self) -> frozenset[str]:
        """Return the names for the current action: filters and paging of a list, the format always."""
        if getattr(self, "action", None) != "list":
            return ALWAYS
        filterset = getattr(self, "filterset_class", None)
        return ALWAYS | KeysetPagination.parameters() | frozenset(filterset.base_filters if filterset else ())

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        refuse_unknown(request, self.known_parameters())


class Collection(StrictParameters, GenericViewSet[Any]):
    """A collection of one noun. Subclasses name what they read and complete their rows."""

    noun: type[models.Model]
    #: the columns that are read, and the rows as they are documented (of a list, of one)
    facts: type[Row]
    row: type[Row]
    full_row: type[Row] | None = None
    #: unique columns that find one row, besides the id
    codes: ClassVar[tuple[str, ...]] = ("code",)
    #: whether the rows have places, and the column of those that are no points
    has_places = True
    shape: str | None = None
    #: whether ``as_of`` is offered
    time_travel = False
    is_public = False
    newest_first = False

    lookup_url_kwarg = "key"
    lookup_value_regex = "[^/]+"

    # --- the request ---

    def get_permissions(self) -> Permissions:
        return [AllowAny() if self.is_public else IsAuthenticated()]

    def get_renderers(self) -> Renderers:
        return [JSONRenderer(), GeoJSONRenderer()] if self.has_places else [JSONRenderer()]

    def known_parameters(self) -> frozenset[str]:
        known = super().known_parameters()
        return known | {"as_of"} if self.time_travel else known

    def get_serializer_class(self) -> type[Row]:
        return self.full_row or self.row if self.action == "retrieve" else self.row

    @cached_property
    def day(self) -> date | None:
        """The day of ``as_of``."""
        if not self.time_travel:
            return None
        try:
            return DayField(required=False).clean(self.request.query_params.get("as_of"))
        except ValidationError as error:
            raise WrongParameter("as_of", error.messages[0]) from error

    @property
    def keyset(self) -> str:
        """The column that pages follow."""
        key = "pk" if self.day is None else "noun_id"
        return f"-{key}" if self.newest_first else key

    @property
    def wants_shapes(self) -> bool:
        return self.action == "retrieve" or self.request.accepted_renderer.format == "geojson"

    # --- reading ---

    def get_queryset(self) -> models.QuerySet[Any]:
        return on_day(self.noun, self.day).visible_to(self.request.user)

    def list(self, _request: Request, *_args: Any, **_kwargs: Any) -> Response:
        queryset = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(queryset.only("pk", self.keyset.lstrip("-")))
        return self.get_paginated_response(self.rows([row.pk for row in page or ()]))

    @extend_schema(parameters=[KEY])
    def retrieve(self, _request: Request, key: str) -> HttpResponseBase:
        pk = self.find(key)
        if pk is None:
            return self.missing(key)
        (row,) = self.rows([pk], full=True)
        return Response(row)

    def find(self, key: str) -> int | None:
        """Return the primary key of the visible row that *key* names by a code or, if no code fits, by id."""
        if "\x00" in key:
            return None
        rows = self.get_queryset().order_by()
        for column in self.codes:
            if (pk := rows.filter(**{column: key}).values_list("pk", flat=True).first()) is not None:
                return int(pk)
        if not (key.isascii() and key.isdigit() and len(key) <= 18):
            return None
        pk = rows.filter(**{key_of(rows.model): int(key)}).values_list("pk", flat=True).first()
        return None if pk is None else int(pk)

    def missing(self, key: str) -> HttpResponseBase:  # noqa: ARG002 -- a subclass may know more
        """Answer for a *key* that finds nothing."""
        raise Http404

    def rows(self, pks: Keys, *, full: bool = False) -> Plains:
        """Return the rows with these primary keys, in the order of the pages."""
        if not pks:
            return []
        found = on_day(self.noun, self.day).filter(pk__in=pks).order_by(self.keyset)
        rows = self.read(found)
        self.complete(rows, full=full)
        if self.shape and self.wants_shapes:
            self._add_shapes(rows)
        return rows

    def read(self, queryset: models.QuerySet[Any]) -> Plains:
        """Return the rows of *queryset* in its order."""
        return self.facts.read(queryset)

    def complete(self, rows: Plains, *, full: bool) -> None:
        """Add to *rows* what is not a column of the noun, with a fixed number of queries."""

    def lay(self, rows: Plains, link: str, part: type[Row] | None, noun: type[models.Model]) -> None:
        """Replace the id *link* of each row by the facts of *part* of the *noun* that it leads to, on the day asked."""
        links = [row.pop(link) for row in rows]
        if part is None:
            return
        nouns = on_day(noun, self.day)
        key = key_of(nouns.model)
        ids = {pk for pk in links if pk is not None}
        found = part.read_by(key, nouns.filter(**{f"{key}__in": ids})) if ids else {}
        nowhere = dict.fromkeys(part.names())
        for row, pk in zip(rows, links, strict=True):
            row.update(found.get(pk, nowhere))

    def shapes(self, ids: Keys) -> models.QuerySet[Any]:
        """Return the rows that hold the shapes of the nouns *ids*."""
        nouns = on_day(self.noun, self.day)
        return nouns.filter(**{f"{key_of(nouns.model)}__in": ids})

    def _add_shapes(self, rows: Plains) -> None:
        found = self.shapes([row["id"] for row in rows])
        shapes = dict(found.values_list(key_of(found.model), str(self.shape)))
        for row in rows:
            row["geometry"] = rounded(shapes.get(row["id"]))
