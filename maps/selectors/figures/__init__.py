"""The figures a manager answers for: each with its denominator, its date, and the list and the map behind it.

What is not known is not filled in: a figure that nobody can compute here is left out, and a figure has no trend until
an earlier one was kept to compare it with.
"""

from maps.selectors.figures.board import Board, board_of, figures_of
from maps.selectors.figures.figure import Figure

__all__ = ["Board", "Figure", "board_of", "figures_of"]
