"""What the authority decides about rows: which it registers, which go back to the operator, and on what ground."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from infra.models import Submission, User
from infra.services.submissions import NotPossible
from infra.submissions import applying, review

#: rows that are named one by one; for more the file is to be returned whole
NAMED_MAX = 5_000
_SEPARATORS = re.compile(r"[\s,;]+")
_RANGE = re.compile(r"(\d{1,9})(?:[-–—](\d{1,9}))?", re.ASCII)
_AROUND_DASH = re.compile(r"\s*[-–—]\s*")


def rows_named(text: str) -> list[int]:
    """Return the row numbers of a text such as "5, 8, 12–20"; raise NotPossible for anything else."""
    named: set[int] = set()
    for part in _SEPARATORS.split(_AROUND_DASH.sub("-", text).strip()):
        if not part:
            continue
        found = _RANGE.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first:
            raise NotPossible(_("“%s” is no row number. Write them like this: 5, 8, 12-20.") % part)
        if last - first >= NAMED_MAX or len(named) > NAMED_MAX:
            raise NotPossible(_("These are too many rows to name. Return the whole file instead."))
        named.update(range(first, last + 1))
    return sorted(named)


def _ground(rows: Iterable[int] | str) -> str:
    """Return the ground of a decision for which nobody gave one; the operator reads it beside what goes back."""
    if rows == review.GOOD:
        return _("Rows without open warnings were registered; mend or explain the others.")
    return _("Checked and accepted")


def submission_decide(
    *,
    actor: User,
    submission: Submission,
    rows: Iterable[int] | str,
    reason: str = "",
    returned: Iterable[int] = (),
    removals_confirmed: bool = False,
) -> Submission:
    """Decide to register *rows* ("all", "good" or numbers) without those *returned*, which need the *reason*.

    Raises NotPossible where a returned row is none of the file's, or nothing says why it goes back.
    """
    back = set(returned)
    if back:
        known = set(review.rows_acceptable(submission, back).values_list("row", flat=True))
        if strange := sorted(back - known):
            raise NotPossible(_("Row %s is not among those sent.") % ", ".join(map(str, strange[:10])))
        if not reason.strip():
            raise NotPossible(_("Say why, so that the operator can act on it."))
    wanted = review.all_but(rows, back) if isinstance(rows, str) else [row for row in rows if row not in back]
    return applying.submission_accept(
        actor=actor,
        submission=submission,
        rows=wanted,
        reason=reason.strip() or _ground(rows),
        removals_confirmed=removals_confirmed,
    )
