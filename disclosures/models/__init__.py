from .archive import ArchiveVolume
from .board import BoardVersion
from .duty import Duty, Event
from .errand import Errand
from .evidence import CarrierEvidence
from .generation import Demand, DueDateReview, GenerationRun, SeenOrganisation
from .matter import Matter, MatterStage
from .objection import NoticeClosing, Objection, ObjectionView
from .obligation import DueChange, Obligation, ObligationDecision, OverdueEntry
from .posting import Attachment, ConfidentialityReview, Posting, PostingCounter, PostingReader, Step, Version
from .privacy import PrivacyFind
from .reading import Opening, Phrase
from .reminder import Reminder, ReminderRung
from .request import ReleaseRequest

__all__ = [
    "ArchiveVolume",
    "Attachment",
    "BoardVersion",
    "CarrierEvidence",
    "ConfidentialityReview",
    "Demand",
    "DueChange",
    "DueDateReview",
    "Duty",
    "Errand",
    "Event",
    "GenerationRun",
    "Matter",
    "MatterStage",
    "NoticeClosing",
    "Objection",
    "ObjectionView",
    "Obligation",
    "ObligationDecision",
    "Opening",
    "OverdueEntry",
    "Phrase",
    "Posting",
    "PostingCounter",
    "PostingReader",
    "PrivacyFind",
    "ReleaseRequest",
    "Reminder",
    "ReminderRung",
    "SeenOrganisation",
    "Step",
    "Version",
]
