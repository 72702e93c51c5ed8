"""The village of the sample at work, to compare what the loader wrote with what the actions write."""

from datetime import datetime, timedelta

from disclosures.actions import drafts, postings
from disclosures.choices import ReviewConclusion, StepKind
from disclosures.models import Version
from organisations.models import Organisation, User
from tests.factories.disclosures import ObligationFactory


def person(username):
    return User.objects.get(username=username)


def village():
    return Organisation.objects.get(code="JX")


PLAIN = [StepKind.DRAFTED, StepKind.PROPOSED, StepKind.REVIEWED, StepKind.APPROVED, StepKind.PUBLISHED]
RETURNED = [*PLAIN[:2], StepKind.RETURNED, *PLAIN[1:]]
CORRECTION = [StepKind.CORRECTION_BEGUN, *PLAIN[1:]]
WITHDRAWN = [*PLAIN, StepKind.WITHDRAWN, StepKind.REOPENED]


def steps_of(version):
    return [StepKind(kind) for kind in version.steps.order_by("pk").values_list("kind", flat=True)]


def made_by_the_loader(kinds, ordinal=1):
    """A version of the village with this history."""
    versions = Version.objects.filter(posting__organisation=village(), ordinal=ordinal, urgent=False)
    return next(version for version in versions.order_by("pk") if steps_of(version) == kinds)


def traits(version):
    """What two histories of one kind must have in common: which columns are filled, who did what, with words or not."""
    people = {
        person("jinxing_secretary").pk: "author",
        person("jinxing_reviewer").pk: "reviewer",
        person("jinxing_approver").pk: "approver",
    }
    posting, obligation = version.posting, version.posting.obligation
    free = {"id", "title", "body", "note"}

    def columns(row):
        return {field.attname: bool(getattr(row, field.attname)) for field in row._meta.concrete_fields} | {
            name: people[getattr(row, name)]
            for name in ("author_id", "reviewed_by_id", "approved_by_id", "withdrawn_by_id")
            if getattr(row, name, None)
        }

    return {
        "version": {name: value for name, value in columns(version).items() if name not in free}
        | {"state": version.state, "revision": version.revision, "ordinal": version.ordinal},
        "posting": columns(posting) | {"status": posting.status, "scope": posting.scope, "carriers": posting.carriers},
        "obligation": (obligation.outcome, bool(obligation.fulfilled_on)),
        "shown": posting.current_id == version.pk,
        "steps": [(step.kind, people[step.by_id], bool(step.words)) for step in version.steps.order_by("pk")],
        "reviews": [
            (review.conclusion, people[review.reviewer_id], bool(review.grounds)) for review in version.reviews.all()
        ],
    }


class Desk:
    """The village's people doing what the loader says they did, through the actions."""

    def __init__(self, item, at: datetime):
        self.at = at
        self.author, self.reviewer, self.approver = (
            person(f"jinxing_{role}") for role in ("secretary", "reviewer", "approver")
        )
        self.obligation = ObligationFactory(organisation=village(), item=item, period_key="compared")

    def later(self):
        self.at += timedelta(minutes=5)
        return self.at

    def save(self, version):
        return drafts.save_draft(
            version,
            expected_revision=version.revision,
            title="标题",
            body="<p>本期内容如下。</p>",
            stated_on=version.stated_on,
            by=self.author,
            at=self.later(),
        )

    def drafted(self):
        return self.save(drafts.start_draft(obligation=self.obligation, by=self.author, at=self.later()))

    def proposed(self, version):
        postings.propose(version, by=self.author, at=self.later())
        return version

    def published(self, version):
        yes = ReviewConclusion.MAY_BE_DISCLOSED
        postings.review(version, conclusion=yes, grounds="不涉密。", by=self.reviewer, at=self.later())
        postings.approve(version, opinion="同意公开。", by=self.approver, at=self.later())
        postings.publish(version, by=self.author, at=self.later())
        return Version.objects.select_related("posting__obligation").get(pk=version.pk)
