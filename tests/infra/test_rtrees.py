"""Many shapes entered into an R-tree at once are found as those entered one by one; SQLite itself finds no fault."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from infra.services.rtrees import shapes_enter


class Tree:
    """An R-tree in memory, asked as Django's cursor is asked."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE shapes USING rtree(pkid, xmin, xmax, ymin, ymax)")
        self.boxes: dict[int, NDArray[np.float64]] = {}
        self.found: Any = None

    def execute(self, statement: str, params: Any = ()) -> None:
        self.found = self.database.execute(statement.replace("%s", "?"), params)

    def executemany(self, statement: str, rows: Any) -> None:
        self.database.executemany(statement.replace("%s", "?"), rows)

    def fetchall(self) -> Any:
        return self.found.fetchall()

    def enter(self, first: int, boxes: NDArray[np.float64]) -> None:
        ids = list(range(first, first + len(boxes)))
        shapes_enter(self, '"shapes"', ids, boxes)  # type: ignore[arg-type]
        self.boxes.update(zip(ids, boxes, strict=True))

    def within(self, west: float, east: float, south: float, north: float) -> set[int]:
        self.execute(
            "SELECT pkid FROM shapes WHERE xmax >= %s AND xmin <= %s AND ymax >= %s AND ymin <= %s",
            (west, east, south, north),
        )
        return {pk for (pk,) in self.fetchall()}

    def holds_what_it_should(self) -> bool:
        assert self.database.execute("SELECT rtreecheck('shapes')").fetchone() == ("ok",)
        every = np.array(list(self.boxes.values()))
        keys = np.array(list(self.boxes))
        for west, south in np.random.default_rng(1).uniform((102, 8), (109, 23), (40, 2)).tolist():
            east, north = west + 0.5, south + 0.5
            inside = (every[:, 1] >= west) & (every[:, 0] <= east) & (every[:, 3] >= south) & (every[:, 2] <= north)
            # 32-bit boxes are a metre larger at most: nothing is missed, and only neighbours of the edge come along
            found = self.within(west, east, south, north)
            assert set(keys[inside].tolist()) <= found
            assert len(found) - inside.sum() <= 2
        return set(self.boxes) == self.within(-180, 180, -90, 90)


@pytest.fixture
def tree() -> Iterator[Tree]:
    made = Tree()
    yield made
    made.database.close()


def points(count: int, seed: int) -> NDArray[np.float64]:
    x, y = np.random.default_rng(seed).uniform((102, 8), (109, 23), (count, 2)).T
    return np.column_stack([x, x, y, y])


def lines(count: int, seed: int) -> NDArray[np.float64]:
    long, high = np.random.default_rng(seed).uniform(0, 0.3, (count, 2)).T
    start = points(count, seed)
    return np.column_stack([start[:, 0], start[:, 0] + long, start[:, 2], start[:, 2] + high])


def test_a_part_that_is_large_is_packed_and_found(tree: Tree) -> None:
    tree.enter(1, points(700, seed=1))
    tree.enter(10_000, points(5_000, seed=2))
    tree.enter(20_000, lines(1_000, seed=3))
    assert tree.holds_what_it_should()


def test_a_packed_tree_takes_single_shapes_and_gives_them_back(tree: Tree) -> None:
    tree.enter(1, points(600, seed=4))
    tree.enter(10_000, points(4_000, seed=5))
    tree.enter(20_000, points(100, seed=6))  # few: one by one
    for pk in range(10_000, 13_000):
        tree.execute("DELETE FROM shapes WHERE pkid = %s", (pk,))
        del tree.boxes[pk]
    assert tree.holds_what_it_should()
    tree.enter(30_000, points(3_000, seed=7))
    assert tree.holds_what_it_should()


def test_all_shapes_at_one_place_are_kept(tree: Tree) -> None:
    tree.enter(1, np.tile([106.0, 106.0, 20.5, 20.5], (200, 1)))
    tree.enter(1_000, np.tile([106.0, 106.0, 20.5, 20.5], (2_000, 1)))
    assert tree.holds_what_it_should()


def test_an_empty_tree_takes_many(tree: Tree) -> None:
    tree.enter(1, points(1_500, seed=8))
    assert tree.holds_what_it_should()
