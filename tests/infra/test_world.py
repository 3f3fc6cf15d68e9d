"""The world that other tests stand on: written through the ledger, and a person sees what the role allows."""

import pytest
from django.core.management import call_command

from infra.models import Installation, Permit, Site
from tests.world import World


def codes(person: object) -> set[str]:
    return set(Site.objects.visible_to(person).values_list("code", flat=True))


def test_the_world_is_written_through_the_ledger(world: World) -> None:
    call_command("verify_ledger", verbosity=0)
    assert Installation.version_model.objects.filter(valid_to__isnull=True).count() == Installation.objects.count()


def test_a_shared_site_is_seen_by_both_operators(world: World) -> None:
    assert codes(world.owner) == codes(world.colleague) == {"HYN-00001", "HYN-00002", "HPG-00001"}
    assert codes(world.stranger) == {"HYN-00001", "HYN-00003"}


@pytest.mark.parametrize("role", ["inspector", "officer", "manager", "admin", "auditor"])
def test_staff_see_their_own_register_only(world: World, role: str) -> None:
    assert codes(getattr(world, role)) == {"HYN-00001", "HYN-00002", "HYN-00003"}


def test_a_territory_bounds_what_its_officer_sees(world: World) -> None:
    assert codes(world.local_officer) == {"HYN-00001"}
    assert codes(world.foreign_officer) == {"HPG-00001"}
    assert codes(world.outsider) == set()
    assert not Permit.objects.visible_to(world.outsider).exists()
