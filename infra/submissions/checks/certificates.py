"""A station's certificate: without an end it is never due for renewal, without a number it is none."""

import numpy as np
import polars as pl

from infra.models import Limit, Permit, PermitState
from infra.services.permits import CERTIFICATE
from infra.submissions.draft import Draft

_NUMBER, _ISSUED, _EXPIRES = "certificate_number", "certificate_issued_on", "certificate_expires_on"
#: for how many years a certificate holds
_CYCLE = "verification_cycle"


def check_certificates(draft: Draft) -> None:
    """Report certificates of which nobody could say when they end, and dates of none.

    Where a header was not recognised the missing cells may stand there: that is pointed out by itself.
    """
    if not draft.has(_NUMBER) or (draft.sheet.unknown and not draft.has(_ISSUED, _EXPIRES)):
        return
    number, issued, expires = (draft.text(name).is_not_null().to_numpy() for name in (_NUMBER, _ISSUED, _EXPIRES))
    undated, unnumbered = number & ~expires, ~number & (issued | expires)
    if undated.any():
        known = draft.text(_NUMBER).is_in(_registered(draft, "number", expires_on__isnull=False))
        _report_undated(draft, undated & ~known.fill_null(value=False).to_numpy())
    if unnumbered.any():
        # Without a number a row speaks of the certificate that its station has.
        own = _registered(draft, "installation__code", state=PermitState.IN_FORCE)
        rows = unnumbered & ~draft.text("code").is_in(own).fill_null(value=False).to_numpy()
        columns = [name for name in (_EXPIRES, _ISSUED) if draft.has(name)]
        draft.report(rows, "certificate.unnumbered", _NUMBER, *columns)


def _registered(draft: Draft, column: str, **wanted: object) -> list[str]:
    """Return *column* of the organization's registered certificates."""
    certificates = Permit.objects.filter(organization=draft.around.organization, kind_id=CERTIFICATE, **wanted)
    return [text for text in certificates.values_list(column, flat=True).distinct() if text]


def _report_undated(draft: Draft, rows: np.ndarray) -> None:
    ends = _ends(draft)

    def suggestion(place: int) -> dict[str, str] | None:
        end = ends[place]
        return None if end is None else {_EXPIRES: f"{end:%d/%m/%Y}"}

    draft.report(rows, "certificate.undated", _NUMBER, suggestion=suggestion)


def _ends(draft: Draft) -> pl.Series:
    """Return when each certificate ends by its day of issue and the cycle in force on that day; null without one."""
    issued = draft.values.get(_ISSUED, pl.repeat(None, draft.size, dtype=pl.Date, eager=True)).alias("issued")
    ends = pl.lit(None, dtype=pl.Date)
    for limit in Limit.objects.filter(code=_CYCLE).order_by("valid_from"):
        holds = pl.col("issued") >= limit.valid_from
        if limit.valid_to:
            holds &= pl.col("issued") <= limit.valid_to
        ends = pl.when(holds).then(pl.col("issued").dt.offset_by(f"{round(limit.value * 12)}mo")).otherwise(ends)
    return issued.to_frame().select(end=ends)["end"]
