from .board import BoardVersion
from .duty import Duty, Event
from .obligation import DueChange, Obligation, ObligationDecision, OverdueEntry
from .posting import Attachment, ConfidentialityReview, Posting, PostingCounter, PostingReader, Step, Version
from .reminder import Reminder, ReminderRung

__all__ = [
    "Attachment",
    "BoardVersion",
    "ConfidentialityReview",
    "DueChange",
    "Duty",
    "Event",
    "Obligation",
    "ObligationDecision",
    "OverdueEntry",
    "Posting",
    "PostingCounter",
    "PostingReader",
    "Reminder",
    "ReminderRung",
    "Step",
    "Version",
]
