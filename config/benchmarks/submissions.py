"""An operator's file on its way into a register of a country: checked, compared, accepted; memory; others who wait.

Beside it django-import-export takes a tenth of the rows, plain and without any of our checks, into one table; the
ratio is that of seconds a row.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from config.benchmarks.measuring import Line
from config.benchmarks.station_files import csv_of, plain_csv, station_rows, whole_country, xlsx_of
from infra.models import Authority, Installation, Organization, Submission, SubmissionStatus, User
from infra.selectors.ledger import verify
from infra.services.submissions import submission_receive, submission_send
from infra.submissions import applying, review

ROWS, SMALL, LARGE, SHEET = 100_000, 10_000, 500_000, 200_000
SCREEN = 5_000
#: of so many stations in the register a file of ROWS is measured; a smaller register gets smaller files
COUNTRY = 350_000
PEER_SHARE = 10
#: rows whose registering is killed, how often, and within how many seconds (2 more: the look at the file comes first)
KILLED, KILLS, KILLED_WITHIN_S = 50_000, 10, 12.0
_HERE = Path(__file__).parent


def measure(manager: User) -> Iterator[Line]:
    """Measure a file of stations against the register as it stands; the register grows by the file's rows."""
    scale = min(1.0, Installation.objects.count() / COUNTRY)
    authority = Authority.objects.order_by("pk")[0]
    whole_country(authority)
    operator = Organization.objects.get(code="MOBIFONE")
    with tempfile.TemporaryDirectory() as folder:
        files = _Files(Path(folder), scale)
        yield from _screen(files, manager, authority, operator)
        yield from _whole_way(files, manager, authority, operator)
        yield from _kills(files, manager, authority, operator)
        yield from _memory(files)


class _Files:
    """Files of stations by number of rows, made when asked for. Rows with *first* differ from those with another."""

    def __init__(self, folder: Path, scale: float) -> None:
        self.folder, self.scale = folder, scale

    def count(self, rows: int) -> int:
        return max(100, round(rows * self.scale))

    def csv(self, rows: int, first: int = 1) -> Path:
        path = self.folder / f"stations-{rows}-{first}.csv"
        if not path.exists():
            csv_of(path, station_rows(self.count(rows), first))
        return path

    def xlsx(self, rows: int) -> Path:
        path = self.folder / f"stations-{rows}.xlsx"
        if not path.exists():
            xlsx_of(path, station_rows(self.count(rows), 1))
        return path

    def plain(self, rows: int) -> Path:
        path = self.folder / f"plain-{rows}.csv"
        plain_csv(path, station_rows(self.count(rows), 1))
        return path


def _handed_in(path: Path, actor: User, authority: Authority, operator: Organization) -> tuple[Submission, float]:
    """Receive and check a file; return the submission and the seconds from file to kept problems."""
    start = time.perf_counter()
    submission, _new = submission_receive(
        actor=actor,
        authority=authority,
        organization=operator,
        kind="stations",
        name=path.name,
        chunks=[path.read_bytes()],
    )
    submission = review.submission_check(actor=actor, submission=submission)
    taken = time.perf_counter() - start
    if submission.status not in (SubmissionStatus.READY, SubmissionStatus.INVALID):
        raise AssertionError(f"{path.name} is {submission.status}: {submission.failure}")
    return submission, taken


def _screen(files: _Files, actor: User, authority: Authority, operator: Organization) -> Iterator[Line]:
    """A file of 5,000 rows until its problems can be shown, then registered while somebody else saves."""
    submission, taken = _handed_in(files.csv(SCREEN, first=2_000_000), actor, authority, operator)
    rows = submission.counts["rows"]
    yield Line("submissions.check.screen", round(taken, 2), "s", None, None, None, rows)
    applied = _applied(submission, actor)
    yield Line("submissions.others_wait.5k", round(applied.waited, 2), "s", None, None, None, rows)


def _whole_way(files: _Files, actor: User, authority: Authority, operator: Organization) -> Iterator[Line]:
    path = files.csv(ROWS)
    looked = _looked(path)
    submission, checked = _handed_in(path, actor, authority, operator)
    rows = submission.counts["rows"]
    yield Line("submissions.look", looked["seconds"], "s", None, None, None, rows)
    yield Line("submissions.look.peak", looked["peak_mib"], "MiB", None, None, None, rows)
    yield Line("submissions.check", round(checked, 2), "s", None, None, None, rows)
    applied = _applied(submission, actor)
    yield Line("submissions.accept", round(applied.taken, 2), "s", None, None, None, rows)
    yield Line("submissions.others_wait", round(applied.waited, 2), "s", None, None, None, rows)
    if connection.vendor == "sqlite":
        yield Line("submissions.log_carried_over", round(applied.log, 2), "s", None, None, None, rows)
    yield from _beside(files, checked + applied.taken, rows)


def _log_carried_over() -> float:
    """Wait until SQLite's log, which grew by what was registered, is carried over into the file; return the seconds."""
    start = time.perf_counter()
    with connection.cursor() as cursor:
        while True:
            _busy, pages, done = cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if pages == done:
                return time.perf_counter() - start
            time.sleep(0.02)


def _sent(submission: Submission, actor: User) -> Submission:
    """Send a submission, without the rows that have errors."""
    if submission.status == SubmissionStatus.INVALID:
        bad = review.rows_with_errors(submission)
        submission = review.rows_drop(actor=actor, submission=submission, rows=bad)
        submission = review.submission_check(actor=actor, submission=submission)
    return submission_send(actor=actor, submission=submission)


class _Applied(NamedTuple):
    """Seconds: how long it took, the longest that another person's save waited, until SQLite's log was carried over."""

    taken: float
    waited: float
    log: float


def _applied(submission: Submission, actor: User) -> _Applied:
    """Send, accept and register."""
    submission = _sent(submission, actor)
    other = _child("saver", str(actor.pk))
    assert other.stdout is not None
    other.stdout.readline()  # it saves from here on
    start = time.perf_counter()
    submission = applying.submission_accept(actor=actor, submission=submission, rows="all", reason="Measuring")
    submission = applying.finish(submission.pk)
    taken = time.perf_counter() - start
    log = _log_carried_over() if connection.vendor == "sqlite" else 0.0
    told, _ = other.communicate("\n")
    if submission.status != SubmissionStatus.ACCEPTED:
        raise AssertionError(f"the file is {submission.status}: {submission.failure}")
    if other.returncode:
        raise AssertionError("somebody else's save failed while rows were registered")
    return _Applied(taken, float(json.loads(told)["longest_s"]), log)


def _kills(files: _Files, actor: User, authority: Authority, operator: Organization) -> Iterator[Line]:
    """Kill the process that registers 50,000 rows at random moments; nothing is ever half done."""
    submission, _taken = _handed_in(files.csv(KILLED, first=4_000_000), actor, authority, operator)
    submission = _sent(submission, actor)
    rows = submission.counts["rows"]
    submission = applying.submission_accept(actor=actor, submission=submission, rows="all", reason="Measuring")
    written = Installation.objects.filter(submission=submission)
    moments = np.random.default_rng(9).uniform(0, 2.0 + rows / KILLED * KILLED_WITHIN_S, KILLS)
    for moment in moments.tolist():
        child = _child("registrar", str(submission.pk))
        assert child.stdout is not None
        child.stdout.readline()  # it is at it from here on
        time.sleep(moment)
        child.kill()
        child.wait()
        submission.refresh_from_db()
        whole = submission.status == SubmissionStatus.ACCEPTED
        if written.count() != (rows if whole else 0):
            raise AssertionError(f"killed after {moment:.1f} s: {written.count()} of {rows} rows are registered")
    submission = applying.finish(submission.pk)
    if submission.status != SubmissionStatus.ACCEPTED or written.count() != rows or any(verify()):
        raise AssertionError("what was killed could not be registered whole afterwards")
    yield Line("submissions.kills_survived", KILLS, "kills", None, None, None, rows)


def _memory(files: _Files) -> Iterator[Line]:
    """Peaks of a process that does nothing else: few rows and many as CSV, a long sheet as XLSX."""
    few, many = _looked(files.csv(SMALL)), _looked(files.csv(LARGE))
    ratio = round(many["peak_mib"] / few["peak_mib"], 2)
    rows = files.count(LARGE)
    yield Line(
        "submissions.memory.csv", many["peak_mib"], "MiB", f"{files.count(SMALL):,} rows", few["peak_mib"], ratio, rows
    )
    yield Line(
        "submissions.memory.xlsx", _looked(files.xlsx(SHEET))["peak_mib"], "MiB", None, None, None, files.count(SHEET)
    )


def _beside(files: _Files, ours: float, rows: int) -> Iterator[Line]:
    for name, tuned in (("django-import-export, defaults", "0"), ("django-import-export, tuned", "1")):
        found = _peer(files.plain(ROWS // PEER_SHARE), tuned)
        if found is None:
            yield Line("submissions.check_and_accept", round(ours, 2), "s", None, None, None, rows)
            return
        theirs = (found["check"] + found["accept"]) * rows / found["rows"]
        ratio = round(ours / theirs, 4)
        yield Line("submissions.check_and_accept", round(ours, 2), "s", name, round(theirs, 1), ratio, rows)


def _looked(path: Path) -> dict[str, Any]:
    """Look at a file in a process of its own: seconds, and the most memory it held."""
    child = _child("looker", str(path))
    told, _ = child.communicate()
    if child.returncode:
        raise AssertionError(f"looking at {path.name} failed")
    found: dict[str, Any] = json.loads(told)
    return found


def _child(task: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a process of the product on the database that is measured."""
    command = [sys.executable, "-m", "config.benchmarks.submission_children", task, *arguments]
    environment = {**os.environ, "BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    root = _HERE.parents[1]
    return subprocess.Popen(  # noqa: S603 -- our own module
        command, cwd=root, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def _peer(path: Path, tuned: str) -> dict[str, float] | None:
    """Let django-import-export take *path* in; None without the environment of the peers."""
    python = os.environ.get("PEERS_PYTHON")
    if not python:
        return None
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        database = {"ENGINE": "django.contrib.gis.db.backends.spatialite", "NAME": str(path.with_suffix(".sqlite"))}
        Path(database["NAME"]).unlink(missing_ok=True)
    else:
        database = {name: own[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        database["ENGINE"] = "django.contrib.gis.db.backends.postgis"
    environment = {**os.environ, "PEER_DATABASE": json.dumps(database), "PEER_TUNED": tuned}
    command = [python, str(_HERE / "beside" / "import_peer.py"), str(path)]
    done = subprocess.run(  # noqa: S603 -- our own script
        command, env=environment, text=True, capture_output=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"django-import-export failed: {done.stderr[-400:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
