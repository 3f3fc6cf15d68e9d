"""The product's settings, with what a suite needs: own data directory and database, quick hashes, plain static files.

``DATABASE_URL`` chooses the database as for the product. ``TEST_DB_SUFFIX`` keeps suites that run side by side apart.
"""

import os
import tempfile
from pathlib import Path

SUFFIX = os.environ.get("TEST_DB_SUFFIX", "")
os.environ["DATA_DIR"] = os.environ.get("TEST_DATA_DIR") or str(
    Path(tempfile.gettempdir()) / f"sotram-tests-{os.getuid()}" / (SUFFIX or "suite")
)
os.environ.update(
    SECRET_KEY="a key for the tests only, long enough",
    LEDGER_KEY="a ledger key for the tests only, long",
    DEBUG="0",
    HTTPS="0",
    PROXIES="0",
    TERRITORY="33",
    DEFAULT_LANGUAGE="vi",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
)

from config.settings import *  # noqa: E402
from config.settings import DATA_DIR, DATABASES, STORAGES  # noqa: E402

SPATIALITE = str(DATABASES["default"]["ENGINE"]).endswith("spatialite")
DATABASES["default"]["TEST"] = {
    # A file, not memory: live-server threads each open the database for themselves.
    "NAME": str(DATA_DIR / f"test{SUFFIX}.sqlite3") if SPATIALITE else f"test_sotram{SUFFIX}",
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if SPATIALITE:
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"  # type: ignore[index]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of the lockout switch it on; everywhere else a client may sign in without a request.
AXES_ENABLED = False
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
