"""Keeps the table of safety states: inside the act that changes anything, once a day for what time alone changes.

The rows are locked in the order of their keys before anything is read: of two acts that concern one installation the
second one sees what the first one wrote, whoever comes first.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import polars as pl
from django.db import models, transaction
from django.utils import timezone

from infra.models import BaseStation, Installation, Permit
from infra.services.ledger import Act
from inspections.models import Finding, KeptRound, SafetyState
from inspections.selectors.safety import CHUNK, RANKS, UNKNOWN, Safety, changes_on, decide, due_window, read_facts
from inspections.selectors.spans import Span
from inspections.services.kept_rows import rows_put

NAME = "safety"
COLUMNS = ("installation_id", "state", "rank", "since", "reasons", "changes_on")
#: an act that touches more installations than this leaves them to the background
AT_ONCE = 2_000

Line = tuple[int, str, int, str | None, str, str | None]


def safety_refresh(ids: Iterable[int], *, on: date | None = None, dense: bool = False) -> int:
    """Decide the states of installations anew and keep them; return how many there are."""
    day = on or timezone.localdate()
    window = due_window(day)
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        _refresh_chunk(Span(wanted[start : start + CHUNK], dense=dense), day, window)
    return len(wanted)


def _refresh_chunk(span: Span, day: date, window: timedelta) -> None:
    with transaction.atomic():
        before = _locked(span)
        facts = read_facts(span.ids, dense=span.dense)
        lines = [_line(pk, decide(row, day, window), changes_on(row, day, window)) for pk, row in facts.items()]
        rows_put(SafetyState, COLUMNS, [line for line in lines if before.get(line[0]) != line[1:]])


def _locked(span: Span) -> dict[int, tuple[str, int, str | None, str, str | None]]:
    """Lock the kept rows and return them as they would be written; rows that are missing are made first."""
    there = _read_locked(span)
    missing = [pk for pk in span.ids if pk not in there]
    if missing:
        known = Installation.objects.filter(pk__in=missing).order_by("pk").values_list("pk", flat=True)
        rows = [SafetyState(pk=pk, state=UNKNOWN, rank=RANKS[UNKNOWN], reasons=[]) for pk in known]
        SafetyState.objects.bulk_create(rows, ignore_conflicts=True)
        there.update(_read_locked(Span(missing)))
    return there


def _read_locked(span: Span) -> dict[int, tuple[str, int, str | None, str, str | None]]:
    rows = SafetyState.objects.select_for_update().filter(span.rows()).order_by("pk").values_list(*COLUMNS)
    return {
        pk: (state, rank, _text(since), _json(reasons), _text(turns)) for pk, state, rank, since, reasons, turns in rows
    }


def _line(pk: int, safety: Safety, turns: date | None) -> Line:
    reasons = _json([reason.kept() for reason in safety.reasons])
    return pk, safety.state, RANKS[safety.state], _text(safety.since), reasons, _text(turns)


def _json(reasons: object) -> str:
    return json.dumps(reasons, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


# --- With every act ---------------------------------------------------------------------------------------------------


def touched_installations(ledger: Act) -> set[int]:
    """Return the installations whose safety state *ledger* may change: by themselves, their papers, their findings."""
    ids: set[int] = set()
    condition = models.Q(pk__in=())
    for noun, operations in ledger.pending().items():
        gone = {pk for pk, (operation, _row) in operations.items() if operation == "remove"}
        if noun in (Installation, BaseStation):
            ids.update(pk for pk in operations if pk not in gone)
        elif noun in (Permit, Finding):
            condition |= _holders(noun, [row for _operation, row in operations.values()], ids)
            changed = [pk for pk, (operation, _row) in operations.items() if operation == "change"]
            condition |= _holders(noun, _as_they_were(noun, changed), ids)
    condition |= _written_as_columns(ledger, ids)
    if condition != models.Q(pk__in=()):
        ids.update(Installation.objects.filter(condition).values_list("pk", flat=True))
    return ids


def _written_as_columns(ledger: Act, ids: set[int]) -> models.Q:
    """Add the installations of what *ledger* writes as whole columns; return the condition for those at named sites."""
    condition = models.Q(pk__in=())
    for noun, written in ledger.frames().items():
        for operation, frame in written:
            if noun in (Installation, BaseStation):
                ids.update(frame[noun._meta.pk.attname].to_list())
            elif noun is Permit:
                ids.update(frame["installation_id"].drop_nulls().to_list())
                sites = frame.filter(pl.col("installation_id").is_null())["site_id"].drop_nulls().to_list()
                condition |= models.Q(site_id__in=sites) if sites else models.Q(pk__in=())
                if operation == "change" and frame.height <= AT_ONCE:
                    condition |= _holders(noun, _as_they_were(noun, frame["id"].to_list()), ids)
    return condition


def _as_they_were(noun: type[models.Model], pks: Sequence[int]) -> Iterator[models.Model]:
    """Yield the open versions of what is being changed: a paper that moves leaves an installation behind."""
    versions = noun.version_model._default_manager.filter(valid_to__isnull=True)  # type: ignore[attr-defined]
    for start in range(0, len(pks), CHUNK):
        yield from versions.filter(noun_id__in=pks[start : start + CHUNK])


def _holders(noun: type[models.Model], rows: Iterable[models.Model], ids: set[int]) -> models.Q:
    """Add the installations that *rows* name to *ids*; return the condition for those at their masts and sites."""
    masts: set[int] = set()
    sites: set[int] = set()
    for row in rows:
        found: Permit | Finding = row  # type: ignore[assignment]
        if found.installation_id:
            ids.add(found.installation_id)
        elif noun is Finding and found.mast_id:  # type: ignore[union-attr]
            masts.add(found.mast_id)  # type: ignore[union-attr]
        elif found.site_id:
            sites.add(found.site_id)
    condition = models.Q(pk__in=())
    if masts:
        condition |= models.Q(mast_id__in=masts)
    return condition | models.Q(site_id__in=sites) if sites else condition


# --- With every day ---------------------------------------------------------------------------------------------------


def safety_rule(day: date) -> str:
    """Return what the kept states depend on besides papers and findings."""
    return f"due_window={due_window(day).days}"


def safety_is_due(day: date | None = None) -> bool:
    """Tell whether the table has to be gone through: a new day, a large act, or never yet."""
    today = day or timezone.localdate()
    last = KeptRound.objects.filter(name=NAME).first()
    return last is None or last.day < today or last.is_stale or last.finished_at is None


def safety_roll_over(*, on: date | None = None, everything: bool = False) -> int:
    """Bring the table to *on* (today): what time changed, what is missing, or everything; return how many rows."""
    day = on or timezone.localdate()
    rule = safety_rule(day)
    last = KeptRound.objects.filter(name=NAME).first()
    whole = everything or last is None or last.is_stale or last.rule != rule or last.finished_at is None
    # A large act that comes while we work marks the table again; a round that is killed has no end: both are seen next.
    begun = {"day": day, "rule": rule, "is_stale": False, "finished_at": None}
    KeptRound.objects.update_or_create(name=NAME, defaults=begun)
    done = 0
    for ids in _all_ids() if whole else _late_ids(day):
        done += safety_refresh(ids, on=day, dense=whole)
    KeptRound.objects.filter(name=NAME).update(rows=done, finished_at=timezone.now())
    return done


def _all_ids() -> Iterator[list[int]]:
    last = 0
    while ids := list(Installation.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def _late_ids(day: date) -> Iterator[list[int]]:
    late = list(SafetyState.objects.filter(changes_on__lte=day).order_by("pk").values_list("pk", flat=True))
    kept = SafetyState.objects.filter(pk=models.OuterRef("pk"))
    missing = Installation.objects.filter(~models.Exists(kept)).order_by("pk").values_list("pk", flat=True)
    wanted = sorted({*late, *missing})
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]
