"""Catalogue files become items: the portal's own CSV, and the tables that authorities publish.

Everything in this package works on text alone, without the database (`actions.import_catalogue` stores the
result). Rows are accounted for: `Parsed.rows` says of each what became of it.
"""

from organisations.spreadsheets import Grid, Limits

from . import own_format, published
from .report import Fate, Guess, ImportFailed, ImportProblem, Parsed, ParsedItem, RowFate

__all__ = [
    "LIMITS",
    "Fate",
    "Guess",
    "ImportFailed",
    "ImportProblem",
    "Parsed",
    "ParsedItem",
    "RowFate",
    "parse",
]

LIMITS = Limits(
    file_bytes=10_000_000, unpacked_bytes=100_000_000, rows=20_000, columns=100, cells=400_000, cell_chars=10_000
)
"""A catalogue has some hundreds of entries; the largest published ones some thousands."""


def parse(grid: Grid) -> Parsed:
    """Items, guesses and the fate of every row. Raises ImportFailed with all problems found."""
    if own_format.recognises(grid):
        return own_format.parse(grid)
    return published.parse(grid)
