"""Tells the register's own API and lists what this app keeps of installations: the safety state."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Literal

from django.db import models

from infra import safety
from infra.models import Installation, Submission
from infra.services.submission_notices import name_origin
from inspections.models import Correction, SafetyCode
from inspections.selectors.safety import kept_states, worst


class Kept:
    """The kept states as :class:`infra.safety.Source` wants them."""

    def of_installations(self, ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
        return {pk: state.as_json() for pk, state in kept_states(ids).items()}

    def of_holders(
        self, holder: Literal["site_id", "mast_id"], ids: Collection[int], person: Any
    ) -> Mapping[int, Mapping[str, Any]]:
        standing = Installation.objects.visible_to(person).filter(**{f"{holder}__in": ids}).order_by()
        held: dict[int, list[int]] = defaultdict(list)
        for pk, key in standing.values_list("pk", holder):
            held[key].append(pk)
        states = kept_states(pk for pks in held.values() for pk in pks) if held else {}
        return {key: worst(states[pk] for pk in held.get(key, ())).as_json() for key in ids}

    def condition(self, states: Collection[str]) -> models.Q:
        condition = models.Q(safety_state__state__in=list(states))
        return condition | models.Q(safety_state__isnull=True) if SafetyCode.UNKNOWN in states else condition


def _page_of_proposal(submission: Submission) -> str:
    """Return the page of the inspection that *submission* comes from."""
    visits = Correction.objects.filter(submission=submission).values_list("inspection__uuid", flat=True)
    uuid = visits.first()
    return f"/inspections/{uuid}/" if uuid else ""


def register() -> None:
    """Name this app as the source of safety states, and of the pages that proposals for the register come from."""
    safety.set_source(Kept())
    name_origin(_page_of_proposal)
