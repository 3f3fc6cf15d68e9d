"""The world, with the lists that operators' files refer to and communes of the past."""

from datetime import date

import pytest

from infra.models import InstallationStatus, RegistrySeries, UnitSuccession
from tests import factories as make
from tests.world import World, square


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
