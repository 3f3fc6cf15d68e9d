"""Questions that are compiled once give what Django's own querysets give, on both databases."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from infra.models import Installation, Membership, User
from infra.questions import Question, asked, plans_kept
from inspections.models import Inspection
from tests.world import World

pytestmark = pytest.mark.django_db


def test_columns_come_in_the_types_of_the_queryset(world: World) -> None:
    day = timezone.localdate()
    columns = ("pk", "role", "fields", "valid_from", "valid_to", "user__date_joined", "user__is_active")
    question = Question(
        lambda: Membership.objects.filter(user=asked("user")).in_force(asked("day")).values_list(*columns)
    )
    for person in (world.inspector, world.officer):
        expected = list(Membership.objects.filter(user=person).in_force(day).values_list(*columns))
        assert expected
        with plans_kept():
            assert question.rows(user=person.pk, day=day) == expected
        assert question.rows(user=person.pk, day=day) == expected
    assert question.rows(user=world.inspector.pk, day=day - timedelta(days=40_000)) == []


def test_positions_and_whole_rows_come_back(world: World) -> None:
    question = Question(lambda: Installation.objects.filter(pk=asked("pk")).values_list("pk", "position"))
    row = Installation.objects.order_by("pk")[0]
    assert question.first(pk=row.pk) == (row.pk, row.position)
    users = Question(lambda: User.objects.filter(username=asked("name")))
    (found,) = users.found(User, name=world.inspector.username)
    assert (found, found.display_name, found.date_joined) == (
        world.inspector, world.inspector.display_name, world.inspector.date_joined,
    )  # fmt: skip


def test_whether_there_is_a_row_is_asked_by_value(world: World) -> None:
    known = Question(lambda: Inspection.objects.filter(uuid=asked("uuid")), whether=True)
    assert not known.holds(uuid=uuid.uuid4())
    has = Question(lambda: User.objects.filter(username=asked("name")), whether=True)
    assert has.holds(name=world.inspector.username)
    assert not has.holds(name="' OR 1=1 --")


def test_a_question_that_nothing_can_answer_is_not_asked(world: World) -> None:
    question = Question(lambda: User.objects.filter(pk__in=(), username=asked("name")))
    with CaptureQueriesContext(connection) as sent:
        assert question.rows(name=world.inspector.username) == []
    assert len(sent) == 0


def test_kept_plans_end_with_the_block(world: World) -> None:
    before = getattr(connection.connection, "cursor_factory", None)
    with plans_kept():
        inside = getattr(connection.connection, "cursor_factory", None)
        assert (inside is not before) == (connection.vendor == "postgresql")
        assert User.objects.get(pk=world.inspector.pk) == world.inspector
    assert getattr(connection.connection, "cursor_factory", None) is before
    with pytest.raises(User.DoesNotExist), plans_kept():
        User.objects.get(username="nobody")
    assert getattr(connection.connection, "cursor_factory", None) is before
