"""Days on the command line."""

from argparse import ArgumentTypeError
from datetime import date


def day(text: str) -> date:
    """A day as YYYY-MM-DD, between 1900 and 2200."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day. Write it as 2026-11-23.") from None
    if not 1900 <= found.year <= 2200:
        raise ArgumentTypeError(f"{text} lies outside of the years 1900 to 2200.")
    return found
