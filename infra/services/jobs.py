"""Long work that a person asked for: asked, begun, ended, with what was found or why it failed."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Attachment, Authority, Job, JobKind, JobState, User
from infra.services.accounts import RefusedError

#: work that was not heard of for so long does not keep others waiting
FORGOTTEN = timedelta(days=1)
FAILURE_CHARACTERS = 2_000


@transaction.atomic
def job_ask(
    *,
    actor: User,
    authority: Authority,
    kind: JobKind,
    parameters: dict[str, Any] | None = None,
    file: Attachment | None = None,
) -> Job:
    """Note that *actor* wants something done. Raises RefusedError while the same is being done for the authority."""
    Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    open_ones = Job.objects.filter(
        authority=authority,
        kind=kind,
        state__in=(JobState.WAITING, JobState.RUNNING),
        asked_at__gte=timezone.now() - FORGOTTEN,
    )
    if open_ones.exists():
        raise RefusedError(_("This is being done already: “%(kind)s”. Wait until it ends.") % {"kind": kind.label})
    return Job.objects.create(authority=authority, kind=kind, asked_by=actor, parameters=parameters or {}, file=file)


def job_begin(job: Job) -> bool:
    """Mark a job as running; False where it has ended already (its task came twice)."""
    begun = Job.objects.filter(pk=job.pk, state__in=(JobState.WAITING, JobState.RUNNING))
    return bool(begun.update(state=JobState.RUNNING, started_at=timezone.now()))


def job_progress(job: Job, done: int, total: int) -> None:
    """Note how far a running job is."""
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(report={"done": done, "total": total})


def job_done(job: Job, report: dict[str, Any]) -> None:
    _end(job.pk, state=JobState.DONE, report=report)


def job_failed(pk: int, why: str) -> None:
    _end(pk, state=JobState.FAILED, failure=why[:FAILURE_CHARACTERS])


def _end(pk: int, **values: Any) -> None:
    still_open = Job.objects.filter(pk=pk, state__in=(JobState.WAITING, JobState.RUNNING))
    still_open.update(finished_at=timezone.now(), **values)
