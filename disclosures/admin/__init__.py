"""The back office of disclosures: one more door to the same questions and actions."""

from . import postings, reminders, versions

__all__ = ["postings", "reminders", "versions"]
