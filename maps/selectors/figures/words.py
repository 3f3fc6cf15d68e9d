"""A figure in words: its value with its unit, and of what it is a share."""

from infra import formats
from maps.selectors.figures.figure import Figure


def written(figure: Figure) -> str:
    """Return the value of *figure* as people read it."""
    if figure.value is None:
        return "–"
    if figure.is_share:
        return formats.quantity(figure.value, "%", figure.digits)
    return formats.number(figure.value, figure.digits)


def words_of(figure: Figure) -> dict[str, str]:
    """Return what the sentences of *figure* have blanks for."""
    return {
        "n": formats.number(figure.numerator),
        "all": formats.number(figure.denominator),
        "limit": "" if figure.limit is None else formats.number(figure.limit),
        "rest": formats.number(figure.denominator - figure.numerator),
    }
