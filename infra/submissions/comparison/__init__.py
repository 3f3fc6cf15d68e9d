"""The rows of a file against the register."""

from infra.submissions.comparison.ahead import reading_ahead
from infra.submissions.comparison.changes import MOVED_M, Comparison, compare

__all__ = ["MOVED_M", "Comparison", "compare", "reading_ahead"]
