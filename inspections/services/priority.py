"""Keeps the table of inspection priorities: marked by the acts that concern it, computed by the worker."""

import json
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import models, transaction
from django.utils import timezone

from infra.models import CableRoute, Installation, InternetPoint, Mast
from infra.services.ledger import Act
from inspections.models import CaseObject, Inspection, InspectionPriority, KeptRound, ViolationCase
from inspections.selectors.priority import read_risks, rules_on
from inspections.selectors.priority_decision import Rules, next_turn, prioritize
from inspections.selectors.safety import CHUNK
from inspections.selectors.spans import Span
from inspections.services.kept_rows import rows_put

NAME = "priority"
COLUMNS = ("installation_id", "score", "causes", "changes_on", "is_stale")

Line = tuple[int, int, str, str | None, bool]


def priority_refresh(ids: Iterable[int], *, on: date | None = None, dense: bool = False) -> int:
    """Compute the priorities of installations anew and keep them; return how many there are."""
    day = on or timezone.localdate()
    rules = rules_on(day)
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        _refresh_chunk(Span(wanted[start : start + CHUNK], dense=dense), day, rules)
    return len(wanted)


def _refresh_chunk(span: Span, day: date, rules: Rules) -> None:
    with transaction.atomic():
        # Locked first: an act that marks a row while it is computed marks it again afterwards.
        held = InspectionPriority.objects.select_for_update().filter(span.rows()).order_by("pk")
        before = {pk: (score, causes, turns, stale) for pk, score, causes, turns, stale in held.values_list(*COLUMNS)}
        lines: list[Line] = []
        for pk, risk in read_risks(span.ids, dense=span.dense).items():
            found = prioritize(risk, day, rules)
            turns = next_turn(risk, day, rules)
            causes = [cause.kept() for cause in found.causes]
            if before.get(pk) != (found.score, causes, turns, False):
                lines.append((pk, found.score, _json(causes), turns.isoformat() if turns else None, False))
        rows_put(InspectionPriority, COLUMNS, lines)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def priority_mark(ids: Iterable[int], *, new: Iterable[int] = ()) -> None:
    """Mark priorities as out of date; call it inside the act that changes what they depend on (one query, or two).

    *new* are installations that have no row yet.
    """
    added = set(new)
    wanted = set(ids) - added
    if added:
        rows = [InspectionPriority(pk=pk, score=0, is_stale=True) for pk in sorted(added)]
        InspectionPriority.objects.bulk_create(rows, ignore_conflicts=True)
    if wanted:
        InspectionPriority.objects.filter(pk__in=wanted).update(is_stale=True)


def priority_mark_about(inspection: Inspection) -> None:
    """Mark the installations that *inspection* is about: itself, or those on its mast or site."""
    if inspection.installation_id:
        priority_mark([inspection.installation_id])
    elif inspection.mast_id:
        priority_mark(Installation.objects.filter(mast=inspection.mast_id).values_list("pk", flat=True))
    elif inspection.site_id:
        priority_mark(Installation.objects.filter(site=inspection.site_id).values_list("pk", flat=True))


def also_touched(ledger: Act) -> set[int]:
    """Return the installations whose priority, but not safety state, *ledger* may change: masts, routes, cases …"""
    ids: set[int] = set()
    conditions: list[models.Q] = []
    for noun, operations in ledger.pending().items():
        if noun in (CableRoute, InternetPoint):
            ids.update(operations)
        elif noun is Mast:
            conditions.append(models.Q(mast_id__in=list(operations)))
        elif noun is ViolationCase:
            objects = CaseObject.objects.filter(case__in=list(operations))
            conditions.append(models.Q(pk__in=objects.values("installation_id")))
            conditions.append(models.Q(mast_id__in=objects.values("mast_id")))
            conditions.append(models.Q(site_id__in=objects.values("site_id")))
    for condition in conditions:
        ids.update(Installation.objects.filter(condition).values_list("pk", flat=True))
    return ids


# --- With every day ---------------------------------------------------------------------------------------------------


def priority_rule(day: date) -> str:
    """Return a text that is equal as long as the points and limits are."""
    rules = rules_on(day)
    return ",".join(f"{value:g}" for _code, value in sorted(rules.items()))[:120]


def priority_is_due(day: date | None = None) -> bool:
    """Tell whether the table has to be gone through: a new day, marked rows, a large act, or never yet."""
    today = day or timezone.localdate()
    last = KeptRound.objects.filter(name=NAME).first()
    if last is None or last.day < today or last.is_stale or last.finished_at is None:
        return True
    return InspectionPriority.objects.filter(is_stale=True).exists()


def priority_roll_over(*, on: date | None = None, everything: bool = False) -> int:
    """Bring the table to *on* (today): what is marked, what time changed, what is missing, or everything."""
    day = on or timezone.localdate()
    rule = priority_rule(day)
    last = KeptRound.objects.filter(name=NAME).first()
    whole = everything or last is None or last.is_stale or last.rule != rule or last.finished_at is None
    begun = {"day": day, "rule": rule, "is_stale": False, "finished_at": None}
    KeptRound.objects.update_or_create(name=NAME, defaults=begun)
    done = 0
    for ids in _all_ids() if whole else _late_ids(day):
        done += priority_refresh(ids, on=day, dense=whole)
    KeptRound.objects.filter(name=NAME).update(rows=done, finished_at=timezone.now())
    return done


def _all_ids() -> Iterator[list[int]]:
    last = 0
    while ids := list(Installation.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def _late_ids(day: date) -> Iterator[list[int]]:
    late = InspectionPriority.objects.filter(models.Q(changes_on__lte=day) | models.Q(is_stale=True))
    kept = InspectionPriority.objects.filter(pk=models.OuterRef("pk"))
    missing = Installation.objects.filter(~models.Exists(kept))
    wanted = sorted({*late.values_list("pk", flat=True), *missing.values_list("pk", flat=True)})
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]
