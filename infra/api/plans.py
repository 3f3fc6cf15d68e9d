"""Asking before building and before a date passes: planned masts, more time; the authority decides about both."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from infra.api.collections import StrictParameters
from infra.api.paging import KeysetPagination
from infra.api.plan_rows import ExtensionRow, Grant, NewExtension, NewPlan, PlanRow, Sharing, WithReason
from infra.api.problems import Conflict, WrongParameter
from infra.models import DueExtension, ExtensionStatus, PlannedMast, PlanStatus, User
from infra.rules import EXTENSION_MOVES, PLAN_MOVES, Move, Side
from infra.selectors.plans import asks_for, decides, extensions_for, plans_for
from infra.services.plans import extension_ask, extension_move, plan_ask, plan_move
from infra.services.submissions import NotPossible

_ORGANIZATION = OpenApiParameter("organization", str, description="Code.")


class Asked(StrictParameters, GenericViewSet[Any]):
    """What operators put to the authority: seen by both, decided by one, taken back by the other."""

    pagination_class = KeysetPagination
    keyset = "-pk"
    filter_backends = ()
    statuses: ClassVar[list[str]]
    moves: ClassVar[dict[tuple[str, str], Move]]

    def known_parameters(self) -> frozenset[str]:
        known = super().known_parameters()
        return known | {"organization", "status"} if self.action == "list" else known

    def page_of(self, request: Request) -> Response:
        """Answer the page that was asked for, newest first."""
        rows = self.get_queryset()
        wanted = request.query_params.get("status")
        if wanted and wanted not in self.statuses:
            raise WrongParameter("status", ", ".join(self.statuses), "invalid_choice")
        if wanted:
            rows = rows.filter(status=wanted)
        if request.query_params.get("organization"):
            rows = rows.filter(organization__code=request.query_params["organization"])
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def found(self) -> Any:
        """Return what the address names, as far as the person may see it."""
        one = self.get_queryset().filter(**{self.lookup_field: self.kwargs[self.lookup_field]}).first()
        if one is None:
            raise Http404
        return one

    def body(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return what was sent, checked."""
        asked = kind(data=self.request.data, context=self.get_serializer_context())
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)

    def ask(self, service: Callable[..., Any], **values: Any) -> Response:
        """Put something to the authority."""
        made = self._tried(service, actor=cast(User, self.request.user), **values)
        return self._answer(made.pk, status.HTTP_201_CREATED)

    def move(self, service: Callable[..., Any], noun: str, to: str, **values: Any) -> Response:
        """Move what the address names to the state *to*, for who acts on that side."""
        one = self.found()
        side = next(move.side for (_start, end), move in self.moves.items() if end == to)
        acts = decides if side is Side.AUTHORITY else asks_for
        if not acts(self.request.user, one.authority_id if side is Side.AUTHORITY else one.organization_id):
            raise exceptions.PermissionDenied
        self._tried(service, actor=cast(User, self.request.user), to=to, **{noun: one}, **values)
        return self._answer(one.pk, status.HTTP_200_OK)

    def _tried(self, service: Callable[..., Any], **values: Any) -> Any:
        try:
            return service(**values)
        except NotPossible as refused:
            raise Conflict(str(refused)) from refused

    def _answer(self, pk: int, code: int) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, status=code)


class PlanViewSet(Asked):
    """Planned masts: asked before they are built, answered by the rules at once and by the authority later."""

    serializer_class = PlanRow
    lookup_field = "number"
    lookup_value_regex = "[^/]{1,32}"
    statuses = PlanStatus.values
    moves = PLAN_MOVES

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PlannedMast.objects.none()
        return plans_for(self.request.user)

    @extend_schema(parameters=[_ORGANIZATION, OpenApiParameter("status", str, enum=PlanStatus.values)])
    def list(self, request: Request) -> Response:
        """List planned masts, newest first."""
        return self.page_of(request)

    def retrieve(self, _request: Request, number: str) -> Response:  # noqa: ARG002
        """Return one planned mast with what the rules said and what was decided."""
        return Response(self.get_serializer(self.found()).data)

    @extend_schema(request=NewPlan, responses={201: PlanRow})
    def create(self, _request: Request) -> Response:
        """Put a mast to the authority; the answer of the rules comes at once."""
        return self.ask(plan_ask, **self.body(NewPlan))

    @extend_schema(request=WithReason, responses=PlanRow)
    @action(detail=True, methods=["post"])
    def agree(self, _request: Request, number: str) -> Response:  # noqa: ARG002
        """Agree to the mast."""
        return self.move(plan_move, "plan", PlanStatus.AGREED, **self.body(WithReason))

    @extend_schema(request=Sharing, responses=PlanRow)
    @action(detail=True, methods=["post"])
    def share(self, _request: Request, number: str) -> Response:  # noqa: ARG002
        """Answer that a standing mast is to be shared, with the reason."""
        values = self.body(Sharing)
        return self.move(plan_move, "plan", PlanStatus.SHARE, reason=values["reason"], shared_mast=values["mast"])

    @extend_schema(request=WithReason, responses=PlanRow)
    @action(detail=True, methods=["post"])
    def refuse(self, _request: Request, number: str) -> Response:  # noqa: ARG002
        """Refuse the mast, with the reason."""
        return self.move(plan_move, "plan", PlanStatus.REFUSED, **self.body(WithReason))

    @extend_schema(request=WithReason, responses=PlanRow)
    @action(detail=True, methods=["post"])
    def withdraw(self, _request: Request, number: str) -> Response:  # noqa: ARG002
        """Take the question back."""
        return self.move(plan_move, "plan", PlanStatus.WITHDRAWN, **self.body(WithReason))


class ExtensionViewSet(Asked):
    """Requests for more time to file the renewal of a permit."""

    serializer_class = ExtensionRow
    lookup_field = "pk"
    lookup_value_regex = r"\d{1,18}"
    statuses = ExtensionStatus.values
    moves = EXTENSION_MOVES

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return DueExtension.objects.none()
        return extensions_for(self.request.user)

    @extend_schema(parameters=[_ORGANIZATION, OpenApiParameter("status", str, enum=ExtensionStatus.values)])
    def list(self, request: Request) -> Response:
        """List requests for more time, newest first."""
        return self.page_of(request)

    def retrieve(self, _request: Request, pk: str) -> Response:  # noqa: ARG002
        """Return one request for more time."""
        return Response(self.get_serializer(self.found()).data)

    @extend_schema(request=NewExtension, responses={201: ExtensionRow})
    def create(self, _request: Request) -> Response:
        """Ask for more time; the date stands until the authority decides."""
        return self.ask(extension_ask, **self.body(NewExtension))

    @extend_schema(request=Grant, responses=ExtensionRow)
    @action(detail=True, methods=["post"])
    def grant(self, _request: Request, pk: str) -> Response:  # noqa: ARG002
        """Grant more time, until the day asked for or another; the permit's date moves."""
        return self.move(extension_move, "extension", ExtensionStatus.GRANTED, **self.body(Grant))

    @extend_schema(request=WithReason, responses=ExtensionRow)
    @action(detail=True, methods=["post"])
    def refuse(self, _request: Request, pk: str) -> Response:  # noqa: ARG002
        """Refuse more time, with the reason."""
        return self.move(extension_move, "extension", ExtensionStatus.REFUSED, **self.body(WithReason))

    @extend_schema(request=WithReason, responses=ExtensionRow)
    @action(detail=True, methods=["post"])
    def withdraw(self, _request: Request, pk: str) -> Response:  # noqa: ARG002
        """Take the request back."""
        return self.move(extension_move, "extension", ExtensionStatus.WITHDRAWN, **self.body(WithReason))
