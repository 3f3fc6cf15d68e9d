"""Mapbox Vector Tiles 2.1 from columns: what ``ST_AsMVT`` makes row by row, made for all rows of a tile at once.

Everything in a tile's feature is a varint. Rows become a matrix of numbers (one column a field, a mask for what a row
does not have), the matrix one run of varints, and lengths are sums over it; no row passes through Python by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.tiles.grid import EXTENT

Bytes = NDArray[np.uint8]
Numbers = NDArray[Any]
#: bytes of all rows side by side, and which of them count
Block = tuple[Bytes, NDArray[np.bool_]]
POINT, LINE, AREA = 1, 2, 3
MOVE_TO, LINE_TO, CLOSE = 1, 2, 7

#: field numbers with their wire types, as the protocol buffer writes them
_LAYER, _NAME, _FEATURE, _KEY, _VALUE, _EXTENT, _VERSION = 0x1A, 0x0A, 0x12, 0x1A, 0x22, 0x28, 0x78
_ID, _TAGS, _TYPE, _GEOMETRY = 0x08, 0x12, 0x18, 0x22
_TEXT, _DOUBLE, _INT, _BOOL = 0x0A, 0x19, 0x28, 0x38


@dataclass(frozen=True)
class Geometry:
    """Commands and parameters of all features in one run; ``counts`` says how many belong to each."""

    kind: int
    numbers: Numbers
    counts: Numbers


@dataclass(frozen=True)
class Coded:
    """A property whose values repeat: each row names its place in ``values``, -1 where it has none."""

    name: str
    places: Numbers
    values: Sequence[str | float]


@dataclass(frozen=True)
class Texts:
    """A property with a text of its own in each row: UTF-8 in one run and how many bytes each row has."""

    name: str
    run: Bytes
    lengths: Numbers


Property = Coded | Texts


def points(x: Numbers, y: Numbers) -> Geometry:
    """Return one point a row, in units of the tile."""
    numbers = np.empty((len(x), 3), dtype=np.uint64)
    numbers[:, 0] = MOVE_TO | (1 << 3)
    numbers[:, 1], numbers[:, 2] = zigzag(x), zigzag(y)
    return Geometry(POINT, numbers.reshape(-1), np.full(len(x), 3))


def zigzag(numbers: Numbers) -> Numbers:
    """Return signed numbers as unsigned ones, small where they were near zero."""
    signed = numbers.astype(np.int64)
    return ((signed << 1) ^ (signed >> 63)).astype(np.uint64)


def numbers(name: str, values: Numbers, present: Numbers | None = None) -> Coded:
    """Return a property of numbers; rows outside *present*, and NaN, have none."""
    there = np.ones(len(values), dtype=bool) if present is None else present.copy()
    if values.dtype.kind == "f":
        there &= ~np.isnan(values)
    places = np.full(len(values), -1, dtype=np.int64)
    different, inverse = np.unique(values[there], return_inverse=True)
    places[there] = inverse
    return Coded(name, places, different.tolist())


def values(name: str, column: Sequence[str | float | None]) -> Coded:
    """Return a property of any values; rows with None have none. 1, 1.0 and True stay apart."""
    known: dict[Any, int] = {}
    places = [-1 if value is None else known.setdefault((type(value), value), len(known)) for value in column]
    return Coded(name, np.array(places, dtype=np.int64), [value for _kind, value in known])


def encode(name: str, ids: Numbers, geometry: Geometry, properties: Sequence[Property]) -> bytes:
    """Return a tile with one layer; without rows there is no tile, and nothing is returned.

    *ids* are the features' numbers, at least zero.
    """
    if not len(ids):
        return b""
    tags, present, values, keys = _dictionary(len(ids), properties)
    features = _features(ids.astype(np.uint64), geometry, tags, present)
    body = b"".join(
        (
            _message(_NAME, name.encode()),
            features.tobytes(),
            *(_message(_KEY, key.encode()) for key in keys),
            *values,
            bytes((_EXTENT,)) + varint(EXTENT),
            bytes((_VERSION, 2)),
        )
    )
    return _message(_LAYER, body)


# --- Rows -------------------------------------------------------------------------------------------------------------


def _dictionary(rows: int, properties: Sequence[Property]) -> tuple[Numbers, Numbers, list[bytes], list[str]]:
    """Return key and value numbers of all rows, which of them are there, and the values and keys they point at."""
    tags = np.zeros((rows, 2 * len(properties)), dtype=np.uint64)
    present = np.zeros((rows, 2 * len(properties)), dtype=bool)
    values: list[bytes] = []
    known = 0
    for place, one in enumerate(properties):
        tags[:, 2 * place] = place
        if isinstance(one, Texts):
            column, there = np.arange(rows), one.lengths > 0
            column = np.cumsum(there) - 1
            texts = one.lengths[there]
            if len(texts):
                values.append(_text_values(one.run, texts).tobytes())
            added = len(texts)
        else:
            column, there, used = _used(one)
            values += [
                _COUNTS[value] if type(value) is int and 0 <= value < MOST_READY else _message(_VALUE, _value(value))
                for value in used
            ]
            added = len(used)
        tags[:, 2 * place + 1] = np.where(there, column + known, 0)
        present[:, 2 * place] = present[:, 2 * place + 1] = there
        known += added
    return tags, present, values, [one.name for one in properties]


def _used(one: Coded) -> tuple[Numbers, Numbers, list[Any]]:
    """Leave out the values that no row has."""
    there = one.places >= 0
    count = np.bincount(one.places[there].astype(np.int64), minlength=len(one.values))
    new = np.cumsum(count > 0) - 1
    column = np.where(there, new[one.places] if len(new) else 0, 0)
    return column, there, [value for value, n in zip(one.values, count.tolist(), strict=True) if n]


def _text_values(run: Bytes, lengths: Numbers) -> Bytes:
    """Return texts as values: a head of varints before each, then its bytes."""
    head = np.empty((len(lengths), 4), dtype=np.uint64)
    head[:, 0], head[:, 2] = _VALUE, _TEXT
    head[:, 1], head[:, 3] = lengths + varint_sizes(lengths) + 1, lengths
    heads, there = _bytes_side_by_side(head, None)
    return _alternating(heads[there], there.sum(axis=1), run, lengths)


def _features(ids: Numbers, geometry: Geometry, tags: Numbers, present: Numbers) -> Bytes:
    """Return all features: the head of each as bytes side by side with a mask over them, then its geometry."""
    of_tags, has_tags = _bytes_side_by_side(tags, present)
    tags_size = has_tags.sum(axis=1, dtype=np.int64)
    runs = _evenly(geometry)
    shapes, shape_sizes = (None, runs[1].sum(axis=1, dtype=np.int64)) if runs else _grouped_varints(geometry)
    front = _column(ids), _constant(_TAGS), _column(tags_size), (of_tags, has_tags)
    behind = _constant(_TYPE), _constant(geometry.kind), _constant(_GEOMETRY), _column(shape_sizes)
    size = shape_sizes + 5 + tags_size + sum(varint_sizes(one) for one in (ids, tags_size, shape_sizes))
    blocks = [_constant(_FEATURE), _column(size), _constant(_ID), *front, *behind, *([runs] if runs else [])]
    rows = len(ids)
    side_by_side = np.concatenate([np.broadcast_to(block, (rows, block.shape[1])) for block, _ in blocks], axis=1)
    there = np.concatenate([np.broadcast_to(mask, (rows, mask.shape[1])) for _, mask in blocks], axis=1)
    heads = side_by_side[there]
    return heads if shapes is None else _alternating(heads, there.sum(axis=1), shapes, shape_sizes)


def _evenly(geometry: Geometry) -> Block | None:
    """Return the geometry as bytes side by side where every row has as many numbers: points."""
    if geometry.kind != POINT:
        return None
    return _bytes_side_by_side(geometry.numbers.reshape(len(geometry.counts), -1), None)


# --- Bytes ------------------------------------------------------------------------------------------------------------


def _bytes_side_by_side(matrix: Numbers, present: Numbers | None) -> Block:
    """Return the bytes of every number of *matrix* in equally many columns, and a mask of those that count."""
    values = matrix.astype(np.uint64) if matrix.dtype != np.uint64 else matrix
    width = len(varint(int(values.max()))) if values.size else 1
    out = np.empty((*values.shape, width), dtype=np.uint8)
    mask = np.empty(out.shape, dtype=bool)
    mask[..., 0] = True if present is None else present
    for place in range(width):
        byte = (values >> np.uint64(7 * place)).astype(np.uint8) & 0x7F
        if place + 1 < width:
            more = values >= np.uint64(1 << (7 * (place + 1)))
            mask[..., place + 1] = more if present is None else more & present
            byte |= more.astype(np.uint8) << 7
        out[..., place] = byte
    return out.reshape(len(values), -1), mask.reshape(len(values), -1)


def _column(values: Numbers) -> Block:
    return _bytes_side_by_side(values.reshape(-1, 1), None)


def _constant(byte: int) -> Block:
    return np.array([[byte]], dtype=np.uint8), np.array([[True]])


def varint(number: int) -> bytes:
    """Return one number: seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def varint_sizes(values: Numbers) -> Numbers:
    """Return how many bytes each number takes."""
    sizes = np.ones(values.shape, dtype=np.int64)
    most = int(values.max()) if values.size else 0
    bits = 7
    while most >> bits:
        sizes += values >= values.dtype.type(1 << bits)
        bits += 7
    return sizes


def varints(values: Numbers, sizes: Numbers) -> Bytes:
    """Return all numbers one after the other; *sizes* are theirs."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    out = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    rest, at, left = values.astype(np.uint64), starts, sizes
    while len(rest):
        more = left > 1
        out[at] = (rest & np.uint64(0x7F)).astype(np.uint8) | (more.astype(np.uint8) << 7)
        rest, at, left = rest[more] >> np.uint64(7), at[more] + 1, left[more] - 1
    return out


def _grouped_varints(geometry: Geometry) -> tuple[Bytes, Numbers]:
    """Return the numbers in one run, and how many bytes those of each row took; every row has at least one."""
    sizes = varint_sizes(geometry.numbers)
    starts = np.cumsum(geometry.counts) - geometry.counts
    return varints(geometry.numbers, sizes), np.add.reduceat(sizes, starts)


def _alternating(first: Bytes, first_sizes: Numbers, second: Bytes, second_sizes: Numbers) -> Bytes:
    """Put the pieces of two runs one behind the other: first, second, first, second …"""
    ends = np.cumsum(first_sizes + second_sizes)
    starts = ends - first_sizes - second_sizes
    out = np.empty(int(ends[-1]), dtype=np.uint8)
    out[spans(starts, first_sizes)] = first
    out[spans(starts + first_sizes, second_sizes)] = second
    return out


def spans(starts: Numbers, sizes: Numbers) -> Numbers:
    """Return the indexes start, start + 1 … of every span, one span after the other."""
    sizes = sizes.astype(np.int64)
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(starts - (ends - sizes), sizes)


def _message(key: int, body: bytes) -> bytes:
    return bytes((key,)) + varint(len(body)) + body


def _value(value: str | float) -> bytes:
    if isinstance(value, bool):
        return bytes((_BOOL, value))
    if isinstance(value, str):
        return _message(_TEXT, value.encode())
    if isinstance(value, int):
        return bytes((_INT,)) + varint(value) if value >= 0 else bytes((0x30,)) + varint((value << 1) ^ (value >> 63))
    return bytes((_DOUBLE,)) + np.float64(value).tobytes()


#: whole numbers that are written already: counts are small, and there are a hundred of them in each tile of counts
MOST_READY = 4_096
_COUNTS = [_message(_VALUE, _value(number)) for number in range(MOST_READY)]
