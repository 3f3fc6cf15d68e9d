"""The safety state in rows of the API: of an installation its own, of a site and a mast the worst on it."""

from typing import Any, Literal

from rest_framework import serializers

from infra import safety
from infra.api.rows import Plain


class SafetyReason(serializers.Serializer[Any]):
    """Why a state holds."""

    code = serializers.CharField()
    text = serializers.CharField()
    date = serializers.DateField(allow_null=True)


class SafetyRow(serializers.Serializer[Any]):
    """A safety state, the day since which it holds, and the reasons, the deciding ones first."""

    state = serializers.ChoiceField(list(safety.STATES.items()))
    since = serializers.DateField(allow_null=True)
    reasons = SafetyReason(many=True)


def safety_field() -> SafetyRow:
    """Return the field for a row; null where the register of another day is asked: nobody judged it then."""
    return SafetyRow(allow_null=True, help_text="The safety state of today; null with `as_of`.")


def add_safety(rows: list[Plain], *, past: bool) -> None:
    """Add the states of installations to their rows (one query)."""
    kept = safety.source()
    states = kept.of_installations([row["id"] for row in rows]) if kept and rows and not past else {}
    for row in rows:
        row["safety"] = states.get(row["id"])


def add_worst(rows: list[Plain], holder: Literal["site_id", "mast_id"], person: Any, *, past: bool = False) -> None:
    """Add to rows of sites or masts the worst state of what *person* may see on them (two queries)."""
    kept = safety.source()
    states = kept.of_holders(holder, [row["id"] for row in rows], person) if kept and rows and not past else {}
    for row in rows:
        row["safety"] = states.get(row["id"])
