"""What is selected on the map in the modes of cases and coverage, and the page of a person's own files."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from infra.models import Site
from maps.models import CoverageMap, Export, ExportState
from tests import factories as make
from tests.inspections.cases import open_case
from tests.world import SignIn, World


def around(site: Site, half: float = 0.01) -> str:
    """Return a square around a site as the address carries it."""
    lon, lat = site.position.x, site.position.y
    corners = ((-half, -half), (half, -half), (half, half), (-half, half))
    return ";".join(f"{lon + x:.5f},{lat + y:.5f}" for x, y in corners)


def numbers(client: Client, **query: str) -> set[str]:
    answer = client.get("/cases/", {**query, "export": "csv"})
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    return {line.split(",")[0].strip("\ufeff\"") for line in text.splitlines()[1:] if line}
