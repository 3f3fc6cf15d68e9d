"""Acts before building and before a date passes: masts put to the authority, more time asked for."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.models import (
    Authority,
    DueExtension,
    ExtensionStatus,
    Mast,
    Organization,
    Permit,
    PermitState,
    PlannedMast,
    PlanStatus,
    User,
)
from infra.rules import EXTENSION_MOVES, PLAN_MOVES, Move
from infra.selectors.plans import answer_for
from infra.services.ledger import act
from infra.services.notices import notify, reviewers_of, submitters_of
from infra.services.numbering import plan_number_take
from infra.services.submissions import NotPossible
from infra.spatial.units import unit_at


def _checked(moves: dict[tuple[str, str], Move], was: str, to: str, reason: str) -> Move:
    move = moves.get((was, to))
    if move is None:
        raise NotPossible(_("It is decided already."))
    if move.needs_reason and not reason.strip():
        raise NotPossible(_("Say why, so that the operator can act on it."))
    return move


# --- planned masts ---


def plan_ask(
    *, actor: User, authority: Authority, organization: Organization, position: Point, note: str = "", **facts: Any
) -> PlannedMast:
    """Put a mast to the authority; the answer of the rules is kept with it as of today.

    *facts* are further fields of :class:`PlannedMast`. Raises NotPossible for a place outside the authority's units.
    """
    unit = unit_at(position.x, position.y)
    if unit is None:
        raise NotPossible(_("The position lies in no commune of the territory."))
    with act(
        actor=actor,
        authority=authority,
        kind="plan.asked",
        reason=note.strip() or _("Asked before building"),
        organization=organization,
    ) as ledger:
        today = timezone.localdate()
        answer = answer_for(authority, organization.pk, position, unit, facts.get("mast_class"), today)
        plan = PlannedMast.objects.create(
            authority=authority,
            organization=organization,
            number=plan_number_take(authority=authority),
            position=position,
            unit=unit,
            note=note.strip(),
            answer=answer,
            asked_by=actor,
            **facts,
        )
        ledger.note(plan=plan.number, verdict=answer["verdict"])
        _tell_of(plan, actor)
    return plan


def plan_move(
    *, actor: User, plan: PlannedMast, to: str, reason: str = "", shared_mast: Mast | None = None
) -> PlannedMast:
    """Decide about a planned mast, or take it back. Raises NotPossible where it is decided already."""
    with transaction.atomic():
        plan = PlannedMast.objects.select_for_update().get(pk=plan.pk)
        move = _checked(PLAN_MOVES, plan.status, to, reason)
        with act(
            actor=actor,
            authority=plan.authority,
            kind=move.act,
            reason=reason.strip() or str(PlanStatus(to).label),
            organization=plan.organization,
        ) as ledger:
            plan.status = to
            names = ["status"]
            if to != PlanStatus.WITHDRAWN:
                plan.decided_by, plan.decided_at, plan.decision_reason = actor, timezone.now(), reason.strip()
                plan.shared_mast = shared_mast if to == PlanStatus.SHARE else None
                names += ["decided_by", "decided_at", "decision_reason", "shared_mast"]
            plan.save(update_fields=names)
            ledger.note(plan=plan.number, mast=shared_mast.code if shared_mast else None)
            _tell_of(plan, actor)
    return plan


def _tell_of(plan: PlannedMast, actor: User) -> None:
    to_authority = plan.status in (PlanStatus.ASKED, PlanStatus.WITHDRAWN)
    people = reviewers_of(plan.authority) if to_authority else [plan.asked_by, *submitters_of(plan.organization)]
    notify(
        people,
        f"plan.{plan.status}",
        path=f"/plans/{plan.number}/",
        but=actor,
        number=plan.number,
        organization=plan.organization,
        place=plan.name or (plan.unit.full_name if plan.unit else ""),
        reason=plan.decision_reason,
    )


# --- more time ---


def extension_ask(*, actor: User, permit: Permit, until: date, reason: str) -> DueExtension:
    """Ask for time until a day to file the renewal of *permit*.

    Raises NotPossible for a permit without such a date, a day that is not later, or a request that is open already.
    """
    due = permit.renewal_due_on
    if due is None or permit.state != PermitState.IN_FORCE:
        raise NotPossible(_("This permit has no date of renewal."))
    if until <= due:
        raise NotPossible(_("The day must be later than %s.") % formats.day(due))
    if not reason.strip():
        raise NotPossible(_("Say why you need more time."))
    try:
        with act(
            actor=actor,
            authority=permit.authority,
            kind="extension.asked",
            reason=reason,
            organization=permit.organization,
        ) as ledger:
            extension = DueExtension.objects.create(
                authority=permit.authority,
                organization=permit.organization,
                permit=permit,
                due_on=due,
                asked_until=until,
                reason=reason.strip(),
                asked_by=actor,
            )
            ledger.note(permit=permit.pk, due=due.isoformat(), until=until.isoformat())
            _tell(extension, actor)
    except IntegrityError as twice:
        raise NotPossible(_("More time is asked for already.")) from twice
    return extension


def extension_move(
    *, actor: User, extension: DueExtension, to: str, reason: str = "", until: date | None = None
) -> DueExtension:
    """Grant more time (until the day asked for, or another), refuse it, or take the request back."""
    with transaction.atomic():
        extension = DueExtension.objects.select_for_update().get(pk=extension.pk)
        move = _checked(EXTENSION_MOVES, extension.status, to, reason)
        permit = Permit.objects.select_for_update().get(pk=extension.permit_id)
        granted = until or extension.asked_until
        if to == ExtensionStatus.GRANTED and granted <= extension.due_on:
            raise NotPossible(_("The day must be later than %s.") % formats.day(extension.due_on))
        with act(
            actor=actor,
            authority=extension.authority,
            kind=move.act,
            reason=reason.strip() or str(ExtensionStatus(to).label),
            organization=extension.organization,
        ) as ledger:
            extension.status = to
            names = ["status"]
            if to != ExtensionStatus.WITHDRAWN:
                extension.decided_by, extension.decided_at = actor, timezone.now()
                extension.decision_reason = reason.strip()
                names += ["decided_by", "decided_at", "decision_reason"]
            if to == ExtensionStatus.GRANTED:
                extension.granted_until = granted
                names.append("granted_until")
                permit.renewal_due_on = granted
                ledger.change(permit)
            extension.save(update_fields=names)
            ledger.note(permit=permit.pk)
            _tell(extension, actor)
    return extension


def _tell(extension: DueExtension, actor: User) -> None:
    to_authority = extension.status in (ExtensionStatus.ASKED, ExtensionStatus.WITHDRAWN)
    people = (
        reviewers_of(extension.authority)
        if to_authority
        else [extension.asked_by, *submitters_of(extension.organization)]
    )
    notify(
        people,
        f"extension.{extension.status}",
        path="/extensions/",
        but=actor,
        organization=extension.organization,
        permit=extension.permit.number,
        due=formats.day(extension.due_on),
        until=formats.day(extension.granted_until or extension.asked_until),
        reason=extension.reason if to_authority else extension.decision_reason,
    )
