"""What every connection to the chosen database is given."""

import pytest
from django.conf import settings
from django.db import connection


@pytest.mark.django_db
def test_a_connection_keeps_what_the_settings_ask_of_it(on_postgis: bool) -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    with connection.cursor() as cursor:
        if on_postgis:
            cursor.execute("SHOW jit")
            assert cursor.fetchone() == ("off",)
        else:
            cursor.execute("PRAGMA busy_timeout")
            assert cursor.fetchone() == (options["timeout"] * 1000,)
