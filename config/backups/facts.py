"""What a copied database says of itself, asked the same way of both engines."""

from collections.abc import Callable, Iterable
from typing import Any

from config.backups.manifest import Facts

HEADS = (
    "SELECT a.code, h.sequence, h.digest, h.signature FROM infra_ledgerhead h "
    "JOIN infra_authority a ON a.id = h.authority_id ORDER BY a.code"
)
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"
COUNTED = ("infra_site", "infra_installation", "infra_changerecord", "infra_attachment")

Rows = Callable[[str], Iterable[tuple[Any, ...]]]


def facts_of(rows: Rows) -> Facts:
    """Return the facts of the database that *rows* reads."""
    migrations: dict[str, list[str]] = {}
    for app, name in rows(MIGRATIONS):
        migrations.setdefault(app, []).append(name)
    return Facts(
        heads=[
            {"authority": code, "sequence": sequence, "digest": digest, "signature": signature}
            for code, sequence, digest, signature in rows(HEADS)
        ],
        migrations=migrations,
        rows={table: next(iter(rows(f"SELECT count(*) FROM {table}")))[0] for table in COUNTED},  # noqa: S608 (ours)
    )
