"""The operator's own sheet where it is long: asked for, written in the background, kept for some days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override

from infra.models import Job, JobKind, JobState, Submission, User
from infra.services.jobs import FORGOTTEN, job_progress
from infra.submissions.returning import workbook_with_fixes, workbook_with_problems

WRITERS = {"problems.xlsx": workbook_with_problems, "corrected.xlsx": workbook_with_fixes}
#: the sheet of a file up to this many rows is written while the person waits
ROWS_AT_ONCE = 5_000
KEPT = timedelta(days=7)
#: how often progress is noted
NOTED = timedelta(seconds=1)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a submission and how far it is: ``at_once``, ``none`` (nobody asked), or the state of its job."""

    name: str
    state: str
    job: Job | None = None

    @property
    def is_open(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be fetched now."""
        return self.state in ("at_once", JobState.DONE)

    @property
    def percent(self) -> int | None:
        """How much is written, None where nobody knows."""
        if self.state == JobState.DONE:
            return 100
        total = self.job.report.get("total") if self.job else None
        return min(99, 100 * self.job.report["done"] // total) if self.job and total else None

    @property
    def kept_until(self) -> datetime | None:
        return self.job.asked_at + KEPT if self.job and self.state == JobState.DONE else None


def is_long(submission: Submission) -> bool:
    """Tell whether the sheets of a submission are written in the background."""
    return bool(submission.counts.get("rows", 0) > ROWS_AT_ONCE)


def sheet_path(job: Job) -> Path:
    """Return where the file of a job lies: outside the web root, handed out by a view that asks who may see it."""
    folder = Path(settings.DATA_DIR) / "sheets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{job.pk}.xlsx"


def sheets_of(submission: Submission) -> dict[str, Sheet]:
    """Return the sheets of a submission as it stands, in the language of the request (one query where it is long)."""
    if not is_long(submission):
        return {name: Sheet(name, "at_once") for name in WRITERS}
    jobs = Job.objects.filter(authority_id=submission.authority_id, kind=JobKind.SUBMISSION_SHEET)
    latest: dict[str, Job] = {}
    for job in jobs.filter(parameters__submission=submission.pk).order_by("pk"):
        if _about(submission, job.parameters["name"]) == job.parameters:
            latest[job.parameters["name"]] = job
    return {name: _sheet(name, latest.get(name)) for name in WRITERS}


def _about(submission: Submission, name: str) -> dict[str, Any]:
    """Say what a sheet shows: another look at the file, or another language, makes another sheet."""
    looked_at = submission.checked_at.isoformat() if submission.checked_at else ""
    return {"submission": submission.pk, "name": name, "checked_at": looked_at, "language": get_language() or "vi"}


def _sheet(name: str, job: Job | None) -> Sheet:
    if job is None or (job.is_open and job.asked_at < timezone.now() - FORGOTTEN):
        return Sheet(name, "none")
    if job.state == JobState.DONE and not sheet_path(job).is_file():
        return Sheet(name, "none")
    return Sheet(name, job.state, job)


@transaction.atomic
def sheet_ask(*, actor: User, submission: Submission, name: str) -> Job | None:
    """Note that *actor* wants a long sheet; None where it is there, or being written, already."""
    sheets_expire()
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    sheet = sheets_of(submission)[name]
    if sheet.is_open or sheet.is_ready:
        return None
    return Job.objects.create(
        authority_id=submission.authority_id,
        kind=JobKind.SUBMISSION_SHEET,
        asked_by=actor,
        parameters=_about(submission, name),
    )


def sheet_run(job: Job) -> dict[str, Any]:
    """Write the sheet that a job is about; return how many rows were gone through."""
    asked = job.parameters
    submission = Submission.objects.select_related("file").get(pk=asked["submission"])
    path, progress = sheet_path(job), _Progress(job)
    draft = path.with_name(f"draft-{path.name}")  # what is half written has another name
    try:
        with override(asked["language"]), draft.open("wb") as out:
            WRITERS[asked["name"]](submission, out, progress)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return {"done": progress.total, "total": progress.total}


class _Progress:
    """Notes now and then how many rows were gone through, so that who waits sees it move."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.total = 0
        self.noted = timezone.now() - NOTED

    def __call__(self, done: int, total: int) -> None:
        self.total = total
        now = timezone.now()
        if now - self.noted >= NOTED:
            self.noted = now
            job_progress(self.job, done, total)


def sheets_expire() -> int:
    """Remove the sheets that are past their time, with their files; return how many."""
    past = Job.objects.filter(kind=JobKind.SUBMISSION_SHEET, asked_at__lt=timezone.now() - KEPT)
    old = list(past)
    for job in old:
        sheet_path(job).unlink(missing_ok=True)
        job.delete()
    return len(old)
