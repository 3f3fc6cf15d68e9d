"""Is the process up, and can it answer? Two addresses for whoever watches the machine; both need no account."""

import logging
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config import workers

logger = logging.getLogger(__name__)

# Below this the register may fail in the middle of a write: SQLite needs room for its log, uploads for their files.
LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    reason: str


class _Seen:
    """A migrated database stays migrated while this process lives: the answer is looked up until it is yes."""

    migrated = False


def pending_migrations() -> list[str]:
    """Names (``app.0001_initial``) of migrations that the database still lacks."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def check_database() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return Check("database", True, _("the database answers"))


def check_migrations() -> Check:
    if not _Seen.migrated:
        pending = pending_migrations()
        if pending:
            return Check("migrations", False, _("%(count)d migrations are not applied") % {"count": len(pending)})
        _Seen.migrated = True
    return Check("migrations", True, _("the tables are up to date"))


def check_worker() -> Check:
    alive = len(workers.living_workers())
    if not alive:
        return Check("worker", False, _("no background worker is running"))
    return Check("worker", True, _("%(count)d background workers are running") % {"count": alive})


def check_disk() -> Check:
    free = shutil.disk_usage(settings.DATA_DIR).free
    words = {"free": free // 1024**2}
    if free < LEAST_FREE_BYTES:
        return Check("disk", False, _("only %(free)d MB are free where the data is kept") % words)
    return Check("disk", True, _("%(free)d MB are free where the data is kept") % words)


CHECKS: dict[str, Callable[[], Check]] = {
    "database": check_database,
    "migrations": check_migrations,
    "worker": check_worker,
    "disk": check_disk,
}


def checks() -> list[Check]:
    """Every check, in order. What a check cannot find out counts as not ready."""
    results = []
    for name, check in CHECKS.items():
        try:
            results.append(check())
        except (DatabaseError, OSError) as error:
            logger.warning("health check %s failed: %s", name, error)
            reason = _("the database does not answer") if isinstance(error, DatabaseError) else _("cannot be checked")
            results.append(Check(name, False, reason))
    return results


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as the process can answer at all."""
    return JsonResponse({"status": "up"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when migrated and able to answer (database, worker, disk), else 503; with the reasons in words."""
    results = checks()
    is_ready = all(check.ok for check in results)
    body = {"status": "ready" if is_ready else "not ready", "checks": [asdict(check) for check in results]}
    response = JsonResponse(body, status=200 if is_ready else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # "not yet" is an answer here, no server error
    return response
