"""What every test finds: the chosen database made once, and nothing left over from a run that was killed."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

pytest_plugins = ["tests.world"]

SQLITE_COMPANIONS = ("-wal", "-shm", "-journal")


def _test_file(suffix: str | None) -> Path | None:
    """The file of the SpatiaLite test database (a worker of xdist has its own), or None on PostGIS."""
    name = str(settings.DATABASES["default"]["TEST"]["NAME"])
    if not name.endswith(".sqlite3"):
        return None
    return Path(f"{name}_{suffix}" if suffix else name)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """A killed run leaves its write-ahead log behind; SQLite would play it into the new file."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    file = _test_file(worker)
    if file is None or (request.config.getoption("reuse_db") and file.exists()):
        return
    for companion in SQLITE_COMPANIONS:
        Path(f"{file}{companion}").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Cached tiles and counts of one test must not answer the next."""
    cache.clear()


@pytest.fixture
def on_postgis() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgis")
