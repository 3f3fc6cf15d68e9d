"""The rows of a file against the register."""

from infra.submissions.comparison.changes import MOVED_M, Comparison, compare
from infra.submissions.comparison.matching import held_ahead

__all__ = ["MOVED_M", "Comparison", "compare", "held_ahead"]
