"""Bodies about incidents and outages, checked for type and range; what they mean is found out behind."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from infra.access import Permission, scope_of
from infra.models import AdministrativeUnit, Authority, Installation, Organization, User
from inspections.forms.bodies import OPTIONAL, Choice, FiniteFloat, Moment
from inspections.models import Damage, IncidentCause, IncidentKind, IncidentSource, Storm
from inspections.outages.checking import may_report
from inspections.outages.rows import MOST_ROWS, OUT, STATES, OutageRow
from inspections.selectors.incidents import storm_now
from inspections.services.incidents import IncidentFacts
from inspections.services.inspections import point

MOST_INSTALLATIONS = 2_000


class IncidentBody(serializers.Serializer[Any]):
    """An incident as it is reported. ``ref`` is the sender's own number: sent again, it changes nothing."""

    kind = Choice(IncidentKind.choices)
    organization = serializers.CharField(max_length=32, help_text="Code; an operator's own if left out.", **OPTIONAL)
    installations = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=MOST_INSTALLATIONS,
        required=False,
        help_text="Registry numbers or the operator's own codes.",
    )
    unit = serializers.CharField(max_length=10, help_text="Where no installation says it.", **OPTIONAL)
    lon = FiniteFloat(min_value=-180, max_value=180, **OPTIONAL)
    lat = FiniteFloat(min_value=-90, max_value=90, **OPTIONAL)
    started_at = Moment()
    ended_at = Moment(**OPTIONAL)
    expected_back_at = Moment(**OPTIONAL)
    cause = Choice(IncidentCause.choices, default=IncidentCause.UNKNOWN)
    damage = Choice(Damage.choices, allow_blank=True, default="")
    storm = serializers.CharField(
        max_length=32, help_text="Number; the storm that is on if left out, null for none.", **OPTIONAL
    )
    people_affected = serializers.IntegerField(min_value=0, max_value=10**9, **OPTIONAL)
    text = serializers.CharField(max_length=4000, allow_blank=True, default="")
    ref = serializers.CharField(max_length=64, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("ended_at") and attrs["ended_at"] < attrs["started_at"]:
            raise ValidationError({"ended_at": _("It ends before it started.")})
        if (attrs.get("lon") is None) != (attrs.get("lat") is None):
            raise ValidationError({"lat": _("Longitude and latitude come together.")})
        return attrs


class EndBody(serializers.Serializer[Any]):
    """What is back in service, and when; everything where no installations are named."""

    at = Moment()
    installations = serializers.ListField(
        child=serializers.CharField(max_length=64), max_length=MOST_INSTALLATIONS, **OPTIONAL
    )
    reason = serializers.CharField(max_length=400, allow_blank=True, default="")


class OutageRowBody(serializers.Serializer[Any]):
    """One installation of a report."""

    station = serializers.CharField(max_length=64, help_text="Registry number or the operator's own code.")
    state = Choice(STATES, default=OUT)
    out_since = Moment(**OPTIONAL)
    back_at = Moment(**OPTIONAL)
    expected_back_at = Moment(**OPTIONAL)
    cause = Choice(IncidentCause.choices, allow_blank=True, default="")
    damage = Choice(Damage.choices, allow_blank=True, default="")
    note = serializers.CharField(max_length=400, allow_blank=True, default="")


class OutagesHead(serializers.Serializer[Any]):
    """What a report of outages is about, whatever form its rows have."""

    organization = serializers.CharField(max_length=32, help_text="Code; an operator's own if left out.", **OPTIONAL)
    at = Moment(help_text="The moment the report describes; now if left out.", **OPTIONAL)
    whole = serializers.BooleanField(
        default=False, help_text="The report names everything that is out: what it leaves out counts as back."
    )
    storm = serializers.CharField(
        max_length=32, help_text="Number; the storm that is on if left out, null for none.", **OPTIONAL
    )
    skip_wrong = serializers.BooleanField(
        default=False, help_text="Take the sound rows although others are wrong; not with ``whole``."
    )


class OutagesBody(OutagesHead):
    """A report of outages as JSON."""

    rows = serializers.ListField(child=OutageRowBody(), max_length=MOST_ROWS)


class OutagesFile(OutagesHead):
    """A report of outages as a workbook or delimited text."""

    file = serializers.FileField(allow_empty_file=True)


# --- What they mean ---------------------------------------------------------------------------------------------------


def unknown(member: str, value: str) -> ValidationError:
    """Return the error for a name or code that is not in the register."""
    message = _("“%(value)s” is not known.") % {"value": value}
    return ValidationError({member: [serializers.ErrorDetail(message, "reference.unknown")]})


def organization_of(person: User, code: str | None) -> Organization:
    """Return the organization to report for; without a code the person's only one."""
    if code:
        found = Organization.objects.filter(code=code).first()
        if found is None or not may_report(person, found):
            raise unknown("organization", code)
        return found
    own = list(Organization.objects.filter(pk__in=scope_of(person).organizations(Permission.SUBMIT))[:2])
    if len(own) != 1:
        raise ValidationError({"organization": _("Name the organization.")})
    return own[0]


def storm_of(given: dict[str, Any]) -> Storm | None:
    """Return the storm that is named, the one that is on where the member is absent, None where it is null."""
    if "storm" not in given:
        return storm_now()
    if not given["storm"]:
        return None
    storm = Storm.objects.select_related("authority").filter(number=given["storm"]).first()
    if storm is None:
        raise unknown("storm", given["storm"])
    return storm


def outage_rows(rows: Iterable[dict[str, Any]]) -> list[OutageRow]:
    return [OutageRow(row=place, **_told(row)) for place, row in enumerate(rows, start=1)]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def incident_facts(person: User, given: dict[str, Any]) -> tuple[Authority, IncidentFacts]:
    """Return what *given* (a valid IncidentBody) says, and whose register it concerns."""
    organization = organization_of(person, given.get("organization"))
    installations = installations_named(person, organization, given.get("installations") or ())
    unit = _unit(given.get("unit"))
    authority = installations[0].authority if installations else _authority(person, organization)
    facts = IncidentFacts(
        kind=given["kind"],
        organization=organization,
        installations=installations,
        started_at=given["started_at"],
        ended_at=given.get("ended_at"),
        expected_back_at=given.get("expected_back_at"),
        cause=given["cause"],
        damage=given["damage"],
        storm=storm_of(given) if given["kind"] in (IncidentKind.OUTAGE, IncidentKind.STORM) else None,
        unit=unit,
        position=point(given.get("lon"), given.get("lat")),
        people_affected=given.get("people_affected"),
        text=given["text"],
        ref=given["ref"],
        source=IncidentSource.API,
    )
    if not installations and unit is None and facts.position is None:
        raise ValidationError({"installations": _("Name the installations, a unit or a position.")})
    return authority, facts


def installations_named(person: User, organization: Organization, codes: Iterable[str]) -> list[Installation]:
    """Return the installations with these registry numbers or codes, in order; raise ValidationError for others."""
    wanted = list(dict.fromkeys(codes))
    rows = Installation.objects.visible_to(person).filter(organization=organization).select_related("authority", "unit")
    known: dict[str, Installation] = {}
    for column in ("code", "registry_number"):
        known |= {getattr(one, column): one for one in rows.filter(**{f"{column}__in": wanted})}
    missing = [code for code in wanted if code not in known]
    if missing:
        raise unknown("installations", ", ".join(missing[:10]))
    return list({known[code].pk: known[code] for code in wanted}.values())


def _unit(code: str | None) -> AdministrativeUnit | None:
    if not code:
        return None
    unit = AdministrativeUnit.objects.filter(code=code, valid_to__isnull=True).order_by("-level").first()
    if unit is None:
        raise unknown("unit", code)
    return unit


def _authority(person: User, organization: Organization) -> Authority:
    """Return the authority of the person, or the one in whose register the organization stands."""
    ids = [grant.authority_id for grant in scope_of(person).stewardships(Permission.INSPECT) if grant.authority_id]
    ids += Installation.objects.filter(organization=organization).order_by().values_list("authority", flat=True)[:1]
    found = Authority.objects.filter(pk=ids[0]).first() if ids else None
    if found is None:
        raise ValidationError({"installations": _("Nothing of this organization is in the register.")})
    return found
