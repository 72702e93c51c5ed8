"""The back office of catalogues and of the working calendar."""

from . import calendar, catalogues, items, powers, proposals  # noqa: F401
