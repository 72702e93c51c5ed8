"""The back office of disclosures: one more door to the same questions and actions."""

from . import duties, events, obligations, organisations, phrases, postings, reminders, versions

__all__ = ["duties", "events", "obligations", "organisations", "phrases", "postings", "reminders", "versions"]
