"""The network's weak points for programs."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import Permission, can
from infra.api.collections import refuse_unknown
from infra.api.problems import WrongParameter
from maps.selectors.network import CUT, SAFE, SINGLE, Failure, Network, communes_of, network_of


class FailureSchema(serializers.Serializer[Any]):
    """One thing whose failure takes nodes from the data centre."""

    kind = serializers.ChoiceField(["link", "node", "route"])
    ref = serializers.CharField(help_text="Code of the link, registry number of the node or the route.")
    name = serializers.CharField()
    loses = serializers.ListField(child=serializers.CharField(), help_text="Registry numbers of nodes.")


class CommuneSchema(serializers.Serializer[Any]):
    """How a commune hangs on the data centre."""

    code = serializers.CharField()
    name = serializers.CharField()
    population = serializers.IntegerField(allow_null=True)
    standing = serializers.ChoiceField([SAFE, SINGLE, CUT])
    nodes = serializers.IntegerField()
    hangs_on = serializers.ListField(child=serializers.CharField())


class NetworkSchema(serializers.Serializer[Any]):
    """The network that the person may see, as a graph."""

    nodes = serializers.IntegerField()
    links = serializers.IntegerField()
    has_data_centre = serializers.BooleanField()
    bridges = FailureSchema(many=True)
    articulation_points = FailureSchema(many=True)
    routes = FailureSchema(many=True)
    communes = CommuneSchema(many=True)


class NetworkView(APIView):
    """Bridges, articulation points and communes without two disjoint paths to the data centre."""

    @extend_schema(
        operation_id="network",
        parameters=[
            OpenApiParameter("now", str, enum=["0", "1"], description="1: without what is out of service now.")
        ],
        responses=NetworkSchema,
    )
    def get(self, request: Request) -> Response:
        """Return what the network hangs on."""
        if not can(request.user, Permission.SEE_REGISTER):
            raise Http404
        refuse_unknown(request, ("now", "format"))
        now = request.query_params.get("now", "0")
        if now not in ("0", "1"):
            raise WrongParameter("now", "0, 1")
        found = network_of(request.user, with_outages=now == "1")
        return Response(
            {
                "nodes": len(found.nodes),
                "links": len(found.edges),
                "has_data_centre": found.has_centre,
                "bridges": [_told(found, one) for one in found.bridges],
                "articulation_points": [_told(found, one) for one in found.articulations],
                "routes": [_told(found, one) for one in found.routes],
                "communes": [{**vars(one), "hangs_on": list(one.hangs_on)} for one in communes_of(found, request.user)],
            }
        )


def _told(found: Network, failure: Failure) -> dict[str, Any]:
    return {
        "kind": failure.kind,
        "ref": failure.ref,
        "name": failure.name,
        "loses": [found.nodes[pk].number for pk in failure.loses],
    }
