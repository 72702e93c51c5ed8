"""Words of disclosing: where an obligation and a posting stand, and how they got there."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ObligationState(models.TextChoices):
    """Where an obligation stands on a given day. Worked out, never stored."""

    UPCOMING = "upcoming", _("Not due yet")
    DUE_SOON = "due_soon", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    MET = "met", _("Disclosed on time")
    LATE = "late", _("Disclosed late")
    NIL = "nil", _("Nothing to disclose this period")
    WAIVED = "waived", _("Waived")

    @property
    def tone(self) -> str:
        """The tone of its badge; colour never speaks alone."""
        return {
            ObligationState.OVERDUE: "alarm",
            ObligationState.LATE: "warning",
            ObligationState.DUE_SOON: "notice",
            ObligationState.MET: "good",
        }.get(self, "neutral")


class OwedPart(models.TextChoices):
    """What is open, by how pressing it is, as the desk divides it. Each open obligation is in one part."""

    OVERDUE = "overdue", _("Overdue")
    SOON = "soon", _("Due within seven days")
    MONTH = "month", _("Due within a month")
    LATER = "later", _("Due later")


class Outcome(models.TextChoices):
    """How an obligation ended. Empty while it is open."""

    POSTED = "posted", _("Disclosed")
    NIL = "nil", _("Nil return")
    WAIVED = "waived", _("Waived")


class DecisionKind(models.TextChoices):
    """What a person decided about an obligation without posting."""

    NIL_RETURN = "nil_return", _("Nil return")
    WAIVER = "waiver", _("Waiver")
    EXTENSION = "extension", _("Extension")


class RequestState(models.TextChoices):
    """How a request for extension or waiver stands."""

    OPEN = "open", pgettext_lazy("request", "Waiting for a decision")
    GRANTED = "granted", pgettext_lazy("request", "Granted")
    REFUSED = "refused", pgettext_lazy("request", "Not granted")
    TAKEN_BACK = "taken_back", pgettext_lazy("request", "Taken back")

    @property
    def tone(self) -> str:
        """The tone of its badge; colour never speaks alone."""
        return {
            RequestState.OPEN: "notice",
            RequestState.GRANTED: "good",
            RequestState.REFUSED: "alarm",
        }.get(self, "neutral")


class RequestList(models.TextChoices):
    """The lists of requests, as somebody reads them."""

    OURS = "ours", _("For us to decide")
    BELOW = "below", _("All below that wait")
    DECIDED = "decided", _("No longer waiting")
    ASKED = "asked", _("Asked by us")


class DueChangeCause(models.TextChoices):
    CALENDAR = "calendar", _("Change of the working-day calendar")
    EXTENSION = "extension", _("Extension")


class DemandState(models.TextChoices):
    """How far the generator has got with what a duty asks for."""

    NEW = "new", _("Obligations are to be made")
    CHANGED = "changed", _("Obligations are to be checked and made")
    GONE = "gone", _("No longer asked for; obligations are to be checked")
    MADE = "made", _("Obligations are made")


class DutyReach(models.TextChoices):
    SELF = "self", _("This organisation only")
    SUBTREE = "subtree", _("This organisation and all below it")


class PostingStatus(models.TextChoices):
    """The life of a posting as the public sees it."""

    DRAFT = "draft", _("Not published yet")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Display ended")
    DISCARDED = "discarded", _("Discarded before publication")


class VersionState(models.TextChoices):
    """The four steps of the Regulation's Art. 15, and the way back."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Proposed, waiting for review")
    REVIEWED = "reviewed", _("Reviewed, waiting for approval")
    APPROVED = "approved", _("Approved, waiting for publication")
    PUBLISHED = "published", _("Published")
    RETURNED = "returned", _("Returned")
    DISCARDED = "discarded", _("Discarded")

    @property
    def tone(self) -> str:
        """The tone of its badge; colour never speaks alone."""
        return {
            VersionState.RETURNED: "alarm",
            VersionState.APPROVED: "notice",
            VersionState.PUBLISHED: "good",
        }.get(self, "neutral")


OPEN_VERSION_STATES = (
    VersionState.DRAFT,
    VersionState.PROPOSED,
    VersionState.REVIEWED,
    VersionState.APPROVED,
    VersionState.RETURNED,
)
"""A posting has at most one version in one of these."""

EDITABLE_VERSION_STATES = (VersionState.DRAFT, VersionState.RETURNED)


class StepKind(models.TextChoices):
    """What somebody did to a version or a posting; one append-only row each."""

    DRAFTED = "drafted", pgettext_lazy("step", "Drafted")
    PROPOSED = "proposed", pgettext_lazy("step", "Proposed")
    TAKEN_BACK = "taken_back", pgettext_lazy("step", "Proposal taken back")
    REVIEWED = "reviewed", pgettext_lazy("step", "Reviewed")
    APPROVED = "approved", pgettext_lazy("step", "Approved")
    PUBLISHED = "published", pgettext_lazy("step", "Published")
    RETURNED = "returned", pgettext_lazy("step", "Returned")
    SCHEDULED = "scheduled", pgettext_lazy("step", "Publication scheduled")
    PUBLISHED_URGENTLY = "published_urgently", pgettext_lazy("step", "Published urgently, before approval")
    CORRECTION_BEGUN = "correction_begun", pgettext_lazy("step", "Correction begun")
    WITHDRAWN = "withdrawn", pgettext_lazy("step", "Withdrawn")
    ENDING_ASKED = "ending_asked", pgettext_lazy("step", "Early end of display proposed")
    ENDING_REFUSED = "ending_refused", pgettext_lazy("step", "Early end of display not approved")
    ENDED = "ended", pgettext_lazy("step", "Display ended")
    DISCARDED = "discarded", pgettext_lazy("step", "Discarded")
    UNSCHEDULED = "unscheduled", pgettext_lazy("step", "Schedule cancelled")
    READER_ADDED = "reader_added", pgettext_lazy("step", "Reader named")
    REOPENED = "reopened", pgettext_lazy("step", "Obligation open again")
    PERSONAL_MASKED = "personal_masked", pgettext_lazy("step", "Personal information masked")
    PERSONAL_PASSED = "personal_passed", pgettext_lazy("step", "Personal information to be disclosed, with reason")
    PERSONAL_CONFIRMED = "personal_confirmed", pgettext_lazy("step", "Disclosure of personal information confirmed")


WRITING_STEPS = (StepKind.DRAFTED, StepKind.PROPOSED, StepKind.CORRECTION_BEGUN)
"""Whoever took one of these steps wrote on the version, and neither reviews nor approves it."""


STEPS_BACK = (StepKind.RETURNED, StepKind.WITHDRAWN, StepKind.ENDING_ASKED, StepKind.ENDING_REFUSED)
"""These say why."""


class ReviewConclusion(models.TextChoices):
    """What the confidentiality review found (State Secrets Law, implementing regulations Art. 42)."""

    MAY_BE_DISCLOSED = "may_be_disclosed", _("May be disclosed")
    AFTER_TREATMENT = "after_treatment", _("May be disclosed after treatment")
    NOT_DISCLOSED = "not_disclosed", _("Must not be disclosed")
    ASK_SUPERIOR = "ask_superior", _("To be decided by the superior")

    @property
    def lets_pass(self) -> bool:
        """Whether the version goes on to approval; else it goes back."""
        return self in {ReviewConclusion.MAY_BE_DISCLOSED, ReviewConclusion.AFTER_TREATMENT}


class Queue(models.TextChoices):
    """What waits for reviewers, and what for approvers."""

    REVIEW = "review", pgettext_lazy("queue", "To review")
    APPROVE = "approve", pgettext_lazy("queue", "To approve")


class PhrasePurpose(models.TextChoices):
    """Where a ready-made phrase is offered."""

    REVIEW = "review", pgettext_lazy("phrase", "Grounds of a review")
    APPROVAL = "approval", pgettext_lazy("phrase", "Approval opinion")
    RETURN = "return", pgettext_lazy("phrase", "Reason for returning")
    NIL = "nil", pgettext_lazy("phrase", "Reason of a nil return")


class WithdrawalReason(models.TextChoices):
    CONTENT_WRONG = "content_wrong", _("Content was wrong")
    PERSONAL_DATA = "personal_data", _("Contained personal data")
    SECRET = "secret", _("Contained matters not to be disclosed")
    DUPLICATE = "duplicate", _("Published twice")
    BASIS_LAPSED = "basis_lapsed", _("Its basis lapsed")


class Audience(models.TextChoices):
    """Whom a rung of the reminder ladder reaches."""

    SECRETARY = "secretary", pgettext_lazy("audience", "Secretary")
    SUPERIOR = "superior", _("Superior organisation")
    COMMISSION = "commission", _("Discipline commission")


class MatterState(models.TextChoices):
    """Where the use of a power stands as a whole."""

    RUNNING = "running", pgettext_lazy("matter", "Under way")
    FINISHED = "finished", pgettext_lazy("matter", "Finished")
    ABANDONED = "abandoned", pgettext_lazy("matter", "Abandoned")

    @property
    def tone(self) -> str:
        """The tone of its badge; colour never speaks alone."""
        return {MatterState.RUNNING: "notice", MatterState.FINISHED: "good"}.get(self, "neutral")


class StageKind(models.TextChoices):
    """What became of a step of a power in one matter."""

    REACHED = "reached", pgettext_lazy("stage", "Reached")
    SKIPPED = "skipped", pgettext_lazy("stage", "Skipped")


class ErrandState(models.TextChoices):
    """Where a piece of work stands that somebody asked for and the background does."""

    QUEUED = "queued", pgettext_lazy("errand", "Waiting to begin")
    RUNNING = "running", pgettext_lazy("errand", "In progress")
    DONE = "done", pgettext_lazy("errand", "Done")
    FAILED = "failed", pgettext_lazy("errand", "Not done")

    @property
    def tone(self) -> str:
        """The tone of its badge; colour never speaks alone."""
        return {ErrandState.DONE: "good", ErrandState.FAILED: "alarm", ErrandState.RUNNING: "notice"}.get(
            self, "neutral"
        )


class BulkDecision(models.TextChoices):
    """What a row of a bulk workbook asks for. Nothing is published by a workbook."""

    PROPOSE = "propose", pgettext_lazy("bulk", "Disclose")
    NIL = "nil", pgettext_lazy("bulk", "Nothing this period")
    DRAFT = "draft", pgettext_lazy("bulk", "Save as draft")


class ObjectionChannel(models.TextChoices):
    """How an objection came in. All but the first are recorded by staff."""

    WEB = "web", pgettext_lazy("objection", "Online")
    PHONE = "phone", pgettext_lazy("objection", "By phone")
    VISIT = "visit", pgettext_lazy("objection", "In person")
    LETTER = "letter", pgettext_lazy("objection", "By letter")


class ObjectionOutcome(models.TextChoices):
    """What became of an objection. Empty while it is open."""

    UPHELD = "upheld", pgettext_lazy("objection", "Upheld")
    PARTLY = "partly", pgettext_lazy("objection", "Upheld in part")
    NOT_UPHELD = "not_upheld", pgettext_lazy("objection", "Not upheld")


class FindKind(models.TextChoices):
    """What the privacy gate found."""

    CITIZEN_ID = "citizen_id", _("Citizen ID number")
    BANK_CARD = "bank_card", _("Bank card number")
    MOBILE = "mobile", _("Mobile number")
    ADDRESS = "address", _("Home address")
    HIDDEN = "hidden", _("Hidden content")
    PHOTO = "photo", _("Picture")
    SCAN = "scan", _("Scanned pages")
    UNREADABLE = "unreadable", _("File that cannot be read by the system")
    MANY = "many", _("Too many to be listed")

    @property
    def is_value(self) -> bool:
        """Whether it is a number or an address, which can be masked in a text."""
        return self in {FindKind.CITIZEN_ID, FindKind.BANK_CARD, FindKind.MOBILE, FindKind.ADDRESS}


LOOKED_AT = (FindKind.PHOTO, FindKind.SCAN, FindKind.UNREADABLE)
"""What no program can read: a person looks, and says so."""


class FindState(models.TextChoices):
    """What was done about a find."""

    OPEN = "open", _("To be dealt with")
    MASKED = "masked", _("Masked")
    REMOVED = "removed", _("No longer there")
    PASSED = "passed", _("To be disclosed, with reason")


LIVE_FIND_STATES = (FindState.OPEN, FindState.PASSED)
"""The value still stands in the text or the file."""


class HiddenWay(models.TextChoices):
    """How something hides in a file."""

    COMMENT = "comment", _("comments")
    CHANGE = "change", _("tracked changes")
    TEXT = "hidden_text", _("hidden text")
    SHEET = "hidden_sheet", _("a hidden sheet")
    CELLS = "hidden_cells", _("hidden rows or columns")
    EMBEDDED = "embedded", _("another file within the file")
    FORM = "form", _("filled-in form fields")


class ReadingProblem(models.TextChoices):
    """Why the system could not read a file, or not to its end."""

    DAMAGED = "damaged", _("it is damaged or unusually built")
    PASSWORD = "password", _("it is protected by a password")
    LONG = "long", _("it is very long; only its beginning was read")
    SLOW = "slow", _("reading it took too much time or memory")
