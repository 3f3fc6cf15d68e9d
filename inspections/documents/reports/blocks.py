"""What a report is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from infra.models import Authority

#: what a state of a row is printed in; every state stands there as a word too
INKS = {"compliant": "0E766B", "overdue": "B53A08", "unsafe": "86103F", "due": "8F5600", "unknown": "5B6675"}


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    title: str
    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Cell:
    """A cell of a table; ``state`` prints it in the ink of a safety state."""

    text: str
    state: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table. ``widths`` are shares of the line; ``figures`` the columns of numbers (from 0); a row of one cell is a
    heading within.
    """

    title: str
    columns: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[Cell]]
    figures: frozenset[int] = frozenset()
    empty: str = ""


@dataclass(frozen=True)
class Words:
    """Paragraphs below a heading."""

    title: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Drawing:
    """A sketch as SVG, with its words."""

    title: str
    svg: str
    caption: str = ""


@dataclass(frozen=True)
class Picture:
    """A photo with its words."""

    path: Path
    caption: str


@dataclass(frozen=True)
class Pictures:
    """Photos, two in a line."""

    title: str
    pictures: Sequence[Picture]


@dataclass(frozen=True)
class Signed:
    """Who signs: for whom, name, what stands in the place of a signature that was refused."""

    role: str
    name: str
    title: str = ""
    image: Path | None = None
    words: str = ""


@dataclass(frozen=True)
class Signatures:
    """The places of the signatures, side by side."""

    people: Sequence[Signed]


Block = Facts | Table | Words | Drawing | Pictures | Signatures


@dataclass
class Report:
    """A report before it is laid out."""

    authority: str
    superior: str
    number: str
    dateline: str
    title: str
    subject: str
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mark: str = ""
    language: str = "vi"


def letterhead(authority: Authority) -> dict[str, Any]:
    """Return what the head of every paper of *authority* says."""
    kept = authority.letterhead
    return {
        "authority": str(kept.get("name") or authority.organization.name),
        "superior": str(kept.get("superior") or ""),
        "place": str(kept.get("place") or ""),
        "language": (get_language() or "vi")[:2],
    }
