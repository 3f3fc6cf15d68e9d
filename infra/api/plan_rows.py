"""What planned masts and requests for more time look like in the API: what is asked, what comes back."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from infra.access import Permission, scope_of
from infra.forms.plans import MAST_MOST_M, point_read
from infra.models import (
    Authority,
    Base,
    DueExtension,
    ExtensionStatus,
    Mast,
    MastClass,
    Organization,
    Permit,
    PlannedMast,
    PlanStatus,
    StructureType,
)
from infra.models.lookups import Lookup
from infra.rules import EXTENSION_MOVES, PLAN_MOVES, Move, Side
from infra.selectors.plans import asks_for, decides
from infra.selectors.submissions import authorities_to_submit_to

REASON_CHARACTERS = 2_000


def moves_of(request: Any, asked: PlannedMast | DueExtension, moves: dict[tuple[str, str], Move]) -> list[str]:
    """Return the states that the person may move *asked* to now."""
    sides = set()
    if decides(request.user, asked.authority_id):
        sides.add(Side.AUTHORITY)
    if asks_for(request.user, asked.organization_id):
        sides.add(Side.OPERATOR)
    return sorted(to for (start, to), move in moves.items() if start == asked.status and move.side in sides)


class Listed(serializers.CharField):
    """The code of a value of a list that is in force today."""

    def __init__(self, model: type[Lookup], **kwargs: Any) -> None:
        self.model = model
        super().__init__(max_length=32, required=False, allow_null=True, default=None, help_text="Code.", **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        code = super().to_internal_value(data)
        rows: QuerySet[Any] = self.model._default_manager.in_force(timezone.localdate())
        found = rows.filter(code=code).first()
        if found is None:
            raise serializers.ValidationError(_("There is no such value in the list."))
        return found


class NewPlan(serializers.Serializer[Any]):
    """A mast that an operator would build."""

    organization = serializers.CharField(max_length=32, help_text="Code.")
    authority = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="Code; needed where there are several."
    )
    position = serializers.CharField(
        max_length=120, help_text="Degrees, in any notation, or VN-2000 metres: `20.5312, 106.5423`."
    )
    code = serializers.CharField(max_length=64, required=False, default="", allow_blank=True)
    name = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    address = serializers.CharField(max_length=255, required=False, default="", allow_blank=True)
    mast_class = Listed(MastClass)
    structure_type = Listed(StructureType)
    height_m = serializers.FloatField(min_value=1, max_value=MAST_MOST_M, required=False, allow_null=True, default=None)
    base = serializers.ChoiceField(Base.choices, required=False, default=Base.GROUND)
    capacity = serializers.IntegerField(min_value=0, max_value=500, required=False, allow_null=True, default=None)
    build_on = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=REASON_CHARACTERS, required=False, default="", allow_blank=True)

    def validate_organization(self, value: str) -> Organization:
        own = scope_of(self.context["request"].user).organizations(Permission.SUBMIT)
        organization = Organization.objects.filter(pk__in=own, code=value.upper()).first()
        if organization is None:
            raise serializers.ValidationError(_("You do not ask for an organization with this code."))
        return organization

    def validate_authority(self, value: str) -> Authority:
        authorities = authorities_to_submit_to(self.context["request"].user)
        found = list(authorities.filter(code=value) if value else authorities[:2])
        if len(found) != 1:
            raise serializers.ValidationError(_("Name the authority that keeps the register."))
        return found[0]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Turn the position into a point of the territory; keep what was written and in which system."""
        text = attrs["position"]
        try:
            attrs["position"], srid = point_read(text, attrs["authority"])
        except ValueError as wrong:
            raise serializers.ValidationError({"position": str(wrong)}) from wrong
        return {**attrs, "submitted_text": text, "submitted_crs": f"EPSG:{srid}"}


class PlanRow(serializers.ModelSerializer[PlannedMast]):
    """A planned mast; ``answer`` is what the rules said on the day it was asked.

    Its ``verdict`` is "clear", "share" (too near to a mast with room) or "near" (too near, and nobody has room).
    """

    status = serializers.ChoiceField(PlanStatus.choices)
    organization = serializers.CharField(source="organization.code")
    authority = serializers.CharField(source="authority.code")
    lon = serializers.SerializerMethodField()
    lat = serializers.SerializerMethodField()
    unit = serializers.CharField(source="unit.code", default=None, allow_null=True)
    mast_class = serializers.CharField(source="mast_class_id", allow_null=True)
    structure_type = serializers.CharField(source="structure_type_id", allow_null=True)
    answer = serializers.DictField()
    asked_by = serializers.CharField(source="asked_by.__str__")
    shared_mast = serializers.CharField(source="shared_mast.code", default=None, allow_null=True)
    moves = serializers.SerializerMethodField(help_text="States that you may move it to now.")

    class Meta:
        model = PlannedMast
        fields = (
            *("number", "status", "organization", "authority", "code", "name", "address", "lon", "lat"),
            *("submitted_text", "submitted_crs", "unit", "mast_class", "structure_type", "height_m", "base"),
            *("capacity", "build_on", "note", "answer", "asked_by", "asked_at", "decided_at", "decision_reason"),
            *("shared_mast", "moves"),
        )

    def get_lon(self, plan: PlannedMast) -> float:
        return float(round(plan.position.x, 7))

    def get_lat(self, plan: PlannedMast) -> float:
        return float(round(plan.position.y, 7))

    def get_moves(self, plan: PlannedMast) -> list[str]:
        return moves_of(self.context["request"], plan, PLAN_MOVES)


class WithReason(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=REASON_CHARACTERS, required=False, default="", allow_blank=True)


class Sharing(WithReason):
    """Why to share, and which mast."""

    shared_mast = serializers.CharField(
        max_length=64, required=False, allow_null=True, default=None, source="mast", help_text="Code of the mast."
    )

    def validate_shared_mast(self, value: str | None) -> Mast | None:
        if value is None:
            return None
        mast = Mast.objects.visible_to(self.context["request"].user).filter(code=value).first()
        if mast is None:
            raise serializers.ValidationError(_("There is no such mast."))
        return mast


class NewExtension(serializers.Serializer[Any]):
    """Which permit needs more time, until when, why."""

    permit = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="Id.")
    until = serializers.DateField()
    reason = serializers.CharField(max_length=REASON_CHARACTERS)

    def validate_permit(self, value: int) -> Permit:
        person = self.context["request"].user
        own = scope_of(person).organizations(Permission.SUBMIT)
        permits = Permit.objects.visible_to(person).filter(organization__in=own)
        permit = permits.select_related("authority", "organization").filter(pk=value).first()
        if permit is None:
            raise serializers.ValidationError(_("You have no permit with this id."))
        return permit


class Grant(WithReason):
    """Until when; the day asked for where none is named."""

    until = serializers.DateField(required=False, allow_null=True, default=None)


class ExtensionRow(serializers.ModelSerializer[DueExtension]):
    """A request for more time; ``due_on`` is the day that stood when it was asked."""

    status = serializers.ChoiceField(ExtensionStatus.choices)
    organization = serializers.CharField(source="organization.code")
    authority = serializers.CharField(source="authority.code")
    permit = serializers.IntegerField(source="permit_id")
    permit_number = serializers.CharField(source="permit.number")
    installation = serializers.SerializerMethodField(help_text="Registry number of what the permit is for.")
    asked_by = serializers.CharField(source="asked_by.__str__")
    moves = serializers.SerializerMethodField(help_text="States that you may move it to now.")

    class Meta:
        model = DueExtension
        fields = (
            *("id", "status", "organization", "authority", "permit", "permit_number", "installation", "due_on"),
            *("asked_until", "reason", "asked_by", "asked_at", "granted_until", "decided_at", "decision_reason"),
            "moves",
        )

    @extend_schema_field({"type": "string", "nullable": True})
    def get_installation(self, extension: DueExtension) -> str | None:
        installation = extension.permit.installation
        return installation.registry_number if installation else None

    def get_moves(self, extension: DueExtension) -> list[str]:
        return moves_of(self.context["request"], extension, EXTENSION_MOVES)
