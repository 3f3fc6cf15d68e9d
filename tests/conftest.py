"""What every test finds: the chosen database made once, and nothing left over from a run that was killed."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests import database

pytest_plugins = ["tests.world"]


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """The test database, copied from a template of this state of the code."""
    verbosity = request.config.option.verbose
    with django_db_blocker.unblock():
        configured = database.make(verbosity)
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(configured, verbosity)


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Cached tiles and counts of one test must not answer the next."""
    cache.clear()


@pytest.fixture
def on_postgis() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgis")
