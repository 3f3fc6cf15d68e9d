"""Bring a backup back: look at all of it first, lay what is there aside, then replace the database in one step."""

import shutil
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from config.backups import data_files
from config.backups.making import engine, engine_name
from config.backups.manifest import BackupError, Facts, Manifest, faults, key_mark, read
from config.health import pending_migrations
from infra.models import Authority
from infra.services.ledger import act
from infra.services.people import system_user

SHOWN = 20
Say = Callable[[str], None]


def examine(directory: Path) -> Manifest:
    """Return the manifest of a backup that is whole and fits this installation; raise BackupError with every reason."""
    manifest = read(directory)
    found = list(islice(faults(directory, manifest), SHOWN + 1))
    if found:
        more = [_("… and more.")] if len(found) > SHOWN else []
        raise BackupError("\n".join([_("The backup is damaged; nothing was restored:"), *found[:SHOWN], *more]))
    if manifest.engine != engine_name():
        raise BackupError(
            _("The backup is of a %(theirs)s database, this installation has %(ours)s. Set DATABASE_URL to fit it.")
            % {"theirs": manifest.engine, "ours": engine_name()}
        )
    _refuse_newer(manifest)
    inside = engine().check(directory / manifest.database)
    if inside is not None and inside != manifest.facts:
        raise BackupError(_("The database of the backup is not the one that the manifest describes."))
    return manifest


def _refuse_newer(manifest: Manifest) -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    apps = {app for app, _name in known}
    unknown = [
        f"{app}.{name}"
        for app, names in manifest.facts.migrations.items()
        for name in names
        if app in apps and (app, name) not in known
    ]
    if unknown:
        raise BackupError(
            _("The backup was made by a newer version (%(migration)s). Install that version, then restore.")
            % {"migration": unknown[0]}
        )


def restore(directory: Path, say: Say, *, keep_copy: bool = True) -> Manifest:
    """Replace this installation's register by the backup's. Raises BackupError; then nothing was replaced."""
    directory = directory.expanduser().absolute()
    say(_("looking at the backup"))
    manifest = examine(directory)
    now = timezone.now()
    before = _lay_aside(now, say) if keep_copy and engine().exists() else _facts_before()
    say(_("bringing the files back"))
    brought = sum(
        data_files.copy_back(directory, file)
        for file in manifest.files
        if file.path.startswith("data/") and not file.path.endswith(data_files.HEADS)
    )
    say(_("%(count)d files were missing or different") % {"count": brought})
    say(_("replacing the database"))
    engine().replace(directory / manifest.database, manifest.facts)
    _restore_heads(directory, manifest, now)
    if pending_migrations():
        say(_("bringing the tables up to date"))
        call_command("migrate", interactive=False, verbosity=0)
    engine().settle()
    _record(manifest, before, say)
    return manifest


def _facts_before() -> Facts:
    return engine().facts_now() if engine().exists() else Facts()


def _lay_aside(now: datetime, say: Say) -> Facts:
    """Keep a copy of the database that is about to be replaced."""
    aside = Path(settings.DATA_DIR) / f"{data_files.REPLACED}{now:%Y%m%d-%H%M%S}"
    try:
        aside.mkdir(mode=0o700)
        facts: Facts = engine().dump(aside)
    except (OSError, BackupError) as error:
        shutil.rmtree(aside, ignore_errors=True)
        raise BackupError(
            _("The register as it is could not be laid aside (%(error)s); nothing was restored.") % {"error": error}
        ) from error
    say(_("the database as it was lies in %(directory)s") % {"directory": aside})
    return facts


def _restore_heads(directory: Path, manifest: Manifest, now: datetime) -> None:
    data_files.keep_heads(f"{now:%Y%m%d-%H%M%S}")
    for file in manifest.files:
        if file.path == f"data/{data_files.HEADS}":
            data_files.copy_back(directory, file)


def _record(manifest: Manifest, before: Facts, say: Say) -> None:
    """Write into each chain that it was restored, from when, and where the replaced chain ended.

    Not where another key signed it: a new head would hide that.
    """
    if manifest.ledger_key != key_mark():
        say(
            _(
                "LEDGER_KEY here is not the key that signed this ledger: put the old machine's key into ledger.key, "
                "or verify_ledger will not pass"
            )
        )
        return
    replaced = {head["authority"]: head for head in before.heads}
    day = timezone.localtime(datetime.fromisoformat(manifest.made_at))
    for authority in Authority.objects.order_by("pk"):
        reason = _("Restored from the backup of %(day)s") % {"day": f"{day:%d/%m/%Y %H:%M}"}
        with act(actor=system_user(), authority=authority, kind="register.restored", reason=reason) as ledger:
            ledger.note(backup_of=manifest.made_at, replaced=_end_of(replaced.get(authority.code)))


def _end_of(head: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"sequence": head["sequence"], "digest": head["digest"]} if head else None
