"""pygeoapi over the peers' table: the configuration it wants, the description it makes of that, the server."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from config.benchmarks import peer_table, servers
from config.benchmarks.servers import Server

_DESCRIBE = "import sys; from pygeoapi import cli; sys.argv[0] = 'pygeoapi'; cli()"


@contextmanager
def pygeoapi_peer(default: int, most: int) -> Iterator[Server]:
    """Run pygeoapi under gunicorn, with *default* features a page and *most* at a time."""
    port, python = servers.free_port(), servers.peers_python()
    assert python is not None
    with tempfile.TemporaryDirectory() as folder:
        configuration, description = Path(folder) / "configuration.yml", Path(folder) / "openapi.yml"
        configuration.write_text(json.dumps(_configuration(port, default, most)))  # JSON is YAML
        env = {"PYGEOAPI_CONFIG": str(configuration), "PYGEOAPI_OPENAPI": str(description)}
        describe = [python, "-c", _DESCRIBE, "openapi", "generate", str(configuration)]
        describe += ["--output-file", str(description)]
        subprocess.run(describe, env=env, check=True, capture_output=True)  # noqa: S603 -- our own command
        serve = [python, "-m", "gunicorn", "pygeoapi.flask_app:APP", "-b", f"127.0.0.1:{port}", "-w", "1"]
        with servers.running([*serve, "--timeout", "900"], port, env, cwd=Path(folder)) as server:
            yield server


def _configuration(port: int, default: int, most: int) -> dict[str, Any]:
    limits = {"default_items": default, "max_items": most, "on_exceed": "throttle"}
    address = f"http://127.0.0.1:{port}"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": address,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "language": "en-US",
            "map": {"url": f"{address}/{{z}}/{{x}}/{{y}}.png", "attribution": "none"},
            "limits": limits,
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "peer",
                "description": "peer",
                "keywords": ["peer"],
                "terms_of_service": "none",
                "url": address,
            },
            "license": {"name": "none", "url": address},
            "provider": {"name": "peer", "url": address},
            "contact": {"name": "peer"},
        },
        "resources": {"stations": _stations(limits)},
    }


def _stations(limits: dict[str, Any]) -> dict[str, Any]:
    where = urlsplit(servers.dsn())
    data = {
        "host": where.hostname or "localhost",
        "port": where.port or 5432,
        "dbname": where.path.lstrip("/"),
        "user": unquote(where.username or ""),
        "password": unquote(where.password or ""),
        "search_path": ["public"],
    }
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": data,
        "id_field": "id",
        "table": peer_table.TABLE,
        "geom_field": "geom_4326",
        "properties": list(peer_table.FEATURE_FIELDS),
    }
    extent = {"bbox": [-180, -90, 180, 90], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
    return {
        "type": "collection",
        "title": "stations",
        "description": "stations",
        "keywords": ["stations"],
        "links": [],
        "extents": {"spatial": extent},
        "limits": limits,
        "providers": [provider],
    }
