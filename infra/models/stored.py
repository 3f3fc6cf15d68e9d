"""How PostgreSQL stores columns of bytes that are compressed already: as they are.

Left to itself it tries to compress them once more, for nothing. Installed after every ``migrate``, like the guards on
geometry.
"""

from collections.abc import Collection

from django.db.backends.base.base import BaseDatabaseWrapper

#: (table, column)
_COMPRESSED = (("infra_keptlook", "data"),)
_HOW = "SELECT attstorage FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s"
_AS_IT_IS = "e"


def bytes_install(connection: BaseDatabaseWrapper, tables: Collection[str]) -> None:
    """Say it of those of *tables* that do not know yet."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table, column in _COMPRESSED:
            if table in tables:
                cursor.execute(_HOW, [table, column])
                if cursor.fetchone() != (_AS_IT_IS,):
                    cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STORAGE EXTERNAL')
