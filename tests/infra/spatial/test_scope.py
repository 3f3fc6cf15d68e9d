"""``scope_condition`` and ``visible_to`` are two spellings of one answer, for every person and every collection."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models

from infra.access import PATHS, Paths, Scope, scope_of
from infra.models import BaseStation, Installation, Site, SiteVersion, User
from infra.spatial import sql
from infra.spatial.scope import scope_condition
from infra.spatial.tables import core
from tests.world import World

PEOPLE = (
    "owner",
    "colleague",
    "stranger",
    "inspector",
    "officer",
    "manager",
    "admin",
    "auditor",
    "local_officer",
    "foreign_officer",
    "outsider",
)


def scoped_models() -> list[type[models.Model]]:
    nouns = [apps.get_model(label) for label in PATHS if label.startswith("infra.")]
    return [*nouns, *(noun.version_model for noun in nouns if hasattr(noun, "version_model"))]


def seen(model: type[models.Model], scope: Scope) -> set[object]:
    table = core(model)
    condition = scope_condition(table, scope)
    statement = sa.select(*table.primary_key.columns)
    return {pk for (pk,) in sql.read(statement if condition is None else statement.where(condition))}


@pytest.mark.parametrize("person", PEOPLE)
def test_a_person_sees_the_same_through_both(world: World, person: str) -> None:
    user = getattr(world, person)
    for model in scoped_models():
        expected = set(model.objects.visible_to(user).values_list("pk", flat=True))
        assert seen(model, scope_of(user)) == expected, model.__name__


def test_nobody_and_the_superuser_see_the_same_through_both(world: World) -> None:
    root = User.objects.create_superuser("root")
    for person in (AnonymousUser(), root):
        for model in scoped_models():
            expected = set(model.objects.visible_to(person).values_list("pk", flat=True))
            assert seen(model, scope_of(person)) == expected, model.__name__


def test_the_three_see_what_is_theirs(world: World) -> None:
    owner, stranger = scope_of(world.owner), scope_of(world.stranger)
    assert world.station.pk in seen(BaseStation, owner) - seen(BaseStation, stranger)
    assert seen(BaseStation, scope_of(world.colleague)) == seen(BaseStation, owner)
    assert world.harbour.pk in seen(Site, owner) & seen(Site, stranger)
    assert seen(Installation, Scope()) == set()


def test_versions_follow_the_noun_through_relations(world: World) -> None:
    versions = SiteVersion.objects.filter(noun_id=world.citadel.pk).values_list("pk", flat=True)
    assert set(versions) <= seen(SiteVersion, scope_of(world.owner))
    assert not set(versions) & seen(SiteVersion, scope_of(world.stranger))


def test_a_table_that_nobody_declared_is_refused() -> None:
    from infra.models import LedgerHead

    with pytest.raises(KeyError):
        scope_condition(core(LedgerHead), Scope(everything=True))


def test_fields_of_inspection_narrow_what_a_grant_reaches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: Paths = replace(PATHS["infra.installation"], field_path="kind")
    monkeypatch.setitem(PATHS, "infra.installation", paths)
    scope = scope_of(world.inspector)
    narrowed = replace(scope, grants=tuple(replace(g, fields=frozenset({"postal_point"})) for g in scope.grants))
    assert seen(Installation, narrowed) == {world.postal_point.pk}
