"""The world, with the lists that operators' files refer to and communes of the past."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.models import InstallationStatus, RegistrySeries, UnitSuccession
from infra.submissions.columns import TABLES
from infra.submissions.draft import Draft, Surroundings
from infra.submissions.looking import Look, look
from tests import factories as make
from tests.world import World, square

TODAY = date(2026, 11, 23)


@pytest.fixture
def ground(world: World) -> World:
    """The world with lists, a limit for renewals, and two communes that Thái Thụy continues."""
    for code in ("A1b", "A2a", "A2b"):
        make.MastClassFactory(code=code)
    for code, name in (("operating", "Đang hoạt động"), ("suspended", "Tạm dừng"), ("decommissioned", "Đã tháo dỡ")):
        values = {"name_vi": name, "valid_from": make.LONG_AGO}
        InstallationStatus.objects.update_or_create(code=code, defaults=values)
    make.PermitKindFactory(code="verification_certificate")
    for series in ("site", "mast", "base_station"):  # the world numbered its own by hand
        RegistrySeries.objects.create(authority=world.authority, series=series, last=1000)
    with make.one_act(world.authority):
        old = [
            make.UnitFactory(
                code=code,
                name=name,
                full_name=full_name,
                parent=world.province,
                former_parents="Huyện Thái Thụy, Tỉnh Thái Bình",
                valid_from=date(2000, 1, 1),
                valid_to=date(2025, 7, 1),
                boundary=None,
            )
            for code, name, full_name in (
                ("12829", "Thụy Hải", "Xã Thụy Hải"),
                ("12832", "Diêm Điền", "Thị trấn Diêm Điền"),
            )
        ]
        make.UnitFactory(
            code="12865",
            name="Thụy Anh",
            full_name="Xã Thụy Anh",
            parent=world.province,
            boundary=square(106.5, 20.65, 0.1),
        )
    for unit in old:
        UnitSuccession.objects.create(old=unit, new=world.thai_thuy, on=date(2025, 7, 1), verified=True)
    return world


@pytest.fixture
def around(ground: World) -> Callable[..., Surroundings]:
    """Make the surroundings of a file of Viettel: ``around()``, ``around(kind="cells", crs="EPSG:9209")``."""

    def make_surroundings(kind: str = "stations", **changes: Any) -> Surroundings:
        values = {"organization": ground.viettel, "authority": ground.authority, "today": TODAY, **changes}
        return Surroundings(table=TABLES[kind], **values)

    return make_surroundings


@pytest.fixture
def looked(around: Callable[..., Surroundings]) -> Callable[..., Look]:
    """Look at a file: ``looked(path)``."""

    def look_at(path: Path, kind: str = "stations", **changes: Any) -> Look:
        return look(path, around(kind, **changes))

    return look_at


def codes(found: Look) -> dict[int | None, set[str]]:
    """Row number → codes of its problems."""
    by_row: dict[int | None, set[str]] = {}
    for problem in found.problems:
        by_row.setdefault(problem.row, set()).add(problem.code)
    return by_row


def place_of(draft: Draft, row: int) -> int:
    return int((draft.rows == row).nonzero()[0][0])
