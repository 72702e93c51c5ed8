"""The back office of catalogues and of the working calendar."""

from . import calendar  # noqa: F401
