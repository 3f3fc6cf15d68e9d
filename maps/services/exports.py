"""Acts on exports: ask for one, write it, hand it out, let it go."""

import hashlib
import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from infra.models import User
from maps.exports.archives import TooManyTilesError
from maps.exports.choosing import Choice
from maps.exports.formats import FORMATS
from maps.models import Export, ExportState
from maps.queries.reader import Reader

logger = logging.getLogger(__name__)

KEPT_DAYS = 7
#: exports that one person has at a time
MOST_OF_ONE = 20


class TooManyExportsError(ValueError):
    """The person has as many exports as one may have."""


def export_folder() -> Path:
    """Return where the files lie: outside the web root, handed out by a view that asks who is allowed."""
    folder = Path(settings.DATA_DIR) / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def export_path(export: Export) -> Path:
    return export_folder() / f"{export.pk}.{export.format}"


def scope_digest(reader: Reader) -> str:
    """Return what a reader may see, as a digest that fits a column."""
    return hashlib.sha256(reader.key.encode()).hexdigest()


def export_ask(*, actor: User, choice: Choice, extension: str) -> Export:
    """Note that *actor* wants *choice* as a file. Raises TooManyExportsError where there are too many already."""
    exports_expire()
    if Export.objects.filter(owner=actor).count() >= MOST_OF_ONE:
        raise TooManyExportsError(MOST_OF_ONE)
    now = timezone.now()
    return Export.objects.create(
        owner=actor,
        layer=choice.layer.name,
        format=extension,
        query=choice.query,
        language=get_language() or "vi",
        scope=scope_digest(Reader.of(actor)),
        created_at=now,
        expires_at=now + timedelta(days=KEPT_DAYS),
    )


def export_write(export_id: int) -> None:
    """Write the file of an export; one that is done or gone is left alone.

    One that is being written has lost its worker, or the task would not have come back: it starts again.
    """
    with transaction.atomic():
        open_states = (ExportState.WAITING, ExportState.RUNNING)
        export = Export.objects.select_for_update().filter(pk=export_id, state__in=open_states).first()
        if export is None:
            return
        export.state, export.done = ExportState.RUNNING, 0
        export.save(update_fields=["state", "done"])
    with override(export.language):
        try:
            _write(export)
        except TooManyTilesError as error:
            _fail(export, _("The view holds %(n)s tiles: choose a smaller one.") % {"n": error.args[0]})
        except Exception as error:
            logger.exception("Export %s failed", export_id)
            _fail(export, _("Writing broke off: %s. It can be asked for again.") % type(error).__name__)


def _write(export: Export) -> None:
    reader = Reader.of(export.owner)
    if scope_digest(reader) != export.scope:
        _fail(export, _("What you may see has changed since: ask again."))
        return
    choice = Choice.parse(export.layer, reader, QueryDict(export.query))
    assert choice is not None, "a layer that was open under the same scope"
    made, today = FORMATS[export.format], timezone.localdate()
    export.total = made.total(choice, reader, today)
    export.save(update_fields=["total"])
    path = export_path(export)
    # GDAL chooses by the ending; what is half written has another name.
    draft = path.with_name(f"draft-{path.name}")
    draft.unlink(missing_ok=True)
    try:
        made.write(choice, reader, today, draft, _Progress(export))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    export.state, export.finished_at, export.size = ExportState.DONE, timezone.now(), path.stat().st_size
    export.save(update_fields=["state", "finished_at", "size", "done"])


class _Progress:
    """Counts what was written; notes it now and then, so that who waits sees it move."""

    EVERY = timedelta(seconds=1)

    def __init__(self, export: Export) -> None:
        self.export = export
        self.noted = timezone.now()

    def __call__(self, rows: int) -> None:
        self.export.done += rows
        now = timezone.now()
        if now - self.noted >= self.EVERY:
            self.noted = now
            self.export.save(update_fields=["done"])


def _fail(export: Export, why: str) -> None:
    export.state, export.error, export.finished_at = ExportState.FAILED, why[:400], timezone.now()
    export.save(update_fields=["state", "error", "finished_at"])


def export_remove(*, actor: User, export: Export) -> None:
    """Remove an export of *actor* and its file."""
    if export.owner_id != actor.pk:
        raise PermissionError("An export is removed by its owner.")
    export_path(export).unlink(missing_ok=True)
    export.delete()


def exports_expire() -> int:
    """Remove what is past its time, with its files; return how many."""
    old = list(Export.objects.filter(expires_at__lt=timezone.now()))
    for export in old:
        export_path(export).unlink(missing_ok=True)
        export.delete()
    return len(old)
