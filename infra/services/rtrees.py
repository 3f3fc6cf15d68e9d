"""Many shapes entered into an R-tree of SQLite at once (SpatiaLite's spatial index).

The R-tree module writes a node, its key and its ancestors for every single shape, which costs more than the row itself.
A large part of a tree is entered as whole leaves instead, packed along a curve through space, and the levels above all
leaves, old and new, are made anew. The layout of the three tables behind a tree is part of SQLite's file format
("R*Tree Module", section 6); ``rtreecheck()`` proves the result in the tests.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

#: a smaller part of a tree is entered shape by shape: leaves of shapes far apart would be large ones
SHARE = 0.1
#: how full nodes are made: the next shapes find room in them
FILL = 0.8
_CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
_HEADER = 4
_ROOT = 1

Boxes = NDArray[np.float64]
_Keys = NDArray[np.int64]


def shapes_enter(cursor: CursorWrapper, index: str, ids: Sequence[int], boxes: Boxes) -> None:
    """Enter shapes into the R-tree *index* (a quoted name); *boxes* holds west, east, south, north of each.

    None of *ids* may stand in the index.
    """
    tree = _Tree(cursor, index)
    if tree.depth == 0 or len(ids) < SHARE * tree.count():
        statement = f"INSERT INTO {index} (pkid, xmin, xmax, ymin, ymax) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608 -- our own names
        cursor.executemany(statement, [(pk, *box) for pk, box in zip(ids, boxes.tolist(), strict=True)])
        return
    tree.pack(np.asarray(ids, dtype=np.int64), boxes)


class _Tree:
    """The tables behind an R-tree: nodes (cells of key and box), the leaf of each shape, the parent of each node."""

    def __init__(self, cursor: CursorWrapper, index: str) -> None:
        self.cursor = cursor
        self.nodes, self.leaves, self.parents = (
            f'"{index.strip(chr(34))}_{name}"' for name in ("node", "rowid", "parent")
        )
        self.index = index
        (root,) = self._asked(f"SELECT data FROM {self.nodes} WHERE nodeno = {_ROOT}")[0]  # noqa: S608 -- our own names
        self.depth = int.from_bytes(root[:2], "big")
        self.size = len(root)
        self.many = int((self.size - _HEADER) // _CELL.itemsize * FILL)

    def _asked(self, statement: str) -> list[Any]:
        self.cursor.execute(statement)
        return self.cursor.fetchall()

    def count(self) -> int:
        return int(self._asked(f"SELECT count(*) FROM {self.leaves}")[0][0])  # noqa: S608 -- our own names

    def pack(self, ids: _Keys, boxes: Boxes) -> None:
        """Add leaves of *ids*, then make the levels above all leaves anew."""
        numbers, bounds = self._standing_leaves()
        rounded = _rounded(boxes)
        order = _along_curve(rounded)
        fresh, fresh_bounds = self._write(ids[order], rounded[order], self.leaves)
        self.cursor.execute(f"DELETE FROM {self.parents}")  # noqa: S608 -- our own names
        numbers, bounds = np.concatenate([numbers, fresh]), np.concatenate([bounds, fresh_bounds])
        depth = 1
        while len(numbers) > self.many:
            order = _along_curve(bounds)
            numbers, bounds = self._write(numbers[order], bounds[order], self.parents)
            depth += 1
        self._put([_ROOT], [self._node(numbers, bounds, depth)])
        self._link(self.parents, numbers, np.full(len(numbers), _ROOT))

    def _standing_leaves(self) -> tuple[_Keys, NDArray[np.float32]]:
        """Return number and box of each leaf; take the levels above them out."""
        above = f"SELECT DISTINCT parentnode FROM {self.parents}"  # noqa: S608 -- our own names
        found = self._asked(f"SELECT nodeno, data FROM {self.nodes} WHERE nodeno NOT IN ({above})")  # noqa: S608 -- same
        self.next = int(self._asked(f"SELECT max(nodeno) + 1 FROM {self.nodes}")[0][0])  # noqa: S608 -- same
        self.cursor.execute(f"DELETE FROM {self.nodes} WHERE nodeno <> {_ROOT} AND nodeno IN ({above})")  # noqa: S608 -- same
        boxes = [
            np.frombuffer(data, dtype=_CELL, offset=_HEADER, count=int.from_bytes(data[2:4], "big"))["box"]
            for _number, data in found
        ]
        starts = np.cumsum([0, *map(len, boxes)])[:-1]
        return np.array([number for number, _data in found], dtype=np.int64), _around(np.concatenate(boxes), starts)

    def _write(self, ids: _Keys, boxes: NDArray[np.float32], link: str) -> tuple[_Keys, NDArray[np.float32]]:
        """Write nodes of *ids* in their order, and in *link* which node holds each; return their numbers and boxes."""
        parts = -(-len(ids) // self.many)
        starts = np.linspace(0, len(ids), parts, endpoint=False).astype(np.int64)
        ends = np.append(starts[1:], len(ids))
        numbers = np.arange(self.next, self.next + parts)
        self.next += parts
        data = [self._node(ids[a:b], boxes[a:b], depth=0) for a, b in zip(starts, ends, strict=True)]
        self._put(numbers.tolist(), data)
        self._link(link, ids, np.repeat(numbers, ends - starts))
        return numbers, _around(boxes, starts)

    def _node(self, ids: _Keys, boxes: NDArray[np.float32], depth: int) -> bytes:
        """Return a node as the file keeps it; only the root tells the tree's depth."""
        cells = np.empty(len(ids), dtype=_CELL)
        cells["id"], cells["box"] = ids, boxes
        return (depth.to_bytes(2, "big") + len(ids).to_bytes(2, "big") + cells.tobytes()).ljust(self.size, b"\0")

    def _put(self, numbers: list[int], data: list[bytes]) -> None:
        statement = f"INSERT OR REPLACE INTO {self.nodes} (nodeno, data) VALUES (%s, %s)"  # noqa: S608 -- our own names
        self.cursor.executemany(statement, list(zip(numbers, data, strict=True)))

    def _link(self, table: str, ids: _Keys, nodes: _Keys) -> None:
        column = "rowid, nodeno" if table == self.leaves else "nodeno, parentnode"
        order = np.argsort(ids)
        pairs = list(zip(ids[order].tolist(), nodes[order].tolist(), strict=True))
        self.cursor.executemany(f"INSERT INTO {table} ({column}) VALUES (%s, %s)", pairs)  # noqa: S608 -- our own names


def _rounded(boxes: Boxes) -> NDArray[np.float32]:
    """Return *boxes* with 32 bits, never smaller than they were."""
    near = boxes.astype(np.float32)
    lower, upper = np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))
    is_least = np.array([True, False, True, False])
    return np.where(is_least, np.where(near > boxes, lower, near), np.where(near < boxes, upper, near))


def _around(boxes: NDArray[np.float32], starts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the box around each run of *boxes* that begins at one of *starts*."""
    least, most = np.minimum.reduceat(boxes, starts), np.maximum.reduceat(boxes, starts)
    return np.column_stack([least[:, 0], most[:, 1], least[:, 2], most[:, 3]])


def _along_curve(boxes: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the order of *boxes* along a Z-order curve through their middles: neighbours come together."""
    middles = np.column_stack([boxes[:, 0] + boxes[:, 1], boxes[:, 2] + boxes[:, 3]]).astype(np.float64)
    wide = np.ptp(middles, axis=0)
    grid = ((middles - middles.min(axis=0)) / np.where(wide > 0, wide, 1) * 0xFFFF).astype(np.uint64)
    return np.argsort(_spread(grid[:, 0]) | (_spread(grid[:, 1]) << np.uint64(1)), kind="stable")


def _spread(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero after each of the 16 bits of *values*."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values
