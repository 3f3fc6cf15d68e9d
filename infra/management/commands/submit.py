"""``manage.py submit``: the operator's and the authority's path from the shell."""

import json
import mimetypes
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import (
    Authority,
    Organization,
    Submission,
    SubmissionKind,
    SubmissionMode,
    SubmissionStatus,
)
from infra.services.people import system_user
from infra.services.submissions import NotPossible, submission_receive, submission_send
from infra.submissions import applying, review
from infra.submissions.columns import TABLES
from infra.submissions.coordinates.doubts import doubts_of
from infra.submissions.coordinates.systems import AUTO, UnknownSystem, of_code
from infra.submissions.draft import Surroundings
from infra.submissions.looking import Look, look
from infra.submissions.problems import Problem, Unreadable

OK, SOME_ROWS_LEFT_OUT, NOTHING = 0, 1, 2
_REGISTERED = frozenset({SubmissionStatus.ACCEPTED, SubmissionStatus.PARTLY_ACCEPTED})
_SHOWN = 20
_CHUNK = 1 << 20


class Command(BaseCommand):
    """Check an operator's file, and register it with ``--accept``.

    Exit 0: no row has an error. 1: some rows have (they are left out). 2: unreadable, or nothing was registered.
    """

    #: the checks of pages and addresses have nothing to say about a file
    requires_system_checks: list[str] = []
    help = "Check an operator's file; with --accept, register its rows."
    epilog = "Exit 0: no row has an error. 1: some rows have (left out). 2: unreadable, or nothing was registered."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return the parser of the options; what the exit codes mean stands below them."""
        return super().create_parser(prog_name, subcommand, epilog=self.epilog, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="spreadsheet, delimited text, or file of features")
        parser.add_argument("--organization", required=True, help="code, such as VIETTEL")
        parser.add_argument("--kind", required=True, choices=SubmissionKind.values, help="what its rows are")
        parser.add_argument("--authority", default="", help="code; needed where several keep a register here")
        parser.add_argument("--crs", default=AUTO, help="auto (decided by evidence), or EPSG:n")
        parser.add_argument("--sheet", default="", help="name of one sheet or layer; otherwise the one that fits best")
        parser.add_argument(
            "--mode",
            default=SubmissionMode.APPEND,
            choices=SubmissionMode.values,
            help="append: what the file leaves out stays; replace: it goes out of service",
        )
        parser.add_argument(
            "--history-from", type=date.fromisoformat, help="first load: rows hold since their own dates, or this day"
        )
        parser.add_argument("--confirm-removals", action="store_true", help="take more than 5 %% out of service")
        parser.add_argument("--report", type=Path, help="write counts and problems to this file as JSON")
        parser.add_argument("--accept", choices=("all", "good"), help="register all rows, or those without errors")

    def handle(self, *_args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %s.") % path, returncode=NOTHING)
        around = _surroundings(options)
        self._options = options
        try:
            found = look(path, around, sheet=options["sheet"])
        except Unreadable as unreadable:
            self._report(path, around, None, [unreadable.problem], None)
            self.stderr.write(unreadable.problem.message)
            raise SystemExit(NOTHING) from unreadable
        submission = self._accept(path, around, found) if options["accept"] else None
        self._report(path, around, found, found.problems, submission)
        self._say(found, submission)
        raise SystemExit(self._exit_code(found, submission))

    def _accept(self, path: Path, around: Surroundings, found: Look) -> Submission | None:
        """Walk the whole path: received, checked, sent, accepted. None where nothing may be registered."""
        errors = int(found.draft.has_error.sum())
        if errors == found.draft.size or (errors and self._options["accept"] == "all"):
            return None
        actor, reason = system_user(), _("Submitted and accepted from the command line")
        submission, _new = submission_receive(
            actor=actor,
            authority=around.authority,
            organization=around.organization,
            kind=str(around.table.kind),
            name=path.name,
            chunks=_chunks(path),
            crs=around.crs,
            mode=around.mode,
            sheet=self._options["sheet"],
            history_from=self._options["history_from"],
            content_type=mimetypes.guess_type(path.name)[0] or "",
        )
        try:
            submission = review.submission_check(actor=actor, submission=submission)
            while (bad := review.rows_with_errors(submission)) and submission.status == SubmissionStatus.INVALID:
                submission = review.rows_drop(actor=actor, submission=submission, rows=bad)
                submission = review.submission_check(actor=actor, submission=submission)
            submission = submission_send(actor=actor, submission=submission)
            submission = applying.submission_accept(
                actor=actor,
                submission=submission,
                rows="all",
                reason=reason,
                removals_confirmed=self._options["confirm_removals"],
            )
        except NotPossible as refused:
            raise CommandError(str(refused), returncode=NOTHING) from refused
        return applying.finish(submission.pk)

    def _exit_code(self, found: Look, submission: Submission | None) -> int:
        if self._options["accept"] and (submission is None or submission.status not in _REGISTERED):
            return NOTHING
        return SOME_ROWS_LEFT_OUT if found.draft.has_error.any() else OK

    def _report(
        self,
        path: Path,
        around: Surroundings,
        found: Look | None,
        problems: list[Problem],
        submission: Submission | None,
    ) -> None:
        target: Path | None = self._options["report"]
        if target is None:
            return
        counts = found.counts() if found else {**review.EMPTY_COUNTS, "errors": 1, "codes": {problems[0].code: 1}}
        report = {
            "file": path.name,
            "organization": around.organization.code,
            "kind": str(around.table.kind),
            "mode": around.mode,
            "reading": found.reading() if found else {},
            "counts": counts,
            "problems": [problem.as_json() for problem in problems],
            "submission": submission.pk if submission else None,
            "status": submission.status if submission else None,
            "registered": submission.counts.get("registered", {}) if submission else {},
        }
        target.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")

    def _say(self, found: Look, submission: Submission | None) -> None:
        counts = found.counts()
        self.stdout.write(
            _("%(rows)d rows: %(clean)d clean, %(rows_with_errors)d with errors, %(rows_with_warnings)d with warnings.")
            % counts
        )
        for doubt in doubts_of(found.reading()):
            self.stderr.write(doubt.message)
        for problem in found.problems[:_SHOWN]:
            self.stdout.write(f"  {problem.row or ''}\t{problem.column}\t{problem.code}\t{problem.message}")
        if len(found.problems) > _SHOWN:
            self.stdout.write(_("  … and %d more; --report writes them all.") % (len(found.problems) - _SHOWN))
        if submission is None:
            if self._options["accept"]:
                self.stderr.write(
                    _("Nothing was registered. Mend the rows with errors, or leave them out with --accept good.")
                )
            return
        self.stdout.write(
            _("Submission %(number)d: %(state)s.") % {"number": submission.pk, "state": submission.get_status_display()}
        )


def _surroundings(options: dict[str, Any]) -> Surroundings:
    organization = Organization.objects.filter(code=options["organization"].upper()).first()
    if organization is None:
        raise CommandError(_("No organization has the code %s.") % options["organization"], returncode=NOTHING)
    authorities = Authority.objects.order_by("pk")
    if options["authority"]:
        authorities = authorities.filter(code=options["authority"])
    found = list(authorities[:2])
    if not found:
        raise CommandError(_("There is no authority to submit to. Load the reference data."), returncode=NOTHING)
    if len(found) > 1:
        raise CommandError(_("Several authorities keep a register here: name one."), returncode=NOTHING)
    if options["crs"] != AUTO:
        try:
            of_code(options["crs"])
        except UnknownSystem as unknown:
            raise CommandError(_("%s is no coordinate system.") % options["crs"], returncode=NOTHING) from unknown
    return Surroundings(
        authority=found[0],
        organization=organization,
        table=TABLES[options["kind"]],
        today=timezone.localdate(),
        crs=options["crs"],
        mode=options["mode"],
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
