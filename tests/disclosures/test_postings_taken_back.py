"""The secretary may take a proposal back, as long as nobody has reviewed it."""

import pytest
import time_machine

from disclosures.actions import postings
from disclosures.actions.refusals import MovedOn
from disclosures.choices import ReviewConclusion, StepKind, VersionState
from disclosures.models import Step, Version
from tests.disclosures.office import OUTSIDERS, buttons, office_of_jinxing, outsider, page, paper, signed_in, step
from tests.disclosures.people import Village, later

pytestmark = pytest.mark.django_db
NAME = "收回送审"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(30), tick=False):
        yield


@pytest.fixture
def jinxing(settings, tmp_path) -> Village:
    settings.MEDIA_ROOT = tmp_path
    return office_of_jinxing()


def test_what_is_taken_back_is_a_draft_again_and_can_be_changed_and_proposed_anew(jinxing):
    version = jinxing.proposed()
    postings.take_back(version, reason="漏了一笔", by=jinxing.secretary, at=later(2))
    assert version.state == VersionState.DRAFT
    jinxing.save(version, body="<p>共收缴党费 3,650 元。</p>")
    postings.propose(version, by=jinxing.secretary, at=later(3))
    kinds = list(Step.objects.order_by("pk").values_list("kind", "words"))
    assert kinds[-3:] == [(StepKind.PROPOSED, ""), (StepKind.TAKEN_BACK, "漏了一笔"), (StepKind.PROPOSED, "")]


def test_once_it_is_reviewed_it_is_too_late(jinxing):
    version = jinxing.reviewed()
    with pytest.raises(MovedOn):
        postings.take_back(version, by=jinxing.secretary, at=later(5))
    assert NAME not in buttons(page(signed_in(jinxing.secretary), paper(version)))


def test_a_review_of_what_was_taken_back_is_refused(jinxing):
    version = jinxing.proposed()
    seen = Version.objects.get(pk=version.pk)
    postings.take_back(version, by=jinxing.secretary, at=later(2))
    with pytest.raises(MovedOn):
        postings.review(
            seen, conclusion=ReviewConclusion.MAY_BE_DISCLOSED, grounds="不涉密", by=jinxing.reviewer, at=later(3)
        )


def test_the_button_is_the_secretarys_alone(jinxing):
    version = jinxing.proposed()
    assert NAME in buttons(page(signed_in(jinxing.secretary), paper(version)))
    assert NAME not in buttons(page(signed_in(jinxing.reviewer), paper(version)))
    assert signed_in(jinxing.reviewer).post(step(version, "take-back"), {"revision": 2}).status_code == 403
    signed_in(jinxing.secretary).post(step(version, "take-back"), {"revision": version.revision})
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


@pytest.mark.parametrize("kind", OUTSIDERS)
def test_nobody_else_takes_it_back(kind, jinxing):
    version = jinxing.proposed()
    response = outsider(kind, jinxing).post(step(version, "take-back"), {"revision": version.revision})
    assert response.status_code in {302, 404}
    version.refresh_from_db()
    assert version.state == VersionState.PROPOSED
