"""What an examination says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One sentence about the installation; ``wrong`` when something is missing or unsafe."""

    subject: str
    text: str
    wrong: bool = False
