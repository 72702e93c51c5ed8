"""Bodies of sample postings: invented, plausible, and the same each time."""

from . import (  # noqa: F401  (each registers its writers)
    decisions,
    extra_party,
    extra_units,
    extra_village,
    integrity,
    leadership,
    organisation,
    service,
    thought,
)
from .scene import MATTERS, Matter, Scene, Text

__all__ = ["MATTERS", "Matter", "Scene", "Text"]
