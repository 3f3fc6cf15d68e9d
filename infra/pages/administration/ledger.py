"""The ledger: how the chains stand, a verification in the background, heads to take away, every record."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission
from infra.forms.administration.ledger import RecordFilters
from infra.models import ChangeRecord, Job, JobKind
from infra.pages.administration.acting import actor_of
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from infra.selectors import chain
from infra.selectors.acts import act_title
from infra.services.accounts import RefusedError
from infra.services.jobs import job_ask
from infra.services.verification import heads_export
from infra.tasks import run_later

JOBS_SHOWN = 5


def record_url(record: ChangeRecord) -> str:
    return reverse("infra:record", args=[record.pk])


def _counted(record: ChangeRecord) -> int:
    return sum(sum(counts.values()) for counts in record.counts.values())


RECORDS = Listing(
    title=_("Ledger"),
    stem="ledger",
    columns=(
        Column(
            "sequence", _("Record of the ledger"), lambda r: f"{r.authority.code} {r.sequence}", card="title",
            url=record_url,
        ),
        Column("at", _("At"), lambda r: r.at, card="aside"),
        Column("kind", _("Act"), lambda r: act_title(r.kind), card="line"),
        Column("act", _("Code of the act"), lambda r: r.kind, screen=False),
        Column("actor", _("Acted by"), lambda r: str(r.actor), card="line"),
        Column("reason", _("Reason"), lambda r: r.reason, card="hidden"),
        Column(
            "organization", _("Organization"), lambda r: str(r.organization) if r.organization else None, card="hidden",
        ),
        Column("written", _("Versions"), _counted, card="hidden", figure=True),
        Column("digest", _("Digest"), lambda r: r.digest, screen=False),
    ),
    filters=RecordFilters,
    counted=lambda n: ngettext("%(n)s record", "%(n)s records", n) % {"n": formats.number(n)},
    empty=_("Nothing has been done yet."),
    search_hint=_("Words of the reason, or a number"),
    order=Order(descending=True),
    sorted=_("newest first"),
    template="infra/administration/ledger.html",
)  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    rows = ChangeRecord.objects.visible_to(request.user).filter(authority__in=chain.verifiable(request.user))
    return rows.select_related("authority", "actor", "organization")


@require_safe
@needs(Permission.VERIFY_LEDGER)
def ledger(request: HttpRequest) -> HttpResponseBase:
    """Show how the chains stand, and list the records."""
    jobs = Job.objects.visible_to(request.user).filter(kind=JobKind.LEDGER_VERIFICATION)
    context = {
        "chains": [chain.chain_state(authority) for authority in chain.verifiable(request.user)],
        "jobs": jobs.select_related("asked_by", "authority__organization")[:JOBS_SHOWN],
    }
    return show(request, RECORDS, _rows(request), **context)


@require_safe
@needs(Permission.VERIFY_LEDGER)
def record(request: HttpRequest, number: int) -> HttpResponse:
    """Show one record: who, when, why, what it wrote, and how it hangs in the chain."""
    found = get_object_or_404(_rows(request).select_related("submission__file"), pk=number)
    neighbours = ChangeRecord.objects.filter(authority=found.authority_id)
    context = {
        "record": found,
        "title": act_title(found.kind),
        "written": chain.record_versions(found),
        "details": [(name, _plain(value)) for name, value in sorted(found.details.items())],
        "previous": neighbours.filter(sequence=found.sequence - 1).first(),
        "next": neighbours.filter(sequence=found.sequence + 1).first(),
        "words": {"added": gettext("added"), "changed": gettext("changed"), "removed": gettext("removed")},
    }
    return render(request, "infra/administration/record.html", context)


def _plain(value: Any) -> str:
    """Return a detail as a person reads it: lists with commas, what has parts as it was written."""
    if value is None or value in ([], "", {}):
        return "–"
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@require_POST
@needs(Permission.VERIFY_LEDGER)
def ledger_verify(request: HttpRequest, code: str) -> HttpResponse:
    """Let the chain of an authority be walked in the background."""
    authority = get_object_or_404(chain.verifiable(request.user), code=code)
    try:
        job = job_ask(actor=actor_of(request), authority=authority, kind=JobKind.LEDGER_VERIFICATION)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("infra:ledger")
    run_later(job)
    return redirect("infra:job", job.pk)


@require_POST
@needs(Permission.VERIFY_LEDGER)
def ledger_heads(request: HttpRequest) -> HttpResponse:
    """Export the signed heads: into the file on the server, and to take away."""
    lines = heads_export(list(chain.verifiable(request.user)))
    response = HttpResponse("".join(f"{line}\n" for line in lines), content_type="application/x-ndjson")
    name = f"ledger-heads-{timezone.localtime():%Y%m%d-%H%M}.jsonl"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
