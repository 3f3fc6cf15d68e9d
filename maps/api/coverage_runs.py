"""Computations of coverage for programs: start one, see how far it is."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import Permission, can, scope_of
from infra.api.collections import refuse_unknown
from infra.models import AdministrativeUnit, Authority, Organization
from maps.api.coverage_rows import RunSchema, run_row
from maps.coverage.requests import Request as Asked
from maps.coverage.requests import WrongRequestError
from maps.models import CoverageRun
from maps.services.coverage import run_open
from maps.tasks import compute_later


class RunRequestSchema(serializers.Serializer[Any]):
    """What is to be computed; everything for the whole territory by default."""

    technologies = serializers.ListField(child=serializers.ChoiceField(["2G", "3G", "4G", "5G"]), required=False)
    organization = serializers.CharField(required=False)
    unit = serializers.CharField(required=False)
    resolution_m = serializers.IntegerField(required=False)
    model = serializers.CharField(required=False)
    edge_percent = serializers.FloatField(required=False)


class RunsView(APIView):
    """``/api/v1/coverage/runs/``."""

    @extend_schema(operation_id="coverage_runs", responses=RunSchema(many=True))
    def get(self, request: Request) -> Response:
        """Return the latest computations."""
        refuse_unknown(request, ("format",))
        return Response(
            [run_row(run) for run in CoverageRun.objects.visible_to(request.user).prefetch_related("maps")[:20]]
        )

    @extend_schema(operation_id="coverage_run", request=RunRequestSchema, responses={202: RunSchema})
    def post(self, request: Request) -> Response:
        """Compute maps in the background; 202 with the run to look at."""
        if not can(request.user, Permission.EDIT_REGISTER):
            raise PermissionDenied
        form = RunRequestSchema(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        values = {name: asked[name] for name in ("resolution_m", "model", "edge_percent") if name in asked}
        values["technologies"] = tuple(asked.get("technologies", ()))
        values["organization"] = _id_of(Organization, "organization", asked)
        values["area"] = _id_of(AdministrativeUnit, "unit", asked, valid_to__isnull=True)
        try:
            wanted = Asked(**values)
        except WrongRequestError as error:
            raise serializers.ValidationError(str(error)) from error
        assert request.user.is_authenticated, "who may change the register has signed in"
        run = run_open(actor=request.user, authority=authority_for(request), asked=wanted.as_json())
        compute_later(run)
        return Response(run_row(run), status=status.HTTP_202_ACCEPTED)


class RunView(APIView):
    """One computation."""

    @extend_schema(operation_id="coverage_run_state", responses=RunSchema)
    def get(self, request: Request, pk: int) -> Response:
        """Return how far it is."""
        refuse_unknown(request, ("format",))
        run = CoverageRun.objects.visible_to(request.user).filter(pk=pk).first()
        if run is None:
            raise Http404
        return Response(run_row(run))


def _id_of(model: Any, name: str, asked: dict[str, Any], **more: Any) -> int | None:
    if not asked.get(name):
        return None
    found = model.objects.filter(code=asked[name], **more).first()
    if found is None:
        raise serializers.ValidationError({name: _("Not known: %(value)s.") % {"value": asked[name][:64]}})
    return int(found.pk)


def authority_for(request: Request) -> Authority:
    """Return the authority that the person computes for: the first whose register may be changed."""
    grants = scope_of(request.user).stewardships(Permission.EDIT_REGISTER)
    rows = Authority.objects.order_by("id")
    found = rows.filter(pk__in=[grant.authority_id for grant in grants]).first() if grants else rows.first()
    assert found is not None, "whoever may change a register has one"
    return found
