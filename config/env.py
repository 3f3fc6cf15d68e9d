"""Typed readers of the environment. A wrong value stops the start with one sentence that names the variable."""

import math
import os
import re
import secrets
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

KEY_BYTES = 48
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})
OBJECT_STORES = frozenset({"s3", "gs", "gcs", "abfs", "az", "memory"})
POSTGIS_SCHEMES = frozenset({"postgis", "postgresql", "postgres"})
SPATIALITE_SCHEMES = frozenset({"spatialite", "sqlite"})
POSTGIS_OPTIONS = frozenset(
    {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "prepared"}
)
# The register's reads repeat few statements with other values: the server plans them once for a connection.
PREPARE_FROM = 2
# jit and parallel workers double the time of mid-zoom tiles on the short statements of a register.
# Cursors are for what is read to its end: PostgreSQL plans them for a first tenth otherwise.
# Days that PostgreSQL writes into texts are written as ISO 8601 does, whatever the server is used to.
POSTGIS_SESSION = "-c jit=off -c max_parallel_workers_per_gather=0 -c cursor_tuple_fraction=1 -c DateStyle=ISO"
# A writer may hold SQLite's lock for half a minute while a large submission is applied: wait for it.
SPATIALITE_TIMEOUT_S = 60
# Temporary things go to a file: the journal of a savepoint kept in memory is walked from its start by every statement
# (memjrnlTruncate), so that a large submission would take the square of its rows.
SPATIALITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE; "
    "PRAGMA journal_size_limit=67108864"
)


class WrongSettingError(SystemExit):
    """Stops the process with one sentence on stderr and exit code 1."""


def stop(sentence: str) -> NoReturn:
    raise WrongSettingError(sentence)


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    folded = value.strip().lower()
    if folded in TRUE:
        return True
    if folded in FALSE:
        return False
    stop(f"{name} must be 1 or 0, not “{value}”.")


def integer(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        stop(f"{name} must be a whole number from {least} to {most}, not “{value}”.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty words."""
    return [word for part in text(name, default).split(",") if (word := part.strip())]


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name) or default
    if value not in allowed:
        stop(f"{name} must be one of {', '.join(allowed)}, not “{value}”.")
    return value


def unit_codes(name: str, default: str) -> list[str]:
    """Codes of administrative units: digits, separated by commas."""
    codes = words(name, default)
    wrong = [code for code in codes if not (code.isascii() and code.isdigit())]
    if wrong or not codes:
        stop(f"{name} must be unit codes made of digits, separated by commas, not “{text(name)}”.")
    return codes


def host_names(name: str, default: str) -> list[str]:
    names = words(name, default)
    for host in names:
        bare = re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9A-Fa-f:.]+\]", host)
        if bare is None:
            stop(f"{name} must be host names without scheme or port, separated by commas, not “{host}”.")
    return names


def origins(name: str) -> list[str]:
    """Origins (scheme and host) that may post forms to us through a proxy."""
    found = words(name)
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            stop(f"{name} must be origins such as https://sotram.example.vn, separated by commas, not “{origin}”.")
    return found


#: how WMTS calls zoom, column and row; of several equal hosts ({s}) one does
WMTS_NAMES = {"{tilematrix}": "{z}", "{tilecol}": "{x}", "{tilerow}": "{y}", "{s}": "a"}


def background(name: str, served_at: str) -> tuple[str, Path | None]:
    """The address of background tiles with ``{z}``, ``{x}`` and ``{y}``, empty for none, and their file if ours.

    The variable holds such an address, one of a WMTS with ``{TileMatrix}``, ``{TileCol}`` and ``{TileRow}``, the
    address of a PMTiles file, which the browser reads by ranges, or the path of one, whose tiles are then served at
    *served_at*.
    """
    value = text(name)
    if value.endswith(".pmtiles") and value.startswith(("https://", "http://")):
        return value, None
    if value.endswith(".pmtiles"):
        path = Path(value).expanduser()
        if not (path.is_absolute() and path.is_file()):
            stop(f"{name} must name a PMTiles file by its whole path; {value} is none.")
        return served_at, path
    value = re.sub(r"\{\w+\}", lambda found: WMTS_NAMES.get(found[0].lower(), found[0]), value)
    if value and not (value.startswith(("https://", "http://", "/")) and all(f"{{{v}}}" in value for v in "xyz")):
        stop(
            f"{name} must be an address with {{z}}, {{x}} and {{y}} in it, such as https://host/{{z}}/{{x}}/{{y}}.png, "
            f"or with {{TileMatrix}}, {{TileCol}} and {{TileRow}}, or the path or the address of a .pmtiles file."
        )
    return value, None


def tile_origins(address: str) -> list[str]:
    """The origin of *address* for the content security policy; none for our own."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def folder(name: str, default: Path) -> Path:
    """A directory we can write to; made when missing."""
    value = text(name)
    path = Path(value).expanduser().resolve() if value else default
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        stop(f"{name} must be a directory that can be made and written to; {path} cannot: {error.strerror}.")
    if not os.access(path, os.W_OK | os.X_OK):
        stop(f"{name} must be a directory that can be written to; {path} cannot.")
    return path


def file(name: str, default: str, base: Path) -> Path:
    """A file that we can read, named from *base*; the default need not exist."""
    value = text(name)
    if not value:
        return base / default
    path = base.joinpath(Path(value).expanduser()).resolve()
    if not (path.is_file() and os.access(path, os.R_OK)):
        stop(f"{name} must be a file that can be read; {path} cannot.")
    return path


def store(name: str, default: Path) -> str:
    """A folder that we can write to, or the address of an object store (``s3://bucket/prefix``)."""
    value = text(name)
    scheme, separator, rest = value.partition("://")
    if not separator:
        return str(folder(name, default))
    if scheme not in OBJECT_STORES or not rest:
        stop(f"{name} must be a folder or an address such as s3://bucket/prefix, not “{value}”.")
    return value


def web_address(name: str) -> str:
    """Under which address people reach the program, for links in e-mails; empty for none."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query):
        stop(f"{name} must be an address such as https://sotram.example.vn, not “{value}”.")
    return value


def mail(name: str) -> dict[str, object]:
    """Django's settings for sending e-mail through ``smtp://user:password@host:port?tls=1``; empty sends none."""
    address = text(name)
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend", "EMAIL_HOST": ""}
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        stop(f"{name} must be an address such as smtp://user:password@host:587?tls=1.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and dict(parse_qsl(parts.query)).get("tls") in TRUE,
        "EMAIL_TIMEOUT": 20,
    }


def scheduler(name: str) -> str:
    """The address of a Dask scheduler; empty for none."""
    value = text(name)
    if value and not re.fullmatch(r"(tcp|tls|ws|wss|ucx)://[\w.\[\]:-]+:\d+", value):
        stop(f"{name} must be the address of a scheduler such as tcp://10.0.0.5:8786, not “{value}”.")
    return value


def place(name: str, default: tuple[float, float]) -> tuple[float, float]:
    """A longitude and a latitude in degrees, separated by a comma."""
    value = text(name)
    if not value:
        return default
    try:
        lon, lat = (float(part) for part in value.split(","))
    except ValueError:
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -85 <= lat <= 85):
        stop(f"{name} must be a longitude and a latitude in degrees such as 106,16, not “{value}”.")
    return lon, lat


def secret(name: str, keep_in: Path, *, least: int = 32) -> str:
    """A key from the environment, or from a file of ours that only its owner can read; made at the first start."""
    value = text(name)
    if value:
        if len(value) < least:
            stop(f"{name} must have at least {least} characters; this one has {len(value)}.")
        return value
    if not keep_in.exists():
        _keep_secret(keep_in)
    kept = keep_in.read_text("ascii").strip()
    if len(kept) < least:
        stop(f"{keep_in} must hold a key of at least {least} characters; delete it to have a new one made.")
    return kept


def _keep_secret(path: Path) -> None:
    """Write a new key; when two processes start at once the first one wins and both read the same."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(KEY_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def database(name: str, data_dir: Path) -> dict[str, object]:
    """Django's settings of the one database: a SpatiaLite file in ``data_dir``, or what the address says."""
    address = text(name)
    if not address:
        return _spatialite(data_dir / "sotram.sqlite3")
    scheme = address.partition(":")[0]
    if scheme in POSTGIS_SCHEMES:
        return _postgis(name, address)
    if scheme in SPATIALITE_SCHEMES:
        path = unquote(urlsplit(address).path)
        if not path.strip("/") or urlsplit(address).netloc:
            stop(f"{name} must name a file, such as spatialite:////srv/sotram/sotram.sqlite3.")
        return _spatialite(Path(path[1:] if path.startswith("//") else path))
    stop(f"{name} must start with postgis:// or spatialite:///, not “{scheme}”.")


def _spatialite(path: Path) -> dict[str, object]:
    return {
        "ENGINE": "config.spatialite",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": SPATIALITE_TIMEOUT_S,
            # A deferred transaction that reads and then writes fails at once when another one wrote in between.
            "transaction_mode": "IMMEDIATE",
            "init_command": SPATIALITE_PRAGMAS,
        },
    }


def _postgis(name: str, address: str) -> dict[str, object]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        stop(f"{name} must be written as postgis://user:password@host:port/database.")
    options = dict(parse_qsl(parts.query))
    unknown = sorted(set(options) - POSTGIS_OPTIONS)
    if unknown:
        stop(f"{name} has an option that is not known: {unknown[0]}; known are {', '.join(sorted(POSTGIS_OPTIONS))}.")
    database_name = unquote(parts.path.lstrip("/"))
    if not database_name or "/" in database_name:
        stop(f"{name} must be written as postgis://user:password@host:port/database.")
    prepared = options.pop("prepared", "1").lower()
    if prepared not in TRUE | FALSE:
        stop(f"{name}: prepared must be 1 or 0, not “{prepared}”.")
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or (str(port) if port else ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": POSTGIS_SESSION,
            "prepare_threshold": PREPARE_FROM if prepared in TRUE else None,
            **options,
        },
    }
